/** How many requests a caller may make in a time (draft-ietf-httpapi-ratelimit-headers). */
import type { Count, LimitPolicy, Limits } from '#kernel/limits.ts';
import type { Principal } from '#kernel/principal.ts';
import { TooManyRequests } from '#kernel/problem.ts';
import { networkOf } from './address.ts';
import { byNetwork, type LimitSettings, type Policy, policies } from './policies.ts';

/** The `RateLimit-Policy` and `RateLimit` headers: structured fields (RFC 9651), lists of items. */
export type Counted = { readonly policy: string; readonly left: string };

export type RequestLimits = {
  /**
   * Counts one request of who asks, under every policy that applies. What one of them refuses counts
   * under no other, so that nobody is kept out for longer than who refused them says.
   *
   * @param request from the address it gives, which is only looked at where it matters
   * @param sensitive the policy of the route, where it has one
   * @returns undefined where there is no limit
   * @throws TooManyRequests with `Retry-After`
   */
  count(
    principal: Principal,
    request: { readonly ip: string },
    sensitive: LimitPolicy | undefined,
  ): Promise<Counted | undefined>;
};

type Applied = { readonly policy: Policy; readonly key: string };
type Judged = Applied & { readonly count: Count };

export function requestLimits(settings: LimitSettings, limits: Limits): RequestLimits {
  const { general, sensitive, own } = policies(settings, limits);

  function applied(
    { kind, userId, keyId, limit }: Principal,
    request: { readonly ip: string },
    named: LimitPolicy | undefined,
  ): readonly Applied[] {
    const who = keyId ?? (kind === 'anonymous' ? networkOf(request.ip) : userId);
    const all: Applied[] = [];
    if (general) all.push({ policy: general[kind === 'system' ? 'user' : kind], key: who });
    if (limit) all.push({ policy: own(limit), key: who });
    if (sensitive && named) {
      const key = byNetwork.has(named) ? networkOf(request.ip) : who;
      all.push({ policy: sensitive[named], key });
    }
    return all;
  }

  function refusal(all: readonly Judged[]) {
    for (const { policy, key } of all.filter((one) => !isOver(one))) {
      void policy.counter.reward(key, 1, { customDuration: policy.seconds });
    }
    const over = all.filter(isOver).sort((a, b) => secondsLeft(b.count) - secondsLeft(a.count));
    for (const { policy } of over) {
      limits.refused.set(policy.name, (limits.refused.get(policy.name) ?? 0) + 1);
    }
    const [longest] = over as [Judged];
    const { requests, seconds } = longest.policy;
    const period = seconds === 60 ? 'a minute' : `in ${seconds} s`;
    const wait = secondsLeft(longest.count);
    const { policy, left } = told(all);
    return TooManyRequests(`No more than ${requests} requests ${period}; try again in ${wait} s`, {
      headers: { 'retry-after': String(wait), ratelimit: left, 'ratelimit-policy': policy },
    });
  }

  return {
    async count(principal, request, named) {
      const all = applied(principal, request, named);
      const [first] = all;
      if (!first) return undefined;
      // Asked at once, so that a store far away is waited for once.
      const judged = all.length === 1 ? [await judge(first)] : await Promise.all(all.map(judge));
      if (judged.some(isOver)) throw refusal(judged);
      return told(judged);
    },
  };
}

async function judge({ policy, key }: Applied): Promise<Judged> {
  const count = await policy.counter.consume(key, 1, { customDuration: policy.seconds });
  return { policy, key, count };
}

const isOver = ({ policy, count }: Judged) => count.consumedPoints > policy.requests;

const secondsLeft = ({ msBeforeNext }: Count) => Math.max(1, Math.ceil(msBeforeNext / 1000));

function told(all: readonly Judged[]): Counted {
  let items = '';
  let left = '';
  for (const { policy, count } of all) {
    const separator = items && ', ';
    const rest = Math.max(0, policy.requests - count.consumedPoints);
    items += separator + policy.item;
    left += `${separator}${policy.left}${rest};t=${secondsLeft(count)}`;
  }
  return { policy: items, left };
}
