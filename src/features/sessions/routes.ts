/** Sessions: the door. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { PageQuery } from '#kernel/schema.ts';
import { SessionPage } from './model.ts';
import * as sessions from './service.ts';

export default feature({
  name: 'sessions',
  description: 'The devices that are signed in.',
  routes: {
    list: api.get('/auth/sessions', {
      allow: 'signed-in',
      summary: 'My sessions, newest first',
      query: PageQuery,
      answer: SessionPage,
      run: ({ db, query }) => sessions.list(db, query),
    }),
  },
});
