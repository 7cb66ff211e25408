/** Who is calling, by whatever credentials a request carries. */
import type { FastifyRequest } from 'fastify';
import type { Authenticator, CredentialKind } from '#kernel/feature.ts';
import type { Principal } from '#kernel/principal.ts';
import { Problem, problem } from '#kernel/problem.ts';

export const CredentialsDisagree = problem(
  403,
  'credentials_disagree',
  'The token and the API key are of different callers; send one of them',
  'Send one of them.',
);

const scheme = /^bearer +/i;

const read: Readonly<Record<CredentialKind, (request: FastifyRequest) => string | undefined>> = {
  bearer({ headers: { authorization } }) {
    const [prefix] = (authorization && scheme.exec(authorization)) || [];
    return prefix && authorization?.slice(prefix.length);
  },
  api_key({ headers: { 'x-api-key': key } }) {
    return typeof key === 'string' && key !== '' ? key : undefined;
  },
};
const kinds = Object.keys(read) as CredentialKind[];

/**
 * Makes the question who calls. One valid credential is enough; one beside it that is not valid is
 * ignored and logged. The bearer's principal goes before the key's.
 *
 * @returns undefined where no credential is valid
 * @throws CredentialsDisagree where two are valid and of different callers
 * @throws Unavailable where whoever could tell is away, and no other credential is valid
 */
export function identifier(authenticators: readonly Authenticator[]) {
  const ways = kinds.map((kind) => ({
    kind,
    read: read[kind],
    by: authenticators.filter(({ credential }) => credential === kind),
  }));

  return async function identify(request: FastifyRequest): Promise<Principal | undefined> {
    let found: Principal | undefined;
    let failed: { readonly kind: CredentialKind; readonly error?: unknown } | undefined;
    for (const { kind, read, by } of ways) {
      const credential = read(request);
      if (credential === undefined) continue;
      try {
        const principal = await firstOf(by, credential);
        if (!principal) failed ??= { kind };
        else if (found && !isSameCaller(found, principal)) throw CredentialsDisagree();
        else found ??= principal;
      } catch (error) {
        if (error instanceof Problem && error.kind === CredentialsDisagree) throw error;
        failed = { kind, error };
      }
    }
    if (!failed) return found;
    if (!found && failed.error) throw failed.error;
    if (found)
      request.log.warn(
        { credential: failed.kind, err: failed.error },
        'ignored a credential that is not valid',
      );
    return found;
  };
}

/** A key of an organization is of none of its people. */
const isSameCaller = (one: Principal, other: Principal) =>
  one.userId === other.userId && one.organizationId === other.organizationId;

/** Awaits only what is not there yet: a token that is remembered costs no turn of the event loop. */
async function firstOf(by: readonly Authenticator[], credential: string) {
  for (const authenticator of by) {
    const answer = authenticator.verify(credential);
    const principal = answer instanceof Promise ? await answer : answer;
    if (principal) return principal;
  }
  return undefined;
}
