/** Mail: the door for who runs the server, for developers, and for who wants no more letters. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { delivery } from './jobs.ts';
import { letters } from './letters.ts';
import {
  DeclinePage,
  DeclineQuery,
  EmailDelivery,
  EmailDeliveryPage,
  EmailDeliveryQuery,
  EmailNotFailed,
  EmailNotFound,
  EmailPage,
  EmailQuery,
  OnlyInDevelopment,
} from './model.ts';
import * as mail from './service.ts';

const htmlOf = ({ html }: { html: string }) => html;

export default feature({
  name: 'mail',
  description: 'The letters the server writes, and what became of them.',
  part: 'The server',
  letters,
  superuserPermissions: ['mail:read', 'mail:write'],
  jobs: [delivery],
  routes: {
    list: api.get('/private/emails/', {
      allow: 'mail:read',
      summary: 'What was written, newest first; only in development',
      query: EmailQuery,
      answer: EmailPage,
      problems: [OnlyInDevelopment],
      run: ({ db, ports, query }) => mail.written(db, ports, query),
    }),

    deliveries: api.get('/emails/', {
      allow: 'mail:read',
      summary: 'What became of letters, newest first',
      description: 'What they say is shown to nobody.',
      query: EmailDeliveryQuery,
      answer: EmailDeliveryPage,
      run: ({ db, query }) => mail.list(db, query),
    }),

    unsubscribePage: api.get('/emails/unsubscribe', {
      allow: 'public',
      summary: 'A page that asks whether to get no more letters',
      description: 'It changes nothing: programs follow links.',
      query: DeclineQuery,
      answer: DeclinePage,
      html: htmlOf,
      run: () => mail.declinePage(),
    }),

    unsubscribe: api.post('/emails/unsubscribe', {
      allow: 'public',
      summary: 'Get no more letters of a kind',
      description:
        'For programs for mail (RFC 8058), whose form is taken in any encoding. The answer is the same whatever the token is.',
      query: DeclineQuery,
      encoding: 'unread',
      answer: DeclinePage,
      html: htmlOf,
      run: ({ db, ports, query }) => mail.decline(db, ports, query.token),
    }),

    get: api.get('/emails/:id', {
      allow: 'mail:read',
      summary: 'What became of a letter',
      answer: EmailDelivery,
      problems: [EmailNotFound],
      run: ({ db, params }) => mail.get(db, params.id),
    }),

    retry: api.post('/emails/:id/retry', {
      allow: 'mail:write',
      summary: 'Send a letter again that failed',
      description: 'Or one whose run was cancelled. Its run, which has its id, is queued again.',
      answer: EmailDelivery,
      problems: [EmailNotFound, EmailNotFailed],
      run: ({ db, params }) => mail.retry(db, params.id),
    }),
  },
});
