/** Who asks in the fuzz: people made cheaply, and what they show. */
import assert from 'node:assert/strict';
import { makeSessionToken, sessionTokenPurpose } from '#features/better-auth/session-token.ts';
import * as sessions from '#features/sessions/service.ts';
import * as users from '#features/users/service.ts';
import { system } from '#kernel/principal.ts';
import { keysMay } from '#kernel/roles.ts';
import { type Answer, type Harness, password } from '#test/harness.ts';

/** Somebody who is signed in. */
export type Person = {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refresh_token: string;
  readonly headers: Readonly<Record<string, string>>;
};
type Flags = { readonly is_superuser?: boolean; readonly is_verified?: boolean };

export async function people({ ports, call }: Harness) {
  const db = ports.database.as(system);
  const client = { address: '192.0.2.1', userAgent: 'fuzz', requestId: null };
  const device = ports.database.as(system, client);
  // Everybody has the same password, which is hashed once.
  const password_hash = await users.hashNewPassword(password, []);
  let count = 0;
  /** A word nobody had before, and the same in each run. */
  const fresh = () => `f${++count}`;

  let networks = 0;
  /** An address nobody called from before: what is counted by address is never used up. */
  function newAddress(): string {
    const [high, low] = [++networks >> 16, networks & 0xffff];
    return `2001:db8:${high.toString(16)}:${low.toString(16)}::1`;
  }

  /** Somebody new, who is signed in. */
  async function person({ is_superuser = false, is_verified = true }: Flags = {}): Promise<Person> {
    const email = `${fresh()}@example.com`;
    const row = { email, full_name: 'Ada', password_hash, is_superuser, is_verified };
    const { id } = await users.add(db, row);
    const { access_token, refresh_token } = await sessions.open(device, ports, { user_id: id });
    const headers = { authorization: `Bearer ${access_token}` };
    return { id, email, token: access_token, refresh_token, headers };
  }

  /** What somebody is answered who does what must succeed. */
  async function answered(by: Person, line: string, body?: unknown): Promise<Answer['body']> {
    const answer = await call(undefined, line, body, {
      headers: by.headers,
      remoteAddress: newAddress(),
    });
    assert.ok(answer.status < 300, `${line}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A key that may do all that keys may. */
  async function keyOf(by: Person): Promise<string> {
    const permissions: Record<string, string[]> = {};
    for (const permission of [...ports.userPermissions].filter(keysMay)) {
      const [resource = '', action = ''] = permission.split(':');
      permissions[resource] = [...(permissions[resource] ?? []), action];
    }
    return (await answered(by, 'POST /api/v1/api-keys', { name: 'Fuzz', permissions })).key;
  }

  /** What the official client of Better Auth shows, in the same session. */
  function deviceOf({ id, token }: Person) {
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const key = ports.keyFor(sessionTokenPurpose);
    const claim = { session_id: sid as string, user_id: id };
    return { authorization: `Bearer ${makeSessionToken(key, claim)}` };
  }

  return { person, answered, keyOf, deviceOf, fresh, newAddress };
}
