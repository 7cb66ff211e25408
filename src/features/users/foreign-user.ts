/** Users: an account as another system had it, read from what that exports. */
import { maxUuid, nilUuid } from '#kernel/principal.ts';
import { Refusal } from '#kernel/refusal.ts';
import { isPasswordHash } from '#platform/crypto/password.ts';
import { isStorable } from '#platform/http/bodies.ts';
import { isEmail } from './email.ts';
import { canonicalEmail } from './model.ts';

export type ForeignUser = {
  readonly id: string | null;
  readonly email: string;
  readonly full_name: string | null;
  readonly password_hash: string | null;
  readonly is_active: boolean;
  readonly is_superuser: boolean;
  readonly is_verified: boolean;
  /** Of which nothing but this is known here. */
  readonly had_two_factor: boolean;
  readonly created_at: string | null;
};

type Source = Readonly<Record<string, unknown>>;

const maxNameLength = 255;

/**
 * Reads one account, in our own words, those of the full-stack FastAPI template or those of Better
 * Auth. What it does not know of is left out.
 *
 * @param value parsed JSON
 * @throws Refusal that says what is wrong, and nothing of what the account holds
 */
export function readUser(value: unknown): ForeignUser {
  if (!isObject(value)) throw new Refusal('It is no JSON object.');
  const email = canonicalEmail(text(value, 'email') ?? '');
  if (email === '') throw new Refusal('It has no email.');
  if (!isEmail(email)) throw new Refusal('The email is no address.');
  const full_name = text(value, 'full_name') ?? text(value, 'name') ?? '';
  if ([...full_name].length > maxNameLength) {
    throw new Refusal(`The name is longer than ${maxNameLength} characters.`);
  }
  return {
    id: idOf(value.id),
    email,
    full_name: full_name || null,
    password_hash: passwordHash(value),
    is_active: (flag(value, 'is_active') ?? true) && !flag(value, 'banned'),
    is_superuser: flag(value, 'is_superuser') ?? false,
    is_verified: flag(value, 'is_verified') ?? flag(value, 'emailVerified') ?? false,
    had_two_factor: flag(value, 'two_factor_enabled') ?? flag(value, 'twoFactorEnabled') ?? false,
    created_at: instantOf(value.created_at ?? value.createdAt),
  };
}

const isObject = (value: unknown): value is Source =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function text(source: Source, name: string): string | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new Refusal(`The ${name} is no text.`);
  if (isStorable(value)) return value;
  throw new Refusal(`The ${name} holds a NUL character or half a surrogate pair.`);
}

/** Databases without a boolean say 0 and 1. */
function flag(source: Source, name: string): boolean | undefined {
  const value = source[name] ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  throw new Refusal(`The ${name} is neither true nor false.`);
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Rows elsewhere may point at it. The nil UUID is nobody here, and the max UUID the server itself. */
function idOf(value: unknown): string | null {
  const id = typeof value === 'string' ? value.toLowerCase() : '';
  return uuid.test(id) && ![nilUuid, maxUuid].includes(id) ? id : null;
}

function passwordHash(source: Source): string | null {
  const hash =
    text(source, 'password_hash') ??
    text(source, 'hashed_password') ??
    text(source, 'password') ??
    text(credentialAccount(source), 'password');
  if (hash === undefined || isPasswordHash(hash)) return hash ?? null;
  throw new Refusal('The password hash is of no format that is known.');
}

/** Better Auth keeps the password beside the accounts by which somebody signs in elsewhere. */
function credentialAccount({ accounts }: Source): Source {
  const all = accounts ?? [];
  if (!Array.isArray(all)) throw new Refusal('The accounts are no list.');
  return all.filter(isObject).find(({ providerId }) => providerId === 'credential') ?? {};
}

/** As JSON and PostgreSQL write an instant; without a zone it is UTC. */
const written =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:Z|([+-]\d\d)(?::?(\d\d))?)?$/;
/** No account is older; a count of seconds, taken for milliseconds, would be. */
const earliestMs = Date.UTC(1990);

/** @returns null for what is no instant of the past: it is not worth losing an account */
function instantOf(value: unknown): string | null {
  const [, day, time, hours = '+00', minutes = '00'] = written.exec(String(value)) ?? [];
  const ms = typeof value === 'number' ? value : Date.parse(`${day}T${time}${hours}:${minutes}`);
  return ms >= earliestMs && ms <= Date.now() ? new Date(ms).toISOString() : null;
}
