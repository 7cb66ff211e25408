/** API keys: the verbs of their owner. Each change is told to every process in its transaction. */
import { and, eq, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { confirmActor } from '#features/sessions/service.ts';
import { changed, changedAll } from '#features/tokens/service.ts';
import { users } from '#features/users/model.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { Invalid, one, Unauthenticated } from '#kernel/problem.ts';
import type { PageQuery } from '#kernel/schema.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import {
  type ApiKeyCreate,
  ApiKeyNotFound,
  type ApiKeyUpdate,
  apiKeys,
  maxKeys,
  TooManyApiKeys,
} from './model.ts';
import { refuseTooWide } from './permissions.ts';
import { keyPurpose, makeKey, type NewKey } from './secret.ts';

type Owned = { id: string; owner_id: string };

const isThis = ({ id, owner_id }: Slots<Owned>) =>
  and(eq(apiKeys.id, id), eq(apiKeys.owner_id, owner_id));
const mine = (db: Db, id: string): Owned => ({ id, owner_id: db.principal.userId });

const page = pages('api-keys.list', apiKeys, ({ owner_id }: Slots<Pick<Owned, 'owner_id'>>) =>
  eq(apiKeys.owner_id, owner_id),
);

/** The caller's keys. */
export const list = (db: Db, query: PageQuery) =>
  page(db, { owner_id: db.principal.userId }, query);

const select = statement('api-keys.get', (slots: Slots<Owned>) =>
  build.select().from(apiKeys).where(isThis(slots)),
);

/** @throws ApiKeyNotFound */
export const get = async (db: Db, id: string) =>
  one(await select(db, mine(db, id)), ApiKeyNotFound);

/**
 * Who makes and changes keys does so one after the other, so that they can be counted; and not while
 * what may take them away is under way.
 */
const holdOwner = statement('api-keys.holdOwner', ({ owner_id }: Slots<{ owner_id: string }>) =>
  build
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, owner_id), users.is_active))
    .for('no key update'),
);

type Row = Owned &
  Omit<NewKey, 'key'> &
  Pick<ApiKeyCreate, 'name' | 'permissions'> & {
    expires_at: string | null;
    rate_limit_requests: number | null;
    rate_limit_seconds: number | null;
  };

const insert = statement('api-keys.create', (row: Slots<Row>) => {
  const { owner_id } = row;
  const now = (column: string) => sql`now()`.as(column);
  // Every column, in the order of the table: the builder takes no fewer.
  const values = build
    .select({
      id: sql`${row.id}::uuid`.as('id'),
      owner_id: sql`${owner_id}::uuid`.as('owner_id'),
      created_at: now('created_at'),
      updated_at: now('updated_at'),
      name: sql`${row.name}::text`.as('name'),
      prefix: sql`${row.prefix}::text`.as('prefix'),
      digest: sql`${row.digest}::text`.as('digest'),
      permissions: sql`${row.permissions}::jsonb`.as('permissions'),
      enabled: sql`true`.as('enabled'),
      expires_at: sql`${row.expires_at}::timestamptz`.as('expires_at'),
      rate_limit_requests: sql`${row.rate_limit_requests}::integer`.as('rate_limit_requests'),
      rate_limit_seconds: sql`${row.rate_limit_seconds}::integer`.as('rate_limit_seconds'),
      last_used_at: sql`null::timestamptz`.as('last_used_at'),
    })
    .from(sql`(select) as one_row`)
    .where(sql`${build.$count(apiKeys, eq(apiKeys.owner_id, owner_id))} < ${maxKeys}`);
  return build
    .insert(apiKeys)
    .select(values as never)
    .returning();
});

/**
 * Makes a key of the caller's.
 *
 * @returns the row, and the key, which nobody can read again
 * @throws PermissionTooWide, TooManyApiKeys; Invalid for a time past, or half a limit
 */
export async function create(db: Db, ports: Ports, input: ApiKeyCreate) {
  refuseUnfit(db, ports, input);
  const { key, ...made } = makeKey(ports.keyFor(keyPurpose));
  const { expires_at = null, rate_limit_requests = null, rate_limit_seconds = null } = input;
  const limit = { rate_limit_requests, rate_limit_seconds };
  const owned = mine(db, newId());
  const row = await db.transaction(async (db) => {
    one(await holdOwner(db, owned), Unauthenticated);
    await confirmActor(db);
    const values = { ...input, ...owned, ...made, ...limit, expires_at };
    const row = one(await insert(db, values), TooManyApiKeys);
    await audit.record(db, 'api_key.created', {
      target_id: row.id,
      detail: { permissions: row.permissions },
    });
    return row;
  });
  return { ...row, key };
}

