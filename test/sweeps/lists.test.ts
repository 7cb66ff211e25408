/** Every list of the registry, in each of its sorts: forward to the end, back again, and never forged. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import registry from '../../src/features.ts';
import { harness } from '../harness.ts';
import { plantByRoute, plantLists } from './listed.ts';
import { lineOf, routesOf, type Swept } from './routes.ts';
import { choicesOf } from './samples.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows of every list
type Row = any;
type Page = { data: Row[]; count: number; next_cursor: string | null; prev_cursor: string | null };

const stage = await harness();
const { call, signIn } = stage;
await stage.caller('root');
const values = await plantLists(stage, 'root');
const who = await signIn('root');

const routes = routesOf(registry);
const lists = routes.filter(({ query }) => 'cursor' in (query?.properties ?? {}));
const sortsOf = ({ query }: Swept) => choicesOf(query?.properties.sort ?? {}) as string[];
const keyOf = (row: Row): string => row.id ?? row.user_id;
const idsOf = ({ data }: Page) => data.map(keyOf);

const get = (route: Swept, query: Readonly<Record<string, string | number>>) =>
  call(who, `${lineOf(route, values)}?${new URLSearchParams(query as Record<string, string>)}`);

async function page(route: Swept, query: Readonly<Record<string, string | number>>) {
  const { status, body, statements } = await get(route, query);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(statements.length, 1, `${statements}`);
  return body as Page;
}

// What the registry does not know to be listed is made as a caller makes it.
for (const route of lists) {
  const { body } = await get(route, { limit: 100 });
  if (body.data.length < 20) await plantByRoute(stage, who, route, routes);
}

/** The few words that a field may hold, in their order. */
function wordsOf({ answer }: Swept, field: string) {
  const schema: Row = (answer as Row).properties.data.items.properties[field] ?? {};
  const plain = schema.anyOf?.find(({ type }: Row) => type !== 'null') ?? schema;
  return choicesOf(plain);
}

/** Below zero where the first comes first when sorted upward; of nulls this is not asked. */
function compare(one: Row, other: Row, words?: readonly unknown[]): number {
  if (words) return words.indexOf(one) - words.indexOf(other);
  if (typeof one !== 'string') return Number(one) - Number(other);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** @throws unless the rows stand in this order */
function assertSorted(route: Swept, rows: readonly Row[], sort: string) {
  const field = sort.replace('-', '');
  const words = wordsOf(route, field);
  const way = sort.startsWith('-') ? -1 : 1;
  for (const [n, row] of rows.slice(1).entries()) {
    const before = rows[n];
    const [one, other] = [before[field], row[field]];
    const told = `${sort}: ${JSON.stringify([one, other])}`;
    if (one === null) assert.equal(other, null, told);
    if (one === null || other === null) continue;
    const order = way * compare(one, other, words);
    assert.ok(order <= 0, told);
    if (order === 0 && row.id) assert.ok(way * compare(before.id, row.id) < 0, told);
  }
}

/** What was said first is read first. */
const isTold = ({ operation }: Swept) => operation === 'runs-logs';

test('every list tells what it can be sorted by, and the newest come first unless asked', () => {
  assert.ok(lists.length >= 12, `${lists.map(({ operation }) => operation)}`);
  for (const list of lists) {
    const { operation, query } = list;
    const { sort } = query?.properties ?? {};
    const usual = isTold(list) ? 'created_at' : '-created_at';
    assert.equal((sort as { default?: unknown } | undefined)?.default, usual, operation);
    for (const [name, schema] of Object.entries(query?.properties ?? {})) {
      assert.match((schema as Row).description ?? '', /\w+ \w+/, `${operation} ${name}`);
    }
  }
});

for (const route of lists) {
  suite(route.operation, () => {
    for (const sort of sortsOf(route)) {
      test(`by ${sort}, forward to the end and back again are the same rows`, async () => {
        const all = await page(route, { sort, limit: 100 });
        assert.ok(all.data.length > 20 && all.data.length === all.count, `${all.count}`);
        assert.deepEqual([all.next_cursor, all.prev_cursor], [null, null]);
        assertSorted(route, all.data, sort);

        const pages = [await page(route, { sort, limit: 4 })];
        assert.equal(pages[0]?.prev_cursor, null);
        for (
          let cursor = pages[0]?.next_cursor;
          cursor;
          cursor = (pages.at(-1) as Page).next_cursor
        ) {
          pages.push(await page(route, { sort, limit: 4, cursor }));
        }
        assert.deepEqual(pages.flatMap(idsOf), idsOf(all));

        const back = [pages.at(-1) as Page];
        for (let cursor = back[0]?.prev_cursor; cursor; cursor = back[0]?.prev_cursor) {
          back.unshift(await page(route, { sort, limit: 4, cursor }));
          assert.ok(back[0]?.next_cursor);
        }
        assert.deepEqual(back.map(idsOf), pages.map(idsOf));
      });
    }

    test('pages of another size go on where the one before ended', async () => {
      const all = await page(route, { limit: 100 });
      const one = await page(route, { limit: 3 });
      const two = await page(route, { limit: 7, cursor: one.next_cursor ?? '', count: 'false' });
      assert.equal('count' in two || 'count_is_lower_bound' in two, false);
      assert.deepEqual([...idsOf(one), ...idsOf(two)], idsOf(all).slice(0, 10));
      const back = await page(route, { limit: 2, cursor: two.prev_cursor ?? '' });
      assert.deepEqual(idsOf(back), idsOf(all).slice(1, 3));
      const skipped = await page(route, { limit: 4, skip: 5 });
      const before = await page(route, { limit: 5, cursor: skipped.prev_cursor ?? '' });
      assert.deepEqual(idsOf(before), idsOf(all).slice(0, 5));
      assert.equal(before.prev_cursor, null);
    });

    test('a cursor of another sort or list is refused, and costs no statement', async () => {
      const { next_cursor: cursor } = await page(route, { limit: 1, sort: '-created_at' });
      const elsewhere = lists.find(({ answer }) => answer !== route.answer) as Swept;
      const { next_cursor: strange } = await page(elsewhere, { limit: 1 });
      const flipped = `${cursor?.startsWith('A') ? 'B' : 'A'}${cursor?.slice(1)}`;
      assert.ok(cursor && strange);
      const forged = [
        { cursor, sort: 'created_at' },
        { cursor: strange },
        { cursor: flipped },
        { cursor: `${cursor}A` },
        { cursor: `${cursor}=` },
        { cursor: cursor.slice(0, -4) },
        { cursor: '' },
        { cursor: 'A'.repeat(1_501) },
      ];
      for (const query of forged) {
        const { status, body, statements } = await get(route, query);
        assert.deepEqual([status, body.code, statements], [422, 'invalid', []], query.cursor);
      }
    });
  });
}
