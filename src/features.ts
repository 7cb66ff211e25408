/** Every feature, in dependency order: a feature may use those above it. */
import accounts from './features/accounts/routes.ts';
import audit from './features/audit/routes.ts';
import health from './features/health/routes.ts';
import items from './features/items/routes.ts';
import mail from './features/mail/routes.ts';
import sessions from './features/sessions/routes.ts';
import tasks from './features/tasks/routes.ts';
import tokens from './features/tokens/routes.ts';
import users from './features/users/routes.ts';

export default [health, audit, mail, users, tokens, sessions, accounts, tasks, items];
