/** Tokens: the door. The keys, for whoever verifies our tokens. */
import { feature } from '#kernel/feature.ts';
import { root } from '#kernel/route.ts';
import { Jwks } from './model.ts';

export default feature({
  name: 'tokens',
  description: 'The keys that verify access tokens.',
  routes: {
    jwks: root.get('/.well-known/jwks.json', {
      allow: 'public',
      summary: 'The public keys',
      answer: Jwks,
      run: ({ ports }) => ports.tokens.jwks(),
    }),
    jwksOfBetterAuth: root.get('/api/auth/jwks', {
      allow: 'public',
      summary: 'The public keys, where Better Auth has them',
      answer: Jwks,
      run: ({ ports }) => ports.tokens.jwks(),
    }),
  },
});
