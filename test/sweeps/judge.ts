/** Judges the answer to an attack: whether it shows, or tells, what is another's. */
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Harness } from '../harness.ts';
import type { Attack, Sent } from './attacks.ts';
import { type Actor, canaries, type Tenant } from './cast.ts';
import type { Sight } from './sight.ts';

const uuids = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const addresses = /[a-z\d-]+@example\.com/g;
const refusals: readonly number[] = [401, 403, 404];

/** What a server does now and then, whoever asks: who is calling, and when they last did. */
const besides = /^(api-keys\.(byDigest|used)|sessions\.used)$/;

export function judging({ call }: Harness, tenants: readonly Tenant[]) {
  const usual = new Map<string, Telling>();
  const tenantOfCanary = new Map(tenants.map(({ canary, id }) => [canary, id]));
  const idOfAddress = new Map(tenants.map(({ by: { email, id } }) => [email, id]));

  function send({ line, body, headers }: Sent) {
    return call(undefined, line, body, { headers });
  }

  /** What tells that there is something at all: another answer than where there is nothing. */
  async function difference(sent: Sent, answer: Answer, twin: Sent): Promise<string[]> {
    const about = JSON.stringify(twin);
    const nothing = usual.get(about) ?? told(twin, await send(twin));
    usual.set(about, nothing);
    if (isDeepStrictEqual(told(sent, answer), nothing)) return [];
    // Once more, one right after the other: what was usual may have been so an hour ago.
    const [is, isNot] = [told(sent, await send(sent)), told(twin, await send(twin))];
    if (isDeepStrictEqual(is, isNot)) return [];
    return [`tells by ${JSON.stringify(is)}, where nothing is by ${JSON.stringify(isNot)}`];
  }

  /** The ids, addresses and canaries of others in an answer to who did not send them. */
  function shown({ actor, secrets }: Sight, sent: Sent, { body, headers }: Answer): string[] {
    const text = JSON.stringify([body, headers]);
    const known = `${decodeURIComponent(sent.line)} ${JSON.stringify([sent.body, sent.headers])}`;
    const leaked = [
      ...(text.match(canaries) ?? []).filter((canary) => !isOwn(actor, canary)),
      ...(text.match(uuids) ?? []).filter((id) => secrets.has(id)),
      ...(text.match(addresses) ?? []).filter((email) => !isKnown(actor, email)),
    ];
    return [...new Set(leaked)].filter((one) => !known.includes(one)).map((one) => `shows ${one}`);
  }

  /** @returns a phrase for each way in which the answer shows, tells, or does too much */
  async function judge(sight: Sight, attack: Attack): Promise<string[]> {
    const { sent, twin, isRefused, hides } = attack;
    const answer = await send(sent);
    const { status, body } = answer;
    const isWrong = isRefused && !refusals.includes(status);
    const isVain = twin && status === 422;
    const isFull = hides && JSON.stringify(body).includes(hides);
    return [
      ...shown(sight, sent, answer),
      ...(isWrong || isVain || isFull ? [`answers ${status} ${JSON.stringify(body)}`] : []),
      ...(twin ? await difference(sent, answer, twin) : []),
    ];
  }

  const isOwn = (actor: Actor, canary: string) =>
    actor.canary === canary || actor.circle.has(tenantOfCanary.get(canary) ?? '');

  function isKnown({ circle, fellows }: Actor, email: string) {
    const id = idOfAddress.get(email);
    return id === undefined || circle.has(id) || fellows.has(id);
  }

  return judge;
}

type Telling = ReturnType<typeof told>;

/** All that an answer tells, but for what was sent, and what is another each time. */
function told({ line, body: sent }: Sent, { status, body, headers, statements }: Answer) {
  const { request_id: _, ...rest } = typeof body === 'object' ? body : { text: body };
  const echo = new Set(`${line} ${JSON.stringify(sent ?? '')}`.match(uuids) ?? []);
  return {
    status,
    body: JSON.stringify(rest).replace(uuids, (id) => (echo.has(id) ? '…' : id)),
    headers: Object.keys(headers).sort(),
    statements: statements.filter((name) => !besides.test(name)),
  };
}
