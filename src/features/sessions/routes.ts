/** Sessions: the door. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { bearer } from './authenticate.ts';
import { letters } from './letters.ts';
import { list } from './list.ts';
import {
  Ended,
  InvalidRefreshToken,
  Refresh,
  RefreshTokenReused,
  SessionEnded,
  SessionNotFound,
  SessionPage,
  SessionQuery,
  TokenPair,
} from './model.ts';
import { refresh } from './refresh.ts';
import * as sessions from './service.ts';

export default feature({
  name: 'sessions',
  description: 'The devices that are signed in.',
  part: 'Your account',
  letters,
  authenticate: bearer,
  routes: {
    refresh: api.post('/auth/refresh', {
      allow: 'public',
      summary: 'Exchange a refresh token for the next',
      description:
        'The answer may be asked for again within a minute. An older token ends the session.',
      body: Refresh,
      answer: TokenPair,
      problems: [InvalidRefreshToken, SessionEnded, RefreshTokenReused],
      run: ({ db, ports, body }) => refresh(db, ports, body.refresh_token),
    }),

    logout: api.post('/auth/logout', {
      allow: 'signed-in',
      summary: 'End this session',
      answer: Ended,
      run: async ({ db, ports }) => ({ ended: await sessions.logout(db, ports) }),
    }),

    logoutAll: api.post('/auth/logout-all', {
      allow: 'signed-in',
      summary: 'End all my sessions, this one too',
      answer: Ended,
      run: async ({ db, ports }) => ({ ended: await sessions.logoutAll(db, ports) }),
    }),

    list: api.get('/auth/sessions', {
      allow: 'signed-in',
      summary: 'My sessions, newest first',
      query: SessionQuery,
      answer: SessionPage,
      run: ({ db, query }) => list(db, query),
    }),

    endOthers: api.delete('/auth/sessions', {
      allow: 'signed-in',
      summary: 'End all my other sessions',
      answer: Ended,
      run: async ({ db, ports }) => ({ ended: await sessions.endOthers(db, ports) }),
    }),

    endOne: api.delete('/auth/sessions/:id', {
      allow: 'signed-in',
      summary: 'End one of my sessions',
      answer: Type.Null(),
      status: 204,
      problems: [SessionNotFound],
      run: async ({ db, ports, params }) => {
        await sessions.endOne(db, ports, params.id);
        return null;
      },
    }),
  },
});
