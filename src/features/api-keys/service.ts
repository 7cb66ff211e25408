/** API keys: the verbs of whose they are. Each change is told to every process in its transaction. */
import { and, eq } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { changedOne } from '#features/organizations/service.ts';
import { changed, changedAll } from '#features/tokens/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Asking,
  asking,
  type Changing,
  changing,
  tenancy,
  tenantOf,
} from '#platform/db/tenancy.ts';
import { hold } from './hold.ts';
import { ApiKeyNotFound, type ApiKeyQuery, type ApiKeyUpdate, apiKeys } from './model.ts';
import { refuseTooWide } from './permissions.ts';
import { keyPurpose, makeKey, type NewKey } from './secret.ts';
import { refuseUnfit } from './unfit.ts';

export { create } from './create.ts';

type Asked = Asking & { id: string };
type Changed = Changing & { id: string };

const { isReadable, isWritable, isListed } = tenancy(apiKeys, 'api-keys');

const page = pages('api-keys.list', apiKeys, isListed);

/** The caller's keys, or an organization's. */
export const list = (db: Db, { organization_id, ...query }: ApiKeyQuery) =>
  page(db, tenantOf(db, organization_id), query);

const select = statement('api-keys.get', ({ id, ...who }: Slots<Asked>) =>
  build
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), isReadable(who))),
);

/** @throws ApiKeyNotFound */
export const get = async (db: Db, id: string) =>
  one(await select(db, { id, ...asking(db) }), ApiKeyNotFound);

const change = statement(
  'api-keys.update',
  ({
    id,
    caller,
    versions,
    ...fields
  }: Slots<Changed & ApiKeyUpdate & Partial<Omit<NewKey, 'key'>>>) =>
    build
      .update(apiKeys)
      .set(fields)
      .where(and(eq(apiKeys.id, id), isWritable({ caller, versions })))
      .returning(),
);

/** What the audit log is told it was about. */
const about = ({ id, organization_id }: { id: string; organization_id: string | null }) => ({
  target_id: id,
  organization_id: organization_id ?? undefined,
});

/**
 * Changes a key. What it was is believed nowhere any more.
 *
 * @throws ApiKeyNotFound, RoleTooLow, PermissionTooWide; OrganizationNotFound where it goes just now;
 * Invalid for a time past, or half a limit
 */
export function update(db: Db, ports: Ports, id: string, fields: ApiKeyUpdate) {
  refuseUnfit(fields, ports.clock);
  return db.transaction(async (db) => {
    const owner = await hold(db, await get(db, id));
    if (fields.permissions) refuseTooWide(fields.permissions, owner, ports.userPermissions);
    const rows = await change(db, { ...fields, id, ...changing(db) });
    const row = await changedOne(db, rows, () => get(db, id));
    await changed(db, ports, id);
    const detail = { fields: Object.keys(fields) };
    await audit.record(db, 'api_key.updated', { ...about(row), detail });
    return row;
  });
}

/**
 * Gives a key another secret; the old one is refused at once. Of two at once the later one holds, so
 * that who lost an answer and asks again has a key that works.
 *
 * @throws ApiKeyNotFound, RoleTooLow, OrganizationNotFound
 */
export function rotate(db: Db, ports: Ports, id: string) {
  const { key, ...made } = makeKey(ports.keyFor(keyPurpose));
  return db.transaction(async (db) => {
    await hold(db, await get(db, id));
    const rows = await change(db, { ...made, id, ...changing(db) });
    const row = await changedOne(db, rows, () => get(db, id));
    await changed(db, ports, id);
    await audit.record(db, 'api_key.rotated', about(row));
    return { ...row, key };
  });
}

const drop = statement('api-keys.remove', ({ id, ...who }: Slots<Changed>) =>
  build
    .delete(apiKeys)
    .where(and(eq(apiKeys.id, id), isWritable(who)))
    .returning({ id: apiKeys.id, organization_id: apiKeys.organization_id }),
);

/** @throws ApiKeyNotFound, RoleTooLow, OrganizationNotFound */
export async function remove(db: Db, ports: Ports, id: string): Promise<void> {
  await db.transaction(async (db) => {
    await hold(db, await get(db, id));
    const row = await changedOne(db, await drop(db, { id, ...changing(db) }), () => get(db, id));
    await changed(db, ports, id);
    await audit.record(db, 'api_key.deleted', about(row));
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
