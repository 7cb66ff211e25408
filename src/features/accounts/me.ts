/** Accounts: the door to what is one's own. */
import { api } from '#kernel/route.ts';
import { Message } from '#kernel/schema.ts';
import {
  EmailTaken,
  LastOwner,
  NoPassword,
  PasswordChange,
  ProfileUpdate,
  SamePassword,
  SuperuserStays,
  User,
  WeakPassword,
  WrongPassword,
} from './model.ts';
import * as accounts from './service.ts';

export const me = {
  updateMe: api.patch('/users/me', {
    allow: 'signed-in',
    summary: 'Change my name, or ask for another e-mail address',
    description: 'The address stays until the link in the letter to the new one is followed.',
    body: ProfileUpdate,
    answer: User,
    problems: [EmailTaken],
    run: ({ db, ports, body }) => accounts.updateProfile(db, ports, body),
  }),

  changePassword: api.patch('/users/me/password', {
    allow: 'signed-in',
    summary: 'Change my password',
    description: 'All other sessions end.',
    body: PasswordChange,
    answer: Message,
    problems: [NoPassword, WrongPassword, SamePassword, WeakPassword],
    run: async ({ db, ports, body }) => {
      await accounts.changePassword(db, ports, body);
      return { message: 'Password updated successfully' };
    },
  }),

  removeMe: api.delete('/users/me', {
    allow: 'signed-in',
    summary: 'Delete my account and all that is mine',
    answer: Message,
    problems: [SuperuserStays, LastOwner],
    run: async ({ db, ports }) => {
      await accounts.removeMe(db, ports);
      return { message: 'User deleted successfully' };
    },
  }),
};
