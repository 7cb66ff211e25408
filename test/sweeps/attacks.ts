/** How somebody tries a route on the rows of others: by ids in path, query and body, and by headers. */
import assert from 'node:assert/strict';
import type { TSchema } from 'typebox';
import { idempotencyKey } from './plants.ts';
import { lineOf, paramsIn, type Swept } from './routes.ts';
import type { Row } from './rows.ts';
import { choicesOf, idsIn, sample } from './samples.ts';
import {
  candidates,
  harmless,
  named,
  nothingAs,
  ownValue,
  ownValues,
  type Sight,
  tableOf,
  type Values,
} from './sight.ts';

export type Sent = {
  readonly line: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

export type Attack = {
  readonly sent: Sent;
  /** The same with ids of nothing in place of another's: the answer must be the same too. */
  readonly twin?: Sent;
  /** The row of another that it is about. */
  readonly row?: Row;
  /** Whether anything but a refusal is a leak by itself. */
  readonly isRefused?: boolean;
  /** What the answer must not have in it, though others may see it. */
  readonly hides?: string;
};

/** Each parameter by itself, and all of them. */
function* places(route: Swept): Generator<readonly string[]> {
  const names = paramsIn(route);
  for (const name of names) yield [name];
  if (names.length > 1) yield names;
}

/** Foreign ids in the path, beside the actor's own and beside each other. */
function* inPath(route: Swept, sight: Sight): Generator<Attack> {
  const request = harmless(route, sight);
  const own = Object.fromEntries(
    paramsIn(route).map((name) => [name, ownValue(route, sight, name)] as const),
  );
  for (const names of places(route)) {
    if (paramsIn(route).some((name) => !names.includes(name) && !own[name])) continue;
    const nothing = Object.fromEntries(names.map((name) => [name, nothingAs(name)]));
    const twin = { ...request, line: lineOf(route, { ...own, ...nothing } as Values) };
    const rows = rowsAt(route, sight, names);
    for (const row of rows) {
      const line = lineOf(route, { ...own, ...valuesOf(route, sight, names, row) } as Values);
      const attack = { sent: { ...request, line }, twin, row, isRefused: true };
      yield attack;
      if (row.table === tableOf(route, names[0] ?? '')) yield* stealing(route, sight, attack);
      if (row === rows[0]) yield* underConditions(route, sight, attack);
    }
  }
}

/** What belongs to no tenant: only who runs the server gets there, so any id of another does. */
const nobodys: ReadonlySet<string> = new Set(['jobs', 'job_runs', 'emails']);

/** The rows to begin with; where all parameters are foreign, those that fit the first. */
function rowsAt(route: Swept, sight: Sight, [first = '', ...rest]: readonly string[]) {
  const table = tableOf(route, first);
  const rows = candidates(route, sight, table);
  const isTried = rows[0]?.table === table || nobodys.has(table);
  assert.ok(isTried, `${route.operation} is tried on no row of ${table}`);
  return rest.length > 0 ? rows.filter((row) => row.table === table) : rows;
}

/** A row for the first parameter, and what lies under it for the others. */
function valuesOf(
  route: Swept,
  { foreign }: Sight,
  [first = '', ...rest]: readonly string[],
  row: Row,
): Values {
  const under = rest.map((name) => {
    const rows = foreign.get(tableOf(route, name)) ?? [];
    const child = rows.find(({ tenants }) => tenants.includes(row.id ?? '')) ?? rows[0];
    assert.ok(child, `${route.operation} is tried on no row of ${tableOf(route, name)}`);
    return [name, named(name, child)] as const;
  });
  return { [first]: named(first, row), ...Object.fromEntries(under) };
}

type Twinned = Attack & { readonly twin: Sent };

/** The same attack, by which the row would come to the actor's own organization. */
function* stealing({ body }: Swept, { actor }: Sight, attack: Twinned): Generator<Attack> {
  const { organization: organization_id } = actor;
  if (!organization_id || !idsIn(body).some(({ name }) => name === 'organization_id')) return;
  const stolen = ({ body, ...rest }: Sent) => ({
    ...rest,
    body: { ...(body as object), organization_id },
  });
  yield { ...attack, sent: stolen(attack.sent), twin: stolen(attack.twin) };
}

/** The same attack, under conditions that hold for a row that is there, with a key of another's. */
function* underConditions(route: Swept, sight: Sight, attack: Twinned): Generator<Attack> {
  const seen = route.method === 'GET' ? { 'if-none-match': '*' } : { 'if-match': '*' };
  const conditions = { ...seen, ...keyOfAnother(route, sight) };
  const given = (sent: Sent) => ({ ...sent, headers: { ...sent.headers, ...conditions } });
  yield { ...attack, sent: given(attack.sent), twin: given(attack.twin) };
}

const keyOfAnother = (route: Swept, { others: [victim] }: Sight) =>
  victim ? { 'idempotency-key': `${idempotencyKey(victim, route)}-1` } : {};

/** Foreign ids in the body and the query, on what is the actor's own. */
function* inInput(route: Swept, sight: Sight): Generator<Attack> {
  const own = ownValues(route, sight);
  if (!own) return;
  const { body, headers } = harmless(route, sight);
  const line = lineOf(route, own);
  const isWritten = route.method !== 'GET';
  const inputs = [
    ...idsIn(route.body).map(({ name, write }) => {
      const at = (id: string) => ({
        line,
        body: { ...(body as object), [name]: write(id) },
        headers,
      });
      return { name, at };
    }),
    ...idsIn(route.query).map(({ name }) => ({
      name,
      at: (id: string) => ({ line: `${line}?${name}=${id}`, body, headers }),
    })),
  ];
  for (const { name, at } of inputs) {
    const isRefused = isWritten && name === 'organization_id';
    for (const row of candidates(route, sight, tableOf(route, name))) {
      yield { sent: at(named(name, row)), twin: at(nothingAs(name)), row, isRefused };
    }
  }
}

/** The filters, sorts and cursors of a list, with what is another's. */
function* inFilters(route: Swept, sight: Sight, cursors: readonly string[]): Generator<Attack> {
  const own = ownValues(route, sight);
  if (!own || route.method !== 'GET') return;
  const { headers } = sight.actor;
  const line = lineOf(route, own);
  const queries = Object.entries(route.query?.properties ?? {}).flatMap(([name, schema]) =>
    (name === 'cursor' ? cursors : valuesFor(schema, sight)).map(
      (value) => `?${name}=${encodeURIComponent(value)}`,
    ),
  );
  for (const query of ['', ...queries]) {
    yield { sent: { line: `${line}${query}`, headers } };
  }
}

function valuesFor(schema: TSchema, { others }: Sight): readonly string[] {
  const choices = choicesOf(schema);
  if (choices) return choices.map(String);
  return [...new Set(others.map(({ canary }) => String(sample(schema, canary))))];
}

/**
 * Every way to try a route on what is another's.
 *
 * @param cursors where the lists of others go on
 */
export function* attacksOn(
  route: Swept,
  sight: Sight,
  cursors: readonly string[],
): Generator<Attack> {
  if (route.allow === 'public') return;
  yield* inPath(route, sight);
  yield* inInput(route, sight);
  yield* inFilters(route, sight, cursors);
}

/** What changes who calls, or makes something: for somebody whom nobody misses, in another's name. */
export function* attacksOnOneself(route: Swept, sight: Sight): Generator<Attack> {
  if (route.method === 'GET' || paramsIn(route).length > 0) return;
  const { body, headers } = harmless(route, sight);
  const sent = { line: lineOf(route, {}), body };
  yield { sent: { ...sent, headers: { ...headers, ...keyOfAnother(route, sight) } } };
}