const change = statement(
  'api-keys.update',
  ({ id, owner_id, ...fields }: Slots<Owned & ApiKeyUpdate & Partial<Omit<NewKey, 'key'>>>) =>
    build
      .update(apiKeys)
      .set({ ...fields, updated_at: sql`now()` })
      .where(isThis({ id, owner_id }))
      .returning(),
);

/**
 * Changes a key. What it was is believed nowhere any more.
 *
 * @throws ApiKeyNotFound, PermissionTooWide; Invalid for a time past, or half a limit
 */
export function update(db: Db, ports: Ports, id: string, fields: ApiKeyUpdate) {
  refuseUnfit(db, ports, fields);
  return db.transaction(async (db) => {
    one(await holdOwner(db, mine(db, id)), Unauthenticated);
    await confirmActor(db);
    const row = one(await change(db, { ...fields, ...mine(db, id) }), ApiKeyNotFound);
    await changed(db, ports, id);
    const detail = { fields: Object.keys(fields) };
    await audit.record(db, 'api_key.updated', { target_id: id, detail });
    return row;
  });
}

/**
 * Gives a key another secret; the old one is refused at once. Of two at once the later one holds, so
 * that who lost an answer and asks again has a key that works.
 *
 * @throws ApiKeyNotFound
 */
export function rotate(db: Db, ports: Ports, id: string) {
  const { key, ...made } = makeKey(ports.keyFor(keyPurpose));
  return db.transaction(async (db) => {
    one(await holdOwner(db, mine(db, id)), Unauthenticated);
    await confirmActor(db);
    const row = one(await change(db, { ...made, ...mine(db, id) }), ApiKeyNotFound);
    await changed(db, ports, id);
    await audit.record(db, 'api_key.rotated', { target_id: id });
    return { ...row, key };
  });
}

const drop = statement('api-keys.remove', (slots: Slots<Owned>) =>
  build.delete(apiKeys).where(isThis(slots)).returning({ id: apiKeys.id }),
);

/** @throws ApiKeyNotFound */
export async function remove(db: Db, ports: Ports, id: string): Promise<void> {
  await db.transaction(async (db) => {
    one(await drop(db, mine(db, id)), ApiKeyNotFound);
    await changed(db, ports, id);
    await audit.record(db, 'api_key.deleted', { target_id: id });
  });
}

const dropAll = statement('api-keys.removeAll', ({ owner_id }: Slots<{ owner_id: string }>) =>
  build.delete(apiKeys).where(eq(apiKeys.owner_id, owner_id)).returning({ id: apiKeys.id }),
);

/** Deletes every key of an account, in the transaction of what makes them worthless. */
export async function removeAll(db: Db, ports: Ports, owner_id: string): Promise<void> {
  const keys = await dropAll(db, { owner_id });
  await changedAll(
    db,
    ports,
    keys.map(({ id }) => id),
  );
  for (const { id: target_id } of keys) await audit.record(db, 'api_key.deleted', { target_id });
}

/** What no schema says of what is sent. */
function refuseUnfit({ principal }: Db, ports: Ports, input: Partial<ApiKeyCreate>) {
  const { permissions, expires_at, rate_limit_requests, rate_limit_seconds } = input;
  if (permissions) {
    const { userPermissions } = ports;
    refuseTooWide(permissions, { is_superuser: principal.superuser, userPermissions });
  }
  if (typeof expires_at === 'string' && !(Date.parse(expires_at) > ports.clock.now())) {
    throw invalid('expires_at', 'must be in the future');
  }
  if (((rate_limit_requests ?? null) === null) !== ((rate_limit_seconds ?? null) === null)) {
    throw invalid('rate_limit_seconds', 'must be given with rate_limit_requests, or neither');
  }
}

function invalid(field: string, msg: string) {
  const errors = [{ loc: ['body', field], msg, type: 'value' }];
  return Invalid(`body.${field} ${msg}`, { errors });
}
