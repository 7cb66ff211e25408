/** Finds a key by its digest, and says why it may not be used. */
import { and, eq, exists, getTableColumns, gt, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { users } from '#features/users/model.ts';
import { build, sameEdition } from '#kernel/db.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { apiKeys } from './model.ts';

type Digest = { digest: string };

const { digest: _, ...columns } = getTableColumns(apiKeys);
/** A key, and what its owner is now. An organization is never switched off, nor a superuser. */
const seen = {
  ...columns,
  tenant_id: sql<string>`coalesce(${apiKeys.owner_id}, ${apiKeys.organization_id})`.as('tenant_id'),
  is_active: sql<boolean>`${apiKeys.organization_id} is not null or ${users.is_active}`.as(
    'is_active',
  ),
  is_superuser: sql<boolean>`coalesce(${users.is_superuser}, false)`.as('is_superuser'),
};

export const byDigest = statement('api-keys.byDigest', ({ digest }: Slots<Digest>) =>
  build
    .select(seen)
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.owner_id))
    .where(eq(apiKeys.digest, digest)),
);
export type FoundKey = Awaited<ReturnType<typeof byDigest>>[number];

/** The same, and notes that the key was used where it may be, at most once a minute. */
export const useByDigest = statement('api-keys.useByDigest', ({ digest }: Slots<Digest>) => {
  const owner = build
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, apiKeys.owner_id), users.is_active));
  const used = build.$with('used').as(
    build
      .update(apiKeys)
      .set({ last_used_at: sql`now()`, ...sameEdition(apiKeys) })
      .where(
        and(
          eq(apiKeys.digest, digest),
          apiKeys.enabled,
          or(isNotNull(apiKeys.organization_id), exists(owner)),
          or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, sql`now()`)),
          or(
            isNull(apiKeys.last_used_at),
            sql`${apiKeys.last_used_at} < now() - interval '1 minute'`,
          ),
        ),
      )
      .returning({ id: apiKeys.id }),
  );
  return build
    .with(used)
    .select(seen)
    .from(apiKeys)
    .leftJoin(users, eq(users.id, apiKeys.owner_id))
    .where(eq(apiKeys.digest, digest));
});

/** @returns why a key that exists is refused, or undefined where it is not */
export function refusalOf(
  { enabled, is_active, expires_at }: FoundKey,
  nowMs: number,
): 'disabled' | 'expired' | undefined {
  if (!enabled || !is_active) return 'disabled';
  if (expires_at !== null && Date.parse(expires_at) <= nowMs) return 'expired';
  return undefined;
}
