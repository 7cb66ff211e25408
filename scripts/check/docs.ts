/** The registry documents itself: every route says what it does and what it takes. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Feature } from '#kernel/feature.ts';
import type { Route } from '#kernel/route.ts';
import { boundless, type Schema } from './bounds.ts';
import { registryFile } from './registry.ts';
import { isTest, sources } from './source.ts';

const maxSummaryLength = 60;

function wrongSummary(summary: string): string[] {
  if (!summary?.trim()) return ['has no summary; say in a phrase what it does'];
  if (summary.endsWith('.')) return ['has a summary with a full stop; it is a phrase'];
  if (summary.length <= maxSummaryLength) return [];
  const over = `${summary.length} characters, over ${maxSummaryLength}`;
  return [`has a summary of ${over}; put the rest into the description`];
}

/** Everything that is wrong with one route by itself. */
function wrongRoute(key: string, route: Route): string[] {
  const [params, query, body, answer] = [route.params, route.query, route.body, route.answer].map(
    (schema) => schema as Schema | undefined,
  );
  const wrong: string[] = [];
  if (!/^[a-z][a-zA-Z\d]*$/.test(key)) wrong.push('is no camelCase name; rename it');
  wrong.push(...wrongSummary(route.summary));
  if (body && !body.title) wrong.push('takes a body without a title; name it');
  const inputs: [string, Schema | undefined][] = [
    ['body', body],
    ['query', query],
    // what a path holds beside the parameters it names cannot be sent
    ['params', params && { ...params, additionalProperties: false }],
  ];
  for (const [at, schema] of inputs) if (schema) wrong.push(...boundless(schema, at));
  if (answer?.type === 'object' && !answer.title)
    wrong.push('answers an object without a title; name it');
  return wrong;
}

/** Finds the file and line that define a route, to point at. */
function locate(root: string) {
  const files = sources(root, ['src']).filter(({ path: file }) => !isTest(file));
  return (feature: string, key: string): string => {
    const folder = `src/features/${feature}/`;
    const isKey = new RegExp(`^\\s*['"]?${RegExp.escape(key)}['"]?: *(api|root)\\.`);
    for (const { path: file, text } of files) {
      const line = text.split('\n').findIndex((one) => isKey.test(one));
      if (file.startsWith(folder) && line !== -1) return `${file}:${line + 1}`;
    }
    const routes = `${folder}routes.ts`;
    return `${existsSync(path.join(root, routes)) ? routes : registryFile}:1`;
  };
}

async function load(root: string): Promise<readonly Feature[]> {
  const module = await import(pathToFileURL(path.join(root, registryFile)).href);
  return module.default;
}

type Operation = {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses?: Readonly<Record<string, Response>>;
};
type Response = { readonly description?: string; readonly $ref?: string };

/** What the generated description leaves out. */
function undescribed(root: string): string[] {
  const file = path.join(root, 'openapi.json');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  const described = JSON.parse(lines.join('\n'));
  const paths: Record<string, Record<string, Operation>> = described.paths ?? {};
  const shared: Record<string, Response> = described.components?.responses ?? {};
  const descriptionOf = ({ $ref, description }: Response) =>
    $ref ? shared[$ref.replace('#/components/responses/', '')]?.description : description;
  return Object.entries(paths).flatMap(([url, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) => {
      const line = lines.findIndex((one) => one.includes(`"${url}"`)) + 1;
      const say = (what: string) => `openapi.json:${line}: ${method.toUpperCase()} ${url} ${what}`;
      const { responses = {}, operationId } = operation;
      const silent = Object.entries(responses).filter(
        ([, response]) => !descriptionOf(response)?.trim(),
      );
      return [
        ...(operationId ? [] : [say('has no operationId')]),
        ...silent.map(([status]) => say(`does not describe its answer ${status}`)),
      ];
    }),
  );
}

/** @returns a sentence for every route that leaves its reader or its input open */
export async function docs(root: string): Promise<string[]> {
  let features: readonly Feature[];
  try {
    features = await load(root);
  } catch (error) {
    return [`${registryFile}:1: cannot be loaded: ${(error as Error).message.split('\n')[0]}`];
  }
  const place = locate(root);
  const seen = new Map<string, string>();
  const own = features.flatMap(({ name, routes }) =>
    Object.entries(routes).flatMap(([key, route]) => {
      const at = place(name, key);
      const wrong = wrongRoute(key, route);
      // clients make names of operation ids, and not all of them keep the case
      for (const id of [`${name}-${key}`.toLowerCase(), `${route.method} ${route.path}`]) {
        const first = seen.get(id);
        if (first) wrong.push(`is ${id} a second time, after ${first}; rename one`);
        else seen.set(id, at);
      }
      return wrong.map((sentence) => `${at}: ${name}.${key} ${sentence}`);
    }),
  );
  return [...own, ...undescribed(root)];
}
