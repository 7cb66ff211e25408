/** API keys: what no schema says of what is sent. */
import type { Clock } from '#kernel/clock.ts';
import { Invalid } from '#kernel/problem.ts';
import type { ApiKeyUpdate } from './model.ts';

type Sent = Pick<ApiKeyUpdate, 'expires_at' | 'rate_limit_requests' | 'rate_limit_seconds'>;

/** @throws Invalid for a time past, or half a limit */
export function refuseUnfit(
  { expires_at, rate_limit_requests, rate_limit_seconds }: Sent,
  clock: Clock,
): void {
  if (typeof expires_at === 'string' && !(Date.parse(expires_at) > clock.now())) {
    throw invalid('expires_at', 'must be in the future');
  }
  if (((rate_limit_requests ?? null) === null) !== ((rate_limit_seconds ?? null) === null)) {
    throw invalid('rate_limit_seconds', 'must be given with rate_limit_requests, or neither');
  }
}

function invalid(field: string, msg: string) {
  const errors = [{ loc: ['body', field], msg, type: 'value' }];
  return Invalid(`body.${field} ${msg}`, { errors });
}
