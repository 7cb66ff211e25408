/** Tokens: the door. The keys, for whoever verifies our tokens. */
import { feature } from '#kernel/feature.ts';
import { root } from '#kernel/route.ts';
import { discovery } from './discovery.ts';
import { rotate } from './jobs.ts';
import { Discovery, Jwks } from './model.ts';

/** Verifiers ask for a key they do not know; the others may be kept a while. */
const headers = () => ({ 'cache-control': 'public, max-age=300' });

export default feature({
  name: 'tokens',
  description: 'The keys that verify access tokens.',
  part: 'The server',
  jobs: [rotate],
  routes: {
    jwks: root.get('/.well-known/jwks.json', {
      allow: 'public',
      summary: 'The public keys',
      answer: Jwks,
      headers,
      run: ({ ports }) => ports.tokens.jwks(),
    }),
    jwksOfBetterAuth: root.get('/api/auth/jwks', {
      allow: 'public',
      summary: 'The public keys, where Better Auth has them',
      answer: Jwks,
      headers,
      run: ({ ports }) => ports.tokens.jwks(),
    }),
    discovery: root.get('/.well-known/openid-configuration', {
      allow: 'public',
      summary: 'What a verifier of our tokens needs to know',
      answer: Discovery,
      headers,
      run: ({ ports }) => discovery(ports),
    }),
    discoveryOfOauth: root.get('/.well-known/oauth-authorization-server', {
      allow: 'public',
      summary: 'The same, where RFC 8414 has it',
      answer: Discovery,
      headers,
      run: ({ ports }) => discovery(ports),
    }),
  },
});
