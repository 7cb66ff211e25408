/** Policies hold whatever plan PostgreSQL takes: statements without a WHERE of their own, on a table of many tenants. */
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import pg from 'pg';
import type { Db } from '#kernel/db.ts';
import { bound, boundRole } from '#platform/db/bind.ts';
import { lendingFrom } from '#platform/db/lending.ts';
import { scopes } from '#platform/db/scope.ts';
import { openTestDatabase } from '../database.ts';
import {
  add,
  changeAll,
  changeOne,
  counts,
  dropAll,
  dropOne,
  page,
  pageWithTotal,
  put,
  reads,
} from './open-statements.ts';
import { callers, expected, fill, id, type Seen } from './tenants.ts';

const opened = await openTestDatabase();
await fill(opened.pool);
const under = await bound(opened, true);
after(() => under.close());
const { connectionString, types } = opened.pool.options;
const { rows: versions } = await opened.pool.query(
  `select current_setting('server_version_num') as number`,
);
const debugParallel =
  Number(versions[0].number) < 160_000 ? 'force_parallel_mode' : 'debug_parallel_query';

const off = (...what: string[]) => what.map((one) => `enable_${one}=off`);
const plans: Readonly<Record<string, readonly string[]>> = {
  'as it comes': [],
  'no sequential scan': off('seqscan'),
  'no index': off('indexscan', 'indexonlyscan', 'bitmapscan'),
  'no bitmap': off('bitmapscan', 'seqscan'),
  'no index-only scan': off('indexonlyscan', 'bitmapscan'),
  'no nested loop': off('nestloop'),
  'only nested loops': off('hashjoin', 'mergejoin'),
  'only merge joins': off('hashjoin', 'nestloop'),
  'nothing kept': off('material', 'memoize', 'hashagg'),
  'no sort': off('sort', 'incremental_sort'),
  'one plan for all callers': ['plan_cache_mode=force_generic_plan'],
  'a plan for each caller': ['plan_cache_mode=force_custom_plan'],
  compiled: ['jit=on', 'jit_above_cost=0', 'jit_optimize_above_cost=-1'],
  parallel: [
    ...['max_parallel_workers_per_gather=4', 'parallel_setup_cost=0', 'parallel_tuple_cost=0'],
    ...['min_parallel_table_scan_size=0', 'min_parallel_index_scan_size=0', `${debugParallel}=on`],
  ],
  'parallel, one plan': ['plan_cache_mode=force_generic_plan', `${debugParallel}=regress`],
  'hardly any memory': ['work_mem=64kB', 'hash_mem_multiplier=1'],
  'joined as written': ['from_collapse_limit=1', 'join_collapse_limit=1'],
  'joined by chance': ['geqo_threshold=2', 'geqo_effort=1'],
};

let checks = 0;
function holds(actual: unknown, wanted: unknown, what: string) {
  checks++;
  assert.deepEqual(actual, wanted, what);
}

const undone = new Error('undone');
/** What a change answers; it is taken back. */
async function tried<Result>(db: Db, change: (db: Db) => Promise<Result>) {
  let result: Result | 'refused' = 'refused';
  const work = db.transaction(async (db) => {
    result = await change(db);
    throw undone;
  });
  await work.catch((error) => assert.ok(error === undone || error.code === '42501', error));
  return result as Result | 'refused';
}

async function readsAsSeen(db: Db, seen: Seen, who: string) {
  for (const [one, visible] of seen.visible) {
    const found = visible ? [{ id: one }] : [];
    holds(await reads.point(db, { id: one }), found, `${who}: point`);
    holds(await reads.locked(db, { id: one }), seen.writable.get(one) ? found : [], `${who}: lock`);
    holds(await reads.exists(db, { id: one }), [{ there: visible }], `${who}: exists`);
  }
  const ids = (await page(db, {})).map(({ id }) => id);
  holds(ids, seen.firstPage, `${who}: page`);
  const rows = (await pageWithTotal(db, {})) as unknown as { total: number; id: string | null }[];
  const wanted = seen.firstPage.length > 0 ? seen.firstPage : [null];
  holds(
    rows.map(({ id }) => id),
    wanted,
    `${who}: page with total`,
  );
  holds(rows[0]?.total, seen.readable, `${who}: total`);
  for (const [name, counted] of Object.entries(counts)) {
    holds(await counted(db, {}), [{ total: seen.readable }], `${who}: ${name}`);
  }
}

/** In a transaction what the statement before told is still there: here that is the way past. */
const afterAnother = (db: Db, seen: Seen, who: string) =>
  db.transaction(async (db) => {
    const past = db.unscoped('to be told of everything first');
    holds(await counts.all(past, {}), [{ total: seen.everything }], `${who}: past the policies`);
    await readsAsSeen(db, seen, who);
  });

async function changesAsSeen(db: Db, seen: Seen, who: string) {
  for (const [one, writable] of seen.writable) {
    const changed = writable ? [{ id: one }] : [];
    holds(await tried(db, (db) => changeOne(db, { id: one })), changed, `${who}: update`);
    holds(await tried(db, (db) => dropOne(db, { id: one })), changed, `${who}: delete`);
  }
  await insertsAsSeen(db, seen, who);
  if (seen.everybody) return; // all of them take long, and have no policy to keep to
  const changed = await tried(db, (db) => changeAll(db, {}));
  holds(changed.length, seen.changeable, `${who}: update of all`);
  const left = await tried(db, async (db) => {
    await dropAll(db, {});
    return counts.all(db.unscoped('to see what is left'), {});
  });
  holds(left, [{ total: seen.everything - seen.changeable }], `${who}: delete of all`);
}

async function insertsAsSeen(db: Db, seen: Seen, who: string) {
  for (const owner_id of [id('user', 1), id('user', 2)]) {
    const own = owner_id === seen.caller || seen.everybody;
    const row = { id: id('new', 1), owner_id };
    const answer = await tried(db, (db) => add(db, row));
    holds(answer, own ? [{ id: row.id }] : 'refused', `${who}: insert`);
    const taken = { ...row, id: id('task', 2) }; // of user 2
    const allowed = own && (seen.everybody || owner_id === id('user', 2));
    holds(await tried(db, (db) => put(db, taken)), allowed ? [] : 'refused', `${who}: upsert`);
  }
}

suite('whatever the plan', () => {
  for (const [name, settings] of Object.entries(plans)) {
    test(name, async (t) => {
      const started = checks;
      const options = [`role=${boundRole}`, ...settings].map((one) => `-c ${one}`).join(' ');
      const pool = new pg.Pool({ connectionString, types, max: 1, options });
      t.after(() => pool.end());
      const { as } = scopes(lendingFrom(pool, undefined), () => {}, {
        prepared: true,
        rowSecurity: true,
        signingKey: Buffer.alloc(32),
      });
      // Named statements that change callers: the sixth may be of a plan that was made for all.
      for (let round = 0; round < 8; round++) {
        for (const [who, principal] of Object.entries(callers)) {
          const seen = await expected(opened.pool, principal);
          if (round < 7) {
            const [[one, visible] = ['', false]] = seen.visible;
            holds((await reads.point(as(principal), { id: one })).length, Number(visible), who);
          } else {
            await readsAsSeen(as(principal), seen, who);
            await afterAnother(as(principal), seen, who);
            await changesAsSeen(as(principal), seen, who);
          }
        }
      }
      const { rows } = await pool.query('select from plinth.tasks limit 1');
      holds(rows, [], 'untold, there is nothing');
      t.diagnostic(`${checks - started} checks`);
    });
  }
});
