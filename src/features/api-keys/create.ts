/** API keys: making one, of the caller's own or of an organization. */
import { sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { inOrganization } from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { Ports } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { belongsTo, givenTo, type Tenant, tenantOf } from '#platform/db/tenancy.ts';
import { hold } from './hold.ts';
import { type ApiKeyCreate, apiKeys, maxKeys, TooManyApiKeys } from './model.ts';
import { refuseTooWide } from './permissions.ts';
import { keyPurpose, makeKey, type NewKey } from './secret.ts';
import { refuseUnfit } from './unfit.ts';

const given = givenTo('api-keys:write');
const isOfTenant = belongsTo(apiKeys, 'api-keys:write');

type New = Tenant &
  Omit<NewKey, 'key'> &
  Pick<ApiKeyCreate, 'name' | 'permissions'> & {
    id: string;
    expires_at: string | null;
    rate_limit_requests: number | null;
    rate_limit_seconds: number | null;
  };

const insert = statement(
  'api-keys.create',
  ({ owner_id, organization_id, caller, ...row }: Slots<New>) => {
    const tenant = { owner_id, organization_id, caller };
    const whose = given(tenant);
    const now = (column: string) => sql`now()`.as(column);
    // Every column, in the order of the table: the builder takes no fewer.
    const values = build
      .select({
        id: sql`${row.id}::uuid`.as('id'),
        owner_id: sql`${whose.owner_id}::uuid`.as('owner_id'),
        organization_id: sql`${whose.organization_id}::uuid`.as('organization_id'),
        created_at: now('created_at'),
        updated_at: now('updated_at'),
        version: sql`1`.as('version'),
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
      .where(sql`${build.$count(apiKeys, isOfTenant(tenant))} < ${maxKeys}`);
    return build
      .insert(apiKeys)
      .select(values as never)
      .returning();
  },
);

/**
 * Makes a key.
 *
 * @returns the row, and the key, which nobody can read again
 * @throws PermissionTooWide, TooManyApiKeys, OrganizationNotFound, RoleTooLow; Invalid for a time past,
 * or half a limit
 */
export async function create(
  db: Db,
  ports: Ports,
  { organization_id = null, ...input }: ApiKeyCreate,
) {
  refuseUnfit(input, ports.clock);
  const owner = { organization_id, is_superuser: db.principal.superuser };
  refuseTooWide(input.permissions, owner, ports.userPermissions);
  const { key, ...made } = makeKey(ports.keyFor(keyPurpose));
  const optional = { expires_at: null, rate_limit_requests: null, rate_limit_seconds: null };
  const whose = tenantOf(db, organization_id);
  const values = { ...optional, ...input, ...made, ...whose, id: newId() };
  const make = async (db: Db) => {
    await hold(db, whose);
    const row = one(await insert(db, values), TooManyApiKeys);
    await audit.record(db, 'api_key.created', {
      target_id: row.id,
      organization_id: row.organization_id ?? undefined,
      detail: { permissions: row.permissions },
    });
    return row;
  };
  const row = await inOrganization(db, organization_id, (db) => db.transaction(make));
  return { ...row, key };
}
