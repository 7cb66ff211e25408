/** Headers on all answers: the request id and the security policies, written once at boot. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '#kernel/id.ts';

export type HeaderSettings = {
  readonly ENVIRONMENT: string;
  readonly CSP_MODE: 'strict' | 'relaxed' | 'disabled';
  readonly HSTS_MAX_AGE: number;
  readonly PERMISSIONS_POLICY: string;
};

const strict =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const relaxed =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline' https:; " +
  "img-src 'self' data: https:; font-src 'self' data: https:; connect-src 'self' https:; " +
  "worker-src 'self' blob:; base-uri 'self'; frame-ancestors 'self'";

/** The policies as headers. */
export function securityHeaders(settings: HeaderSettings): Record<string, string> {
  const csp = { strict, relaxed, disabled: undefined }[settings.CSP_MODE];
  return {
    ...(csp && { 'content-security-policy': csp }),
    ...(settings.ENVIRONMENT === 'production' && {
      'strict-transport-security': `max-age=${settings.HSTS_MAX_AGE}; includeSubDomains`,
    }),
    // Tokens and people's data (RFC 6749, section 5.1); what may be kept says so itself.
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': settings.CSP_MODE === 'relaxed' ? 'SAMEORIGIN' : 'DENY',
    'referrer-policy': 'no-referrer',
    'permissions-policy': settings.PERMISSIONS_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-site',
  };
}

const wellFormedId = /^[\w.:=+/-]{1,128}$/;

/** The caller's request id if it is well formed, else a new one. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && wellFormedId.test(given) ? given : newId();
}

/** @returns what puts the headers on an answer, whether or not it has a route */
export function answerHeaders(always: Readonly<Record<string, string>>) {
  return ({ id }: FastifyRequest, reply: FastifyReply) => {
    reply.header('x-request-id', id).headers(always);
  };
}
