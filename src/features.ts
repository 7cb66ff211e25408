/** Every feature, in dependency order: a feature may use those above it. */
import accounts from './features/accounts/routes.ts';
import apiKeys from './features/api-keys/routes.ts';
import audit from './features/audit/routes.ts';
import betterAuth from './features/better-auth/routes.ts';
import fullStackTemplate from './features/full-stack-template/routes.ts';
import health from './features/health/routes.ts';
import idempotency from './features/idempotency/routes.ts';
import invitations from './features/invitations/routes.ts';
import issuers from './features/issuers/routes.ts';
import items from './features/items/routes.ts';
import jobs from './features/jobs/routes.ts';
import limits from './features/limits/routes.ts';
import mail from './features/mail/routes.ts';
import members from './features/members/routes.ts';
import organizations from './features/organizations/routes.ts';
import runs from './features/runs/routes.ts';
import sessions from './features/sessions/routes.ts';
import tasks from './features/tasks/routes.ts';
import tokens from './features/tokens/routes.ts';
import twoFactor from './features/two-factor/routes.ts';
import upkeep from './features/upkeep/routes.ts';
import userManagement from './features/user-management/routes.ts';
import users from './features/users/routes.ts';

export default [
  health,
  audit,
  runs,
  jobs,
  limits,
  idempotency,
  mail,
  users,
  tokens,
  sessions,
  organizations,
  members,
  invitations,
  twoFactor,
  apiKeys,
  accounts,
  userManagement,
  issuers,
  betterAuth,
  fullStackTemplate,
  tasks,
  items,
  upkeep,
];
