/** User management: the door, which is open to superusers, and a crack to everybody for themselves. */
import { feature } from '#kernel/feature.ts';
import { NotFound } from '#kernel/problem.ts';
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import * as many from './bulk.ts';
import { letters } from './letters.ts';
import {
  Changed,
  EmailTaken,
  LastOwner,
  LastSuperuser,
  NotPrivileged,
  PrivateUserCreate,
  SuperuserStays,
  User,
  UserBulk,
  UserCreate,
  UserExists,
  UserNotFound,
  UserPage,
  UserQuery,
  UserUpdate,
  WeakPassword,
} from './model.ts';
import * as users from './service.ts';
import { update } from './update.ts';

export default feature({
  name: 'user-management',
  description: "Everybody's accounts, for superusers.",
  part: 'Administration',
  letters,
  superuserPermissions: ['users:manage'],
  routes: {
    list: api.get('/users/', {
      allow: 'users:manage',
      summary: 'Accounts, newest first',
      query: UserQuery,
      answer: UserPage,
      run: ({ db, query }) => users.list(db, query),
    }),

    create: api.post('/users/', {
      allow: 'users:manage',
      summary: 'Make an account for somebody',
      description: 'They are told by a letter, in which the password is not.',
      body: UserCreate,
      answer: User,
      problems: [UserExists, WeakPassword],
      creates: true,
      run: ({ db, ports, body }) => users.create(db, ports, body),
    }),

    bulk: api.post('/users/bulk', {
      allow: 'users:manage',
      summary: 'Switch many accounts on or off, or delete them',
      description: 'All of them, or none; ids of nobody are passed over.',
      body: UserBulk,
      answer: Changed,
      problems: [SuperuserStays, LastSuperuser, LastOwner],
      run: async ({ db, ports, body }) => ({ changed: await many.bulk(db, ports, body) }),
    }),

    get: api.get('/users/:id', {
      allow: 'signed-in',
      summary: 'One account',
      description: 'Superusers see every account, everybody else their own.',
      answer: User,
      problems: [NotPrivileged, UserNotFound],
      run: ({ db, params }) => users.get(db, params.id),
    }),

    update: api.patch('/users/:id', {
      allow: 'users:manage',
      summary: 'Change an account',
      description: 'Another password, another role, or switching it off ends its sessions.',
      body: UserUpdate,
      answer: User,
      problems: [UserNotFound, EmailTaken, LastSuperuser, WeakPassword],
      run: ({ db, ports, params, body }) => update(db, ports, params.id, body),
    }),

    remove: api.delete('/users/:id', {
      allow: 'users:manage',
      summary: 'Delete an account',
      answer: Message,
      problems: [SuperuserStays, UserNotFound, LastSuperuser, LastOwner],
      run: ({ db, ports, params }) => many.remove(db, ports, params.id),
    }),

    createPrivately: api.post('/private/users/', {
      allow: 'public',
      summary: 'Make an account without asking; only in development',
      body: PrivateUserCreate,
      answer: User,
      problems: [UserExists, WeakPassword, NotFound],
      creates: true,
      run: ({ db, ports, body }) => users.createPrivately(db, ports, body),
    }),
  },
});
