/** The description of the whole API: examples that are true to it, and words for everything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe } from '../src/app.ts';

type Schema = Readonly<Record<string, unknown>>;
type Media = {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
};
type Content = Readonly<Record<string, Media>>;

const { paths, components, tags, info } = describe('Plinth', '1.0.0');
const { schemas, responses, parameters, headers, examples } = components;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'api', components: { schemas } });

/** What a schema of the document finds wrong with a value. */
function faults(schema: Schema, value: unknown) {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
  const validate = ajv.compile(JSON.parse(text));
  return validate(value) ? [] : validate.errors;
}

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    ...operation,
  })),
);

/** Every body of the document, and where it stands: of requests, of answers, of problems. */
const bodies: readonly (readonly [string, Media])[] = [
  ...operations.flatMap(({ name, requestBody, responses }) => [
    ...contents(name, requestBody?.content),
    ...Object.entries(responses).flatMap(([status, response]) =>
      contents(`${name} ${status}`, '$ref' in response ? undefined : (response.content as Content)),
    ),
  ]),
  ...Object.entries(responses).flatMap(([name, { content }]) => contents(name, content as Content)),
];

function contents(name: string, content: object = {}): [string, Media][] {
  return Object.entries(content).map(([type, media]) => [`${name} ${type}`, media]);
}

/** The examples of a body, wherever they stand. */
function examplesOf({ example, examples: referred = {} }: Media): unknown[] {
  const shared = Object.values(referred).map(({ $ref }) => {
    const found = examples[$ref.replace('#/components/examples/', '')];
    assert.ok(found, `${$ref} is nowhere`);
    return (found as { value: unknown }).value;
  });
  return example === undefined ? shared : [example, ...shared];
}

test('every body has an example, and every example is one of its schema', () => {
  const wrong: unknown[] = [];
  for (const [name, media] of bodies) {
    const all = examplesOf(media);
    if (all.length === 0) wrong.push(`${name} has no example`);
    for (const value of all)
      for (const fault of faults(media.schema, value) ?? []) wrong.push([name, fault]);
  }
  assert.deepEqual(wrong, []);
});

test('every example of a parameter, of a header and of a property is one of its schema', () => {
  const own = operations.flatMap(({ parameters = [] }) =>
    parameters.flatMap((parameter) => ('schema' in parameter ? [parameter.schema] : [])),
  );
  const described = [parameters, headers, schemas].flatMap((part) => Object.values<object>(part));
  const wrong: unknown[] = [];
  function look(schema: Schema) {
    for (const value of (schema.examples as unknown[] | undefined) ?? [])
      wrong.push(...(faults(schema, value) ?? []));
    for (const part of Object.values(schema))
      if (typeof part === 'object' && part !== null) look(part as Schema);
  }
  for (const schema of [...own, ...described]) look(schema as Schema);
  assert.deepEqual(wrong, []);
});

test('no example is only the name of what it is an example of', () => {
  const dull: string[] = [];
  const look = (value: unknown, name: string) => {
    if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) look(part, key);
    else if (String(value).toLowerCase() === name.replaceAll('_', ' ').toLowerCase())
      dull.push(name);
  };
  for (const [name, example] of Object.entries(examples))
    if (!name.startsWith('problem.')) look(example, name);
  assert.deepEqual(dull, []);
});

test('every operation says what it does, who may call it and what it may refuse', () => {
  for (const { name, summary, description, responses } of operations) {
    assert.ok(summary && description, name);
    const statuses = Object.keys(responses);
    assert.ok(
      statuses.some((status) => status < '400') && statuses.some((status) => status >= '400'),
      name,
    );
  }
});

test('every problem of the document is explained, once', () => {
  const coded = Object.entries(examples).flatMap(
    ([name, { value }]: [string, { value?: object }]) =>
      /^problem\.\w+$/.test(name) ? [(value as { code: string }).code] : [],
  );
  const rows = [...info.description.matchAll(/^- `(\w+)`: .+\.$/gm)];
  const told = rows.map(([, code]) => code);
  assert.equal(new Set(told).size, told.length);
  assert.deepEqual(
    coded.filter((code) => !told.includes(code)),
    [],
  );
});

test('a newcomer reads first how to sign in, and last what is for other clients', () => {
  const names = tags.map(({ name }) => name);
  assert.equal(names[0], 'accounts');
  assert.deepEqual(names.slice(-2), ['better-auth', 'full-stack-template']);
  const used = new Set(operations.flatMap(({ tags }) => tags));
  assert.deepEqual(new Set(names), used);
});
