/** The chain of an organization's entries: the hash of each covers what it says and the hash before it. */
import { type SQL, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { auditLog } from './model.ts';

type Column = keyof typeof auditLog.$inferSelect;

/** An entry before it has its place. */
export type Row = Omit<
  typeof auditLog.$inferInsert,
  'created_at' | 'organization_id' | 'sequence' | 'hash'
>;
type Chained = Row & { organization_id: string };

/** What is text in JSON, or a number, whatever the session is set to. */
const plain: readonly Column[] = [
  'id',
  'actor_kind',
  'actor_id',
  'session_id',
  'key_id',
  'action',
  'outcome',
  'target_id',
  'address',
  'user_agent',
  'request_id',
  'organization_id',
  'sequence',
];

/**
 * The hash of an entry, for writing and for verifying it. Columns that are null are left out, so a
 * column more changes no hash of those before it.
 *
 * @param entry the alias under which it stands in the statement
 * @param before the hash of the entry before it, null of the first
 */
export function hashOf(entry: string, before: SQL): SQL<string> {
  const columns = sql.raw(plain.map((column) => `'${column}', ${entry}.${column}`).join(', '));
  const createdAt = sql.raw(`round(extract(epoch from ${entry}.created_at) * 1000)`);
  const detail = sql.raw(`${entry}.detail`);
  // The detail has nulls of its own, which are not left out.
  const said = sql`jsonb_strip_nulls(jsonb_build_object(${columns}, 'created_at', ${createdAt}, 'before', ${before}))
    || case when ${detail} is null then '{}' else jsonb_build_object('detail', ${detail}) end`;
  return sql<string>`encode(sha256(convert_to((${said})::text, 'UTF8')), 'hex')`;
}

/** Any number that no other use of such locks in the same database has. */
const lockSeed = 7_270_116;

const hold = statement('audit.hold', ({ organization_id }: Slots<{ organization_id: string }>) =>
  build
    .select({
      held: sql`pg_advisory_xact_lock(hashtextextended(${organization_id}::uuid::text, ${sql.raw(`${lockSeed}`)}))`.as(
        'held',
      ),
    })
    .from(sql`(values (1)) as chain`),
);

const insert = statement('audit.append', (row: Slots<Chained>) => {
  const last = sql`select sequence, hash from ${auditLog}
    where organization_id = ${row.organization_id} and sequence is not null
    order by sequence desc limit 1`;
  // Rounded as the column rounds it, since that is what will be verified.
  const entry = sql`select ${row.id}::uuid as id, now()::timestamptz(3) as created_at,
    ${row.actor_kind}::text as actor_kind, ${row.actor_id}::uuid as actor_id,
    ${row.session_id}::uuid as session_id, ${row.key_id}::uuid as key_id,
    ${row.action}::text as action, ${row.outcome}::text as outcome,
    ${row.target_id}::uuid as target_id, ${row.address}::text as address,
    ${row.user_agent}::text as user_agent, ${row.request_id}::text as request_id,
    ${row.detail}::jsonb as detail, ${row.organization_id}::uuid as organization_id,
    coalesce(last.sequence, 0) + 1 as sequence, last.hash as before
    from (values (1)) as chain left join (${last}) as last on true`;
  // Every column, in the order of the table.
  return build
    .insert(auditLog)
    .select(
      sql`select id, created_at, actor_kind, actor_id, session_id, key_id, action, outcome, target_id,
        address, user_agent, request_id, detail, organization_id, sequence,
        ${hashOf('entry', sql`entry.before`)} from (${entry}) as entry`,
    )
    .returning({ id: auditLog.id });
});

/** Adds an entry to the chain of its organization, which is held until the commit. */
export const append = (db: Db, row: Chained): Promise<void> =>
  db.transaction(async (db) => {
    // A statement of its own: the next one must see what whoever held the chain before has committed.
    await hold(db, { organization_id: row.organization_id });
    await insert(db, row);
  });
