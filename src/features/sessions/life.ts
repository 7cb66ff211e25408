/** Sessions: how long one lives, and the tokens that a device holds meanwhile. */
import { sql } from 'drizzle-orm';
import type { Ports } from '#kernel/ports.ts';
import { sessions } from './model.ts';
import { makeRefreshToken, refreshPurpose } from './refresh-token.ts';

export const days = (count: unknown) => sql`now() + ${count} * interval '1 day'`;

/**
 * Until when a session lives that is used now: so many days, and thirty at most after it began,
 * however often it is used.
 */
export const slidTo = (life: unknown) =>
  sql`least(${days(life)}, ${sessions.created_at} + interval '30 days')`;

export type Held = {
  readonly user_id: string;
  readonly superuser: boolean;
  readonly session_id: string;
  readonly generation: number;
};

/** The tokens a device holds at this generation of its session. */
export const tokensOf = async ({ tokens, keyFor }: Ports, { generation, ...subject }: Held) => ({
  ...(await tokens.issue(subject)),
  refresh_token: makeRefreshToken(keyFor(refreshPurpose), {
    session_id: subject.session_id,
    generation,
  }),
});
