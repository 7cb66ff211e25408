/** The policies of the settings: who may make how many requests in how many seconds. */
import type { Counter, LimitPolicy, Limits } from '#kernel/limits.ts';
import type { Principal, RequestLimit } from '#kernel/principal.ts';

export type LimitSettings = {
  readonly RATE_LIMIT_ENABLED: boolean;
  readonly RATE_LIMIT_ANONYMOUS_PER_MINUTE: number;
  readonly RATE_LIMIT_REQUESTS_PER_MINUTE: number;
  readonly RATE_LIMIT_API_KEY_PER_MINUTE: number;
  readonly RATE_LIMIT_LOGIN: string;
  readonly RATE_LIMIT_SIGNUP: string;
  readonly RATE_LIMIT_RECOVERY: string;
  readonly RATE_LIMIT_INVITATIONS: string;
  readonly RATE_LIMIT_UPLOADS: string;
};

/** A policy with what counts for it. Its texts are made once: requests only add numbers. */
export type Policy = RequestLimit & {
  readonly name: string;
  /** Its item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers). */
  readonly item: string;
  /** How its item of `RateLimit` begins. */
  readonly left: string;
  readonly counter: Counter;
};

export type Policies = {
  /** What everybody of a kind has; undefined where limits are off. */
  readonly general: Readonly<Record<Exclude<Principal['kind'], 'system'>, Policy>> | undefined;
  readonly sensitive: Readonly<Record<LimitPolicy, Policy>> | undefined;
  /** Of a key with a limit of its own. */
  own(limit: RequestLimit): Policy;
};

/** Whatever they carry: who has many accounts or keys is still one who guesses. */
export const byNetwork: ReadonlySet<LimitPolicy> = new Set(['login', 'signup', 'recovery']);

const policy = (name: string, limit: RequestLimit, counter: Counter): Policy => ({
  name,
  ...limit,
  item: `"${name}";q=${limit.requests};w=${limit.seconds}`,
  left: `"${name}";r=`,
  counter,
});

export function policies(settings: LimitSettings, limits: Limits): Policies {
  const opened = (name: string, limit: RequestLimit) =>
    policy(name, limit, limits.counter(name, limit.seconds));
  const perMinute = (name: string, requests: number) => opened(name, { requests, seconds: 60 });
  /** @param text `requests/seconds` */
  const rate = (name: string, text: string) => {
    const [requests = 0, seconds = 0] = text.split('/').map(Number);
    return opened(name, { requests, seconds });
  };

  const ownCounter = limits.counter('key', 60);
  const made = new WeakMap<RequestLimit, Policy>();
  function own(limit: RequestLimit): Policy {
    const known = made.get(limit) ?? policy('key', limit, ownCounter);
    made.set(limit, known);
    return known;
  }

  if (!settings.RATE_LIMIT_ENABLED) return { general: undefined, sensitive: undefined, own };
  return {
    general: {
      anonymous: perMinute('anonymous', settings.RATE_LIMIT_ANONYMOUS_PER_MINUTE),
      user: perMinute('user', settings.RATE_LIMIT_REQUESTS_PER_MINUTE),
      api_key: perMinute('api-key', settings.RATE_LIMIT_API_KEY_PER_MINUTE),
    },
    sensitive: {
      login: rate('login', settings.RATE_LIMIT_LOGIN),
      signup: rate('signup', settings.RATE_LIMIT_SIGNUP),
      recovery: rate('recovery', settings.RATE_LIMIT_RECOVERY),
      invitations: rate('invitations', settings.RATE_LIMIT_INVITATIONS),
      uploads: rate('uploads', settings.RATE_LIMIT_UPLOADS),
    },
    own,
  };
}
