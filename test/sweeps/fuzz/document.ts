/** The description of the API as the fuzz reads it: operations, what they take, what they promise. */
import type { Answer } from '#test/harness.ts';

export type Schema = {
  readonly type?: string;
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly examples?: readonly unknown[];
};

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
};

type Media = {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly value?: { readonly type?: string } }>>;
};
type Header = { readonly required?: boolean; readonly schema: Schema };

/** What an answer of one status has, and where in the document its schemas stand. */
export type Promised = {
  readonly headers: readonly (Header & { readonly name: string; readonly pointer: string })[];
  readonly content: ReadonlyMap<string, Media & { readonly pointer: string }>;
};

export type Operation = {
  readonly id: string;
  readonly method: string;
  /** With the names of its parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly type: string; readonly schema: Schema };
  readonly responses: ReadonlyMap<number, Promised>;
};

type Json = Readonly<Record<string, unknown>>;
const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');
const methods = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** @returns every operation of a document, in its order; what goes in has no references any more */
export function operationsOf(document: Answer['body']): readonly Operation[] {
  const at = (pointer: string): unknown =>
    pointer
      .split('/')
      .slice(1)
      .reduce((part: unknown, key) => (part as Json)[unescaped(key)], document);

  /** What stands there, or what that refers to, and where. */
  function follow<Part>(pointer: string): { readonly pointer: string; readonly part: Part } {
    const part = at(pointer) as Part & { readonly $ref?: string };
    return part?.$ref ? follow(part.$ref) : { pointer, part };
  }

  function inlined(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(inlined);
    if (typeof part !== 'object' || part === null) return part;
    const { $ref } = part as Schema;
    if (typeof $ref === 'string') return inlined(at($ref));
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, inlined(value)]));
  }

  function promised(pointer: string): Promised {
    const { pointer: here, part } = follow<{ headers?: Json; content?: Json }>(pointer);
    const headers = Object.keys(part.headers ?? {}).map((name) => {
      const header = follow<Header>(`${here}/headers/${escaped(name)}`);
      return { ...header.part, name, pointer: `${header.pointer}/schema` };
    });
    const content = Object.entries(part.content ?? {}).map(([type, media]) => {
      const pointer = `${here}/content/${escaped(type)}/schema`;
      return [type, { ...(media as Media), pointer }] as const;
    });
    return { headers, content: new Map(content) };
  }

  function operation(path: string, method: string): Operation {
    const pointer = `#/paths/${escaped(path)}/${method}`;
    const found = at(pointer) as Answer['body'];
    const [type, media] = Object.entries(found.requestBody?.content ?? {})[0] ?? [];
    return {
      id: found.operationId,
      method: method.toUpperCase(),
      path,
      parameters: inlined(found.parameters ?? []) as Parameter[],
      ...(type && { body: { type, schema: inlined((media as Media).schema) as Schema } }),
      responses: new Map(
        Object.keys(found.responses).map((status) => [
          Number(status),
          promised(`${pointer}/responses/${status}`),
        ]),
      ),
    };
  }

  return Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => methods.has(key))
      .map((method) => operation(path, method)),
  );
}
