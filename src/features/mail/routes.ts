/** Mail: the door, which is open to developers alone. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { EmailPage, EmailQuery, OnlyInDevelopment } from './model.ts';
import * as mail from './service.ts';

export default feature({
  name: 'mail',
  description: 'The letters the server writes.',
  part: 'The server',
  superuserPermissions: ['mail:read'],
  routes: {
    list: api.get('/private/emails/', {
      allow: 'mail:read',
      summary: 'What was written, newest first; only in development',
      query: EmailQuery,
      answer: EmailPage,
      problems: [OnlyInDevelopment],
      run: ({ db, ports, query }) => mail.list(db, ports, query),
    }),
  },
});
