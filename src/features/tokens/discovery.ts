/** Tokens: what a verifier that knows only our address has to know. */
import type { Ports } from '#kernel/ports.ts';
import { issuerOf } from './service.ts';

/** Metadata of RFC 8414; there are no pages to sign in at here, so no authorization endpoint. */
export function discovery({ settings }: Ports) {
  const { PUBLIC_URL, HOST, PORT, JWT_ALGORITHM } = settings;
  const base = (PUBLIC_URL ?? `http://${HOST}:${PORT}`).replace(/\/+$/, '');
  return {
    issuer: issuerOf(settings),
    jwks_uri: `${base}/.well-known/jwks.json`,
    token_endpoint: `${base}/api/v1/login/access-token`,
    grant_types_supported: ['password'],
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [JWT_ALGORITHM],
    token_endpoint_auth_methods_supported: ['none'],
  };
}
