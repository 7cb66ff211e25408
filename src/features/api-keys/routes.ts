/** API keys: the door. Only a person makes and changes keys; anybody who holds one may ask about it. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api, root } from '#kernel/route.ts';
import { apiKey } from './authenticate.ts';
import {
  ApiKey,
  ApiKeyCreate,
  ApiKeyNotFound,
  ApiKeyPage,
  ApiKeyQuery,
  ApiKeyQuestion,
  ApiKeyUpdate,
  ApiKeyVerdict,
  NewApiKey,
  OrganizationNotFound,
  PermissionTooWide,
  RoleTooLow,
  TooManyApiKeys,
} from './model.ts';
import * as keys from './service.ts';
import { verify } from './verify.ts';

export default feature({
  name: 'api-keys',
  description: 'What programs sign in with, in the name of a person or of an organization.',
  part: 'Your account',
  authenticate: apiKey,
  routes: {
    list: api.get('/api-keys', {
      allow: 'signed-in',
      summary: 'API keys, newest first',
      description:
        'Those of an organization are for its admins and owners; to others there are none.',
      query: ApiKeyQuery,
      answer: ApiKeyPage,
      run: ({ db, query }) => keys.list(db, query),
    }),

    create: api.post('/api-keys', {
      allow: 'signed-in',
      summary: 'Make an API key',
      description:
        'The key is in this answer and in no other. Send it as `X-API-Key`. One of an organization acts as the organization, also after whoever made it has left; its admins and owners make one.',
      body: ApiKeyCreate,
      answer: NewApiKey,
      status: 201,
      problems: [OrganizationNotFound, PermissionTooWide, RoleTooLow, TooManyApiKeys],
      creates: true,
      run: ({ db, ports, body }) => keys.create(db, ports, body),
    }),

    get: api.get('/api-keys/:id', {
      allow: 'signed-in',
      summary: 'One API key',
      answer: ApiKey,
      problems: [ApiKeyNotFound],
      run: ({ db, params }) => keys.get(db, params.id),
    }),

    update: api.patch('/api-keys/:id', {
      allow: 'signed-in',
      summary: 'Change an API key',
      description: 'The two halves of a rate limit are sent together.',
      body: ApiKeyUpdate,
      answer: ApiKey,
      problems: [ApiKeyNotFound, OrganizationNotFound, PermissionTooWide, RoleTooLow],
      run: ({ db, ports, params, body }) => keys.update(db, ports, params.id, body),
    }),

    remove: api.delete('/api-keys/:id', {
      allow: 'signed-in',
      summary: 'Delete an API key',
      answer: Type.Null(),
      status: 204,
      problems: [ApiKeyNotFound, OrganizationNotFound, RoleTooLow],
      run: async ({ db, ports, params }) => {
        await keys.remove(db, ports, params.id);
        return null;
      },
    }),

    rotate: api.post('/api-keys/:id/rotate', {
      allow: 'signed-in',
      summary: 'Give an API key another secret',
      description: 'The old one is refused at once. Of two at the same time the later one holds.',
      answer: NewApiKey,
      problems: [ApiKeyNotFound, OrganizationNotFound, RoleTooLow],
      creates: true,
      run: ({ db, ports, params }) => keys.rotate(db, ports, params.id),
    }),

    verify: api.post('/api-keys/verify', {
      allow: 'public',
      summary: 'Ask about an API key',
      body: ApiKeyQuestion,
      answer: ApiKeyVerdict,
      run: ({ db, ports, body }) => verify(db, ports, body),
    }),

    verifyForBetterAuth: root.post('/api/auth/verify-api-key', {
      allow: 'public',
      summary: 'Ask about an API key, where Better Auth is asked',
      body: ApiKeyQuestion,
      answer: ApiKeyVerdict,
      run: ({ db, ports, body }) => verify(db, ports, body),
    }),
  },
});
