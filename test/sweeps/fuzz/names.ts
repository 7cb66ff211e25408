/** What stands for whom: the values of parameters and properties that must be real to get deep. */
import { password } from '#test/harness.ts';
import { sample } from '../samples.ts';
import type { Operation, Schema } from './document.ts';
import type { Request } from './requests.ts';
import type { Named } from './values.ts';

export const newPassword = 'another horse 77 battery';

/** By its name, wherever it stands in a body or a query. `{{…}}` is what the stage has real. */
const known: Named = {
  password: [password],
  current_password: [password],
  currentPassword: [password],
  new_password: [newPassword],
  newPassword: [newPassword],
  username: ['{{email}}'],
  email_to: ['{{email}}'],
  organization_id: ['{{organization}}', null],
  user_id: ['{{colleague}}'],
  actor_id: ['{{me}}'],
  target_id: ['{{me}}'],
  ids: ['{{user}}'],
  slug: ['s-{{fresh}}'],
  permissions: [{ tasks: ['read'] }],
  expires_at: ['2999-01-01T00:00:00.000Z', null],
  refresh_token: ['{{refresh}}'],
  code: ['{{code}}'],
  key: ['{{key}}'],
  token: ['{{token}}'],
  cursor: ['{{cursor}}'],
  grant_type: ['password'],
  function: ['report.counts'],
  payload: [{}],
};

/** An address that must be written as one is for a new account; any other is looked for. */
const emailOf = (schema: Schema | undefined) =>
  schema?.format === 'email' ? '{{fresh}}@example.com' : '{{email}}';

/** Those of an operation's parameters and body that are known. */
export function namesOf({ path, parameters, body }: Operation) {
  const inPath = parameters.filter((one) => one.in === 'path');
  const ofPath = inPath.map(({ name }) => [name, [placeholder(path, name)]] as const);
  const email = [emailOf(body?.schema.properties?.email)];
  return { path: Object.fromEntries(ofPath), query: known, body: { ...known, email } };
}

/** People are known by their place; anything else is made by a POST to where it lies. */
function placeholder(path: string, name: string): string {
  if (name === 'email') return '{{email}}';
  if (name === 'organization_id') return '{{organization}}';
  if (name === 'user_id') return path.includes('/members/') ? '{{colleague}}' : '{{me}}';
  if (path.includes('/job-runs/')) return '{{run}}';
  if (path.includes('/emails/')) return '{{letter}}';
  if (path.includes('/users/')) return '{{user}}';
  return path.includes('/sessions/') ? '{{session}}' : `{{made:${name}}}`;
}

/** A request that ought to do what the operation is for: what is required, and no more. */
export function plainRequest(operation: Operation): Request {
  const names = namesOf(operation);
  const { body, parameters } = operation;
  const firsts = (named: Named) =>
    Object.fromEntries(Object.entries(named).map(([name, [value]]) => [name, value]));
  const query = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map(({ name, schema }) => [name, names.query[name]?.[0] ?? sample(schema, 'Ink')] as const);
  return {
    as: 'usual',
    path: firsts(names.path),
    query,
    headers: {},
    ...(body && { body: plainBody(body.schema, firsts(names.body)) }),
  };
}

function plainBody(schema: Schema, given: Readonly<Record<string, unknown>>) {
  const { required = [], properties = {}, examples } = schema;
  if (examples) return examples[0];
  const wanted = required.length > 0 ? required : Object.keys(properties);
  const values = Object.entries(properties).map(([name, inner]) => {
    if (!wanted.includes(name)) return [name, undefined];
    const value = given[name];
    if (value === undefined) return [name, sample(inner, 'Ink')];
    return [name, inner.type === 'array' ? [value] : value];
  });
  return sample(schema, 'Ink', Object.fromEntries(values));
}
