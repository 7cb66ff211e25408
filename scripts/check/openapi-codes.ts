/** The codes of problems that a description tells of: programs compare them, so none may go. */
import { type Described, resolve } from './openapi-schemas.ts';

type Telling = Described & { readonly info?: { readonly description?: string } };
type Example = { readonly value?: { readonly code?: unknown } };

const media = 'application/problem+json';

/** Those of no operation in particular are only in the list of all. */
const listed = /^- `(\w+)`: /gm;

/** @returns every code in an example of a problem, and in the list of them, wherever it is told */
export function problemCodes(document: Telling): ReadonlySet<string> {
  const [, list = ''] = document.info?.description?.split('# Problems\n') ?? [];
  const codes = new Set([...list.matchAll(listed)].map(([, code]) => code as string));

  function look(part: unknown) {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      if (key === media) take(inner?.examples ?? {});
      look(inner);
    }
  }

  function take(examples: Readonly<Record<string, Example>>) {
    for (const example of Object.values(examples)) {
      const { value } = resolve(document, example);
      if (typeof value?.code === 'string') codes.add(value.code);
    }
  }

  look(document);
  return codes;
}
