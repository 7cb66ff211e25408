/** Guessing made slow: by the pair of account and network, by network, and by account. */
import { hash } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Attempt, Attempts } from '#kernel/attempts.ts';
import type { Clock } from '#kernel/clock.ts';
import { Problem, type ProblemKind, TooManyRequests } from '#kernel/problem.ts';
import { networkOf } from './address.ts';

/** So long a failure counts. */
const windowSeconds = 15 * 60;
/** Who mistypes a few times waits for nothing. */
const freeAttempts = 5;
/** After that the pause doubles with each attempt, up to this. */
const longestPauseSeconds = 60;
/** Failures of one network over all accounts: many people behind one address, or one who sprays. */
const perNetwork = 100;
/** Failures of one account over all networks, before a network its owner was never seen at must wait. */
const perAccount = 50;

export function openAttempts(clock: Clock): Attempts {
  // They only count; what follows from a count is below.
  const counter = () =>
    new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowSeconds });
  const [pairs, networks, accounts] = [counter(), counter(), counter()];
  /** Until when a pair waits, in ms. */
  const pauses = new Map<string, number>();

  const refuse = (seconds: number) =>
    TooManyRequests(`Too many attempts; try again in ${seconds} s`, {
      headers: { 'retry-after': String(seconds) },
    });

  function refusePaused(pair: string) {
    const waitMs = (pauses.get(pair) ?? 0) - clock.now();
    if (waitMs > 0) throw refuse(Math.ceil(waitMs / 1000));
  }

  function pauseAfter(pair: string, failures: number) {
    if (failures < freeAttempts) return;
    const seconds = Math.min(longestPauseSeconds, 2 ** (failures - freeAttempts));
    if (pauses.size >= 10_000) forgetOver();
    pauses.set(pair, clock.now() + seconds * 1000);
  }

  function forgetOver() {
    const now = clock.now();
    for (const [pair, until] of pauses) if (until <= now) pauses.delete(pair);
  }

  /** @throws TooManyRequests */
  async function begin({ account, address, isKnown }: Attempt): Promise<Counted> {
    const network = networkOf(address);
    // A digest, so that what somebody typed into the wrong field is not kept.
    const who = hash('sha256', account.normalize('NFKC').trim().toLowerCase(), 'base64url');
    const pair = `${who} ${network}`;
    refusePaused(pair);
    const [ofPair, ofNetwork, ofAccount] = await Promise.all([
      pairs.consume(pair),
      networks.consume(network),
      accounts.consume(who),
    ]);
    refusePaused(pair); // of many that came at once, the first has set a pause for the others
    pauseAfter(pair, ofPair.consumedPoints);
    if (ofNetwork.consumedPoints > perNetwork) {
      throw refuse(Math.ceil(ofNetwork.msBeforeNext / 1000));
    }
    if (ofAccount.consumedPoints > perAccount && !(await isKnown())) {
      throw refuse(longestPauseSeconds);
    }
    return { pair, network, who };
  }

  /** As if it had not been; for the pair, as if none had. */
  async function forgive({ pair, network, who }: Counted, ofPair: 'reward' | 'delete') {
    pauses.delete(pair);
    await Promise.all([pairs[ofPair](pair), networks.reward(network), accounts.reward(who)]);
  }

  return {
    async run(attempt, work) {
      const counted = await begin(attempt);
      try {
        const result = await work();
        await forgive(counted, 'delete');
        return result;
      } catch (error) {
        if (!isFailure(error, attempt.failure)) await forgive(counted, 'reward');
        throw error;
      }
    },
  };
}

type Counted = { readonly pair: string; readonly network: string; readonly who: string };

const isFailure = (error: unknown, failure: ProblemKind | undefined) =>
  error instanceof Problem && (failure ? error.kind === failure : error.kind.status < 500);
