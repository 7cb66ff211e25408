/**
 * Requests that make something, safe to send again (draft-ietf-httpapi-idempotency-key-header): the
 * first answer is kept in the transaction of what it tells, and given again to the same caller.
 */
import type { FastifyRequest } from 'fastify';
import type { Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { IdempotencyKeyInUse, Malformed } from '#kernel/problem.ts';
import type { Given, Repeatable, Replays } from '#kernel/replays.ts';
import { networkOf } from '../limits/address.ts';

/** Another process was faster: its answer is the first. */
class Overtaken extends Error {}

/** @returns what gives the answer: a kept one where there is one, else that of `work` */
export function replaying({ database }: Ports, replays: Replays) {
  /** What this process is about to answer. */
  const running = new Set<string>();

  async function first(request: FastifyRequest, asked: Repeatable, work: Work) {
    const { principal, client } = request.db;
    // Whoever was running when this looked may have ended before it could begin.
    const begin = async (db: Db) => {
      await replays.begin(db, asked);
      if (await replays.find(db, asked)) throw new Overtaken();
    };
    return database
      .together(principal, client, begin, async (db) => {
        const given = await work(db);
        await replays.keep(db, asked, given);
        return given;
      })
      .catch((error) => {
        if (error instanceof Overtaken) return undefined;
        throw error;
      });
  }

  return async (request: FastifyRequest, work: Work): Promise<Given> => {
    const key = keyIn(request.headers['idempotency-key']);
    if (key === undefined) return work(request.db);
    const asked = repeatable(request, key);
    const name = `${asked.caller} ${key}`;
    if (running.has(name)) throw IdempotencyKeyInUse();
    running.add(name);
    try {
      for (;;) {
        const kept = await replays.find(request.db, asked);
        if (kept) return { ...kept, headers: { ...kept.headers, 'idempotency-replayed': 'true' } };
        const given = await first(request, asked, work);
        if (given) return given;
      }
    } finally {
      running.delete(name);
    }
  };
}

type Work = (db: Db) => Promise<Given>;

const visible = /^[!-~]{1,255}$/;

/** A string of structured fields (RFC 9651, 3.3.3), or the bare key that many send. @throws Malformed */
function keyIn(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(String(header)) ?? [];
  const key = quoted?.replaceAll(/\\(.)/g, '$1') ?? String(header);
  if (!visible.test(key)) {
    throw Malformed('An Idempotency-Key has 1 to 255 characters of ASCII, and no spaces');
  }
  return key;
}

/** Who is not signed in is known by their network. */
function repeatable({ principal, ip, method, url, body }: FastifyRequest, key: string): Repeatable {
  const { kind, keyId, userId } = principal;
  const caller = keyId ?? (kind === 'anonymous' ? networkOf(ip) : userId);
  return { caller, key, request: JSON.stringify([method, url, body]) };
}
