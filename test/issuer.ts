/** Another issuer: a real server on this machine, with real keys, that answers as it is told. */
import { createSecretKey } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { type Harness, harness } from './harness.ts';

type Alg = 'EdDSA' | 'ES256' | 'RS256';
type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A key pair, and tokens signed with it. */
export async function signingKey(kid: string, alg: Alg = 'EdDSA') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg };
  const sign = (claims: JWTPayload, header: Readonly<Record<string, unknown>> = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
  return { jwk, privateKey, publicKey, sign };
}

/** Answers JSON. */
export const json =
  (value: unknown, status = 200): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

/** Starts it. What is asked is a line such as `GET /api/auth/jwks`. */
export async function startIssuer() {
  const asked: string[] = [];
  const bodies: string[] = [];
  const handlers = new Map<string, Handler>();
  const server = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    asked.push(line);
    bodies.push(body);
    const handle = handlers.get(line) ?? json({}, 404);
    handle(request, response, body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  after(close);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    /** What was sent with each question. */
    bodies,
    answer: (line: string, handler: Handler) => handlers.set(line, handler),
    close,
  };
}

/** Seconds since 1970, so many from now. */
export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** Calls as whoever this token or API key speaks for. */
export const callWith =
  ({ call }: Pick<Harness, 'call'>) =>
  (credential: { token: string } | { key: string }, line: string, body?: unknown) =>
    call(undefined, line, body, {
      headers:
        'token' in credential
          ? { authorization: `Bearer ${credential.token}` }
          : { 'x-api-key': credential.key },
    });

const secret = 'a secret of thirty-two characters or more';

/** Signs with the secret of `trustingHouse`, unless another is given. */
export const hs = (payload: object, header: object = {}, key: string | Uint8Array = secret) =>
  new SignJWT({ ...payload })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(createSecretKey(Buffer.from(key)));

/** A server that trusts a Better Auth by its keys and its secret, and two other issuers. */
export async function trustingHouse() {
  const ed = await signingKey('ed');
  const es = await signingKey('es', 'ES256');
  const rs = await signingKey('rs', 'RS256');
  const other = await signingKey('ed'); // the same kid, at another issuer
  const betterAuth = await startIssuer();
  const second = await startIssuer();
  betterAuth.answer('GET /api/auth/jwks', json({ keys: [ed.jwk, es.jwk, rs.jwk] }));
  second.answer('GET /keys', json({ keys: [other.jwk] }));
  const jwks_url = `${betterAuth.url}/api/auth/jwks`;
  const house = await harness({
    env: {
      PUBLIC_URL: 'https://plinth.example.com',
      BETTER_AUTH_URL: `${betterAuth.url}/`,
      BETTER_AUTH_SECRET: secret,
      TRUSTED_ISSUERS: JSON.stringify([
        { issuer: 'https://id.example.com', jwks_url: `${second.url}/keys`, audience: 'plinth' },
        { issuer: 'urn:strict', jwks_url, algorithms: ['ES256'] },
      ]),
    },
  });
  const by = callWith(house);
  const whoAmI = (token: string) => by({ token }, 'GET /api/v1/users/me');
  const iss = betterAuth.url;
  const claims = { sub: 'person', iss, aud: iss, exp: inSeconds(600) };
  return { ...house, ed, es, rs, other, second, secret, by, whoAmI, iss, claims };
}
