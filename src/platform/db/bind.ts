/**
 * Puts the server under row-level security. It binds an ordinary role, and no superuser nor who may
 * bypass it: one that connects as such works as a role of less rights.
 */
import type pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import { connected, transaction } from './connection.ts';
import type { OpenPool } from './open.ts';

/** The role of a server that connects as one whom policies do not bind. */
export const boundRole = 'plinth_server';

/** Any number that no other program takes as a lock in the same database. */
const lockKey = 7_270_115_403;

/**
 * @param opened on a database that is migrated
 * @param rowSecurity false leaves the policies out, for tests that show what they are good for
 * @returns what the server works on; closing it closes both
 * @throws Refusal where the role cannot be had, or would be shared with others by a pooler
 */
export async function bound(opened: OpenPool, rowSecurity: boolean): Promise<OpenPool> {
  const passes = await bypasses(opened.pool);
  if (!rowSecurity && !passes) {
    throw new Refusal(
      'DB_ROW_SECURITY=off needs a database role that row-level security does not bind, such as a superuser.',
    );
  }
  if (!passes || !rowSecurity) return opened;
  if (opened.kind === 'postgresql' && (await isPooled(opened.pool))) {
    throw new Refusal(
      'DATABASE_URL goes through a pooler as a role that passes row-level security by. Connect as an ordinary role that owns the schema, or without the pooler.',
    );
  }
  const under = await underBoundRole(opened).catch((cause: Error) => {
    throw new Refusal(
      `The role ${boundRole}, which row-level security binds, cannot be had (${cause.message}). Connect as an ordinary role that owns the schema.`,
      { cause },
    );
  });
  const close = async () => {
    await under.close();
    await opened.close();
  };
  return { ...under, listenUrl: opened.listenUrl, close };
}

/** @throws where the role cannot be made or taken, or passes row-level security by itself */
async function underBoundRole(opened: OpenPool): Promise<OpenPool> {
  await transaction(opened.pool, makeRole);
  const under = await opened.as(boundRole);
  try {
    if (await bypasses(under.pool)) throw new Error('it passes row-level security by');
    return under;
  } catch (error) {
    await under.close();
    throw error;
  }
}

async function bypasses(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query(
    'select rolsuper or rolbypassrls as passes from pg_roles where rolname = current_user',
  );
  return rows[0].passes;
}

/** A pooler makes up the process id that it tells at the start of a connection. */
const isPooled = (pool: pg.Pool) =>
  connected(pool, async (client) => {
    const { rows } = await client.query('select pg_backend_pid() as pid');
    return rows[0].pid !== (client as pg.PoolClient & { processID: number | null }).processID;
  });

/** What the owner of a table may do to its rows the role may; what is taken from one it has not either. */
const grants = `
with ours as (
  select unnest(array['plinth', 'plinth_queue']::regnamespace[]) as namespace
), wanted as (
  select c.oid::regclass as name, c.oid, a.privilege_type as privilege
  from ours join pg_class c on c.relnamespace = namespace,
    aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
  where c.relkind in ('r', 'p', 'v') and c.oid <> 'plinth.migrations'::regclass
    and a.grantee = c.relowner and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
)
select format('grant %s on %s to ${boundRole}', string_agg(privilege, ', '), name) as sql from wanted
where not has_table_privilege('${boundRole}', oid, privilege) group by name
union all
select format('revoke %s on %s from ${boundRole}', string_agg(p, ', '), c.oid::regclass)
from ours join pg_class c on c.relnamespace = namespace, unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p
where c.relkind in ('r', 'p', 'v')
  and has_table_privilege('${boundRole}', c.oid, p)
  and not exists (select from wanted where wanted.oid = c.oid and privilege = p)
group by c.oid
union all
select format('grant usage, select on sequence %s to ${boundRole}', oid::regclass) from pg_class
where case when relnamespace = 'plinth'::regnamespace and relkind = 'S'
  then not has_sequence_privilege('${boundRole}', oid, 'usage') end
union all
select format('grant usage on schema %s to ${boundRole}', namespace) from ours
where not has_schema_privilege('${boundRole}', namespace, 'usage')`;

/** Since PostgreSQL 16 who makes a role is its member, and may take it only where that is granted. */
const mayTake = `select pg_has_role('${boundRole}',
  case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) as is`;

/** Changes nothing where all is as it should be; one process after the other. */
async function makeRole(client: pg.PoolClient) {
  await client.query('select pg_advisory_xact_lock($1)', [lockKey]);
  const { rows } = await client.query('select from pg_roles where rolname = $1', [boundRole]);
  if (rows.length === 0) {
    // Roles are of the whole cluster, and the lock of one database: another may be as far.
    await client.query('savepoint making');
    await client
      .query(`create role ${boundRole} nologin`)
      .catch(() => client.query('rollback to savepoint making'));
  }
  const { rows: able } = await client.query(mayTake);
  if (!able[0].is) await client.query(`grant ${boundRole} to current_user`);
  const { rows: missing } = await client.query<{ sql: string }>(grants);
  for (const { sql } of missing) await client.query(sql);
}
