/** Every feature, in dependency order: a feature may use those above it. */
import accounts from './features/accounts/routes.ts';
import health from './features/health/routes.ts';
import items from './features/items/routes.ts';
import sessions from './features/sessions/routes.ts';
import tasks from './features/tasks/routes.ts';
import tokens from './features/tokens/routes.ts';
import users from './features/users/routes.ts';

export default [health, users, tokens, sessions, accounts, tasks, items];
