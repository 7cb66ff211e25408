/** What others ask of a key they were given: whether it is good, whose it is, what it may do. */
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type FoundKey, refusalOf, useByDigest } from './find.ts';
import type { ApiKeyQuestion, ApiKeyVerdict, KeyPermissions, RefusalCode } from './model.ts';
import { namesOf, narrowed } from './permissions.ts';
import { digestOf, hasForm, isOurs, keyPurpose, mark } from './secret.ts';

const sentences: Readonly<Record<RefusalCode, string>> = {
  INVALID_API_KEY: 'This is no API key of ours',
  KEY_DISABLED: 'The API key is switched off',
  KEY_EXPIRED: 'The API key has expired',
  KEY_NOT_FOUND: 'The API key lacks a permission that is asked for',
};
const refuse = (code: RefusalCode): ApiKeyVerdict => ({
  valid: false,
  error: { code, message: sentences[code] },
  key: null,
});

/**
 * Answers as Better Auth's plugin for API keys does. It is always the database that says it, in one
 * statement, and none for a key that we did not make. Asking does not count against the key's own
 * limit: that is of requests made here, and who asks is told it, to count those made there.
 */
export async function verify(
  db: Db,
  { clock, keyFor, userPermissions }: Ports,
  { key, permissions: asked = {} }: ApiKeyQuestion,
): Promise<ApiKeyVerdict> {
  if (!hasForm(key) || !isOurs(keyFor(keyPurpose), key)) return refuse('INVALID_API_KEY');
  const door = db.unscoped('whoever was given a key asks about it');
  const [row] = await useByDigest(door, { digest: digestOf(key) });
  if (!row) return refuse('INVALID_API_KEY');
  const refusal = refusalOf(row, clock.now());
  if (refusal) return refuse(refusal === 'expired' ? 'KEY_EXPIRED' : 'KEY_DISABLED');
  const permissions = narrowed(row, userPermissions);
  const has = new Set<string>(namesOf(permissions));
  if (!namesOf(asked).every((name) => has.has(name))) return refuse('KEY_NOT_FOUND');
  return { valid: true, error: null, key: described(row, permissions) };
}

function described(row: FoundKey, now: KeyPermissions): NonNullable<ApiKeyVerdict['key']> {
  const { rate_limit_requests, rate_limit_seconds } = row;
  return {
    id: row.id,
    name: row.name,
    start: row.prefix,
    prefix: mark,
    userId: row.owner_id,
    referenceId: row.tenant_id,
    enabled: row.enabled,
    permissions: now,
    rateLimitEnabled: rate_limit_requests !== null,
    rateLimitMax: rate_limit_requests,
    rateLimitTimeWindow: rate_limit_seconds === null ? null : rate_limit_seconds * 1000,
    lastRequest: row.last_used_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    metadata: null,
  };
}
