/** Users: the door. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { User } from './model.ts';
import * as users from './service.ts';

export default feature({
  name: 'users',
  description: 'The accounts people have.',
  part: 'Your account',
  permissions: ['profile:read'],
  routes: {
    readMe: api.get('/users/me', {
      allow: 'profile:read',
      summary: 'My account',
      answer: User,
      run: ({ db }) => users.me(db),
    }),
  },
});
