/** Guessing made slow: by the pair of account and network, by network, and by account. */
import { hash } from 'node:crypto';
import type { Attempt, Attempts } from '#kernel/attempts.ts';
import type { Count, Limits } from '#kernel/limits.ts';
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

/** @param name of what is guessed at: attempts of two names do not count together */
export function openAttempts(limits: Limits, name: string): Attempts {
  const counter = (of: string) => limits.counter(`${name}-${of}`, windowSeconds);
  const [pairs, networks, accounts] = [counter('pair'), counter('network'), counter('account')];
  /** A pair waits as long as it has been counted here: only one begins a pause, in all processes. */
  const pauses = counter('pause');

  function refuse(seconds: number) {
    limits.refused.set(name, (limits.refused.get(name) ?? 0) + 1);
    return TooManyRequests(`Too many attempts; try again in ${seconds} s`, {
      headers: { 'retry-after': String(seconds) },
    });
  }

  /** @throws TooManyRequests where one that came at the same time was first */
  async function pauseAfter(pair: string, failures: number) {
    if (failures < freeAttempts) return;
    const seconds = Math.min(longestPauseSeconds, 2 ** (failures - freeAttempts));
    const paused = await pauses.consume(pair, 1, { customDuration: seconds });
    if (paused.consumedPoints > 1) throw refuse(wholeSeconds(paused));
  }

  /** @throws TooManyRequests */
  async function begin({ account, address, isKnown }: Attempt): Promise<Counted> {
    const network = networkOf(address);
    // A digest, so that what somebody typed into the wrong field is not kept.
    const who = hash('sha256', account.normalize('NFKC').trim().toLowerCase(), 'base64url');
    const pair = `${who} ${network}`;
    const paused = await pauses.get(pair);
    if (paused && paused.msBeforeNext > 0) throw refuse(wholeSeconds(paused));
    const [ofPair, ofNetwork, ofAccount] = await Promise.all([
      pairs.consume(pair),
      networks.consume(network),
      accounts.consume(who),
    ]);
    await pauseAfter(pair, ofPair.consumedPoints);
    if (ofNetwork.consumedPoints > perNetwork) throw refuse(wholeSeconds(ofNetwork));
    if (ofAccount.consumedPoints > perAccount && !(await isKnown())) {
      throw refuse(longestPauseSeconds);
    }
    return { pair, network, who };
  }

  /** As if it had not been; for the pair, as if none had. */
  async function forgive({ pair, network, who }: Counted, ofPair: 'reward' | 'delete') {
    await Promise.all([
      pauses.delete(pair),
      pairs[ofPair](pair),
      networks.reward(network),
      accounts.reward(who),
    ]);
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

const wholeSeconds = ({ msBeforeNext }: Count) => Math.max(1, Math.ceil(msBeforeNext / 1000));

const isFailure = (error: unknown, failure: ProblemKind | undefined) =>
  error instanceof Problem && (failure ? error.kind === failure : error.kind.status < 500);
