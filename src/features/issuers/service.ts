/** Issuers: everybody else whose word we take, opened once for each server, and how they are. */
import type { Authenticator } from '#kernel/feature.ts';
import type { Ports } from '#kernel/ports.ts';
import { externalKeys } from './external-keys.ts';
import { externalTokens } from './external-tokens.ts';
import { keepKeySet } from './key-set.ts';
import { openLine } from './line.ts';
import type { IssuerState } from './model.ts';
import { trustedIssuers } from './trusted.ts';

type Issuers = {
  readonly authenticators: readonly Authenticator[];
  states(): IssuerState[];
};

/** What finds principals and what tells of it are one, for as long as the server lives. */
const opened = new WeakMap<Ports, Issuers>();

/**
 * Opens what the configuration names. Asks nobody before the first credential comes.
 *
 * @throws Refusal where the configuration is unsound
 */
export function issuersOf(ports: Ports): Issuers {
  const issuers = opened.get(ports) ?? open(ports);
  opened.set(ports, issuers);
  return issuers;
}

function open(ports: Ports): Issuers {
  const { JWKS_CACHE_TTL_SECONDS, ISSUER_TIMEOUT_SECONDS } = ports.settings;
  const timeoutMs = ISSUER_TIMEOUT_SECONDS * 1000;
  const { secret, keys, ...trusted } = trustedIssuers(ports.settings);
  const keySets = trusted.keySets.map((issuer) => {
    const line = openLine(issuer.jwksUrl, timeoutMs);
    const keys = keepKeySet(line, ports.clock, JWKS_CACHE_TTL_SECONDS * 1000);
    return { issuer, line, keys };
  });
  const keyLine = keys && openLine(keys.verifyUrl, timeoutMs);

  const authenticators: Authenticator[] = [];
  if (keySets.length > 0 || secret) authenticators.push(externalTokens(ports, keySets, secret));
  if (keys && keyLine) authenticators.push(externalKeys(ports, keys.name, keyLine));

  const unasked = { reachable: null, circuit: null, keys: null, keys_fetched_at: null };
  const states = (): IssuerState[] => [
    ...keySets.map(({ issuer, line, keys }) => {
      const { keys: known, fetchedAtMs } = keys.state();
      const keys_fetched_at = fetchedAtMs === null ? null : new Date(fetchedAtMs).toISOString();
      return {
        issuer: issuer.name,
        kind: 'jwks' as const,
        ...line.state(),
        keys: known,
        keys_fetched_at,
      };
    }),
    ...(secret ? [{ issuer: secret.name, kind: 'secret' as const, ...unasked }] : []),
    ...(keys && keyLine
      ? [{ issuer: keys.name, kind: 'api_keys' as const, ...unasked, ...keyLine.state() }]
      : []),
  ];
  return { authenticators, states };
}

/** Each issuer as this process knows it at the moment. */
export function list(ports: Ports) {
  const data = issuersOf(ports).states();
  const { length: count } = data;
  return { data, count, count_is_lower_bound: false, next_cursor: null, prev_cursor: null };
}
