/** The audit log: who did what, to whom, from where, and whether it came off. */
import { bigint, index, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { hasRole, onlyUnscoped, policies } from '#kernel/row-security.ts';
import { Id, Nullable, Page, paging, Query, Timestamp } from '#kernel/schema.ts';

const actorKinds = ['anonymous', 'user', 'api_key', 'system'] as const;
const outcomes = ['success', 'failure'] as const;

/** Ids are not references: what is told of a user outlives the user. */
export const auditLog = plinth.table(
  'audit_log',
  {
    id: uuid().primaryKey(),
    created_at: instant('created_at').notNull().defaultNow(),
    actor_kind: text({ enum: actorKinds }).notNull(),
    /** The user who did it; null where nobody was signed in, or a key of an organization asked. */
    actor_id: uuid(),
    session_id: uuid(),
    key_id: uuid(),
    /** A noun and what became of it, such as `session.opened`. */
    action: text().notNull(),
    outcome: text({ enum: outcomes }).notNull(),
    /** What it was done to: a user, a session, a key. */
    target_id: uuid(),
    address: text(),
    user_agent: text(),
    request_id: text(),
    /** What else is worth knowing, never a secret. */
    detail: jsonb().$type<Readonly<Record<string, unknown>>>(),
    /** Where it happened in one; not a reference, since what is told outlives it. */
    organization_id: uuid(),
    /** Its place in the chain of that organization, from 1 without gaps. */
    sequence: bigint({ mode: 'number' }),
    /** SHA-256 of the hash before it and of what this one says; see `chain.ts`. */
    hash: text(),
  },
  (table) => [
    uniqueIndex('audit_log_organization').on(table.organization_id, table.sequence),
    index('audit_log_organization_time').on(table.organization_id, table.created_at, table.id),
    // Nobody may change or remove an entry; the migration takes the right from the owner as well.
    ...policies('audit_log', { read: hasRole('audit:read'), add: onlyUnscoped }),
    index('audit_log_time').on(table.created_at, table.id),
    index('audit_log_actor').on(table.actor_id, table.created_at, table.id),
    index('audit_log_target').on(table.target_id, table.created_at, table.id),
  ],
);

const AuditEntry = Type.Object(
  {
    id: Id,
    created_at: Timestamp,
    actor_kind: Type.Enum(actorKinds),
    actor_id: Nullable(Id),
    session_id: Nullable(Id),
    key_id: Nullable(Id),
    action: Type.String({ examples: ['session.opened'] }),
    outcome: Type.Enum(outcomes),
    target_id: Nullable(Id),
    address: Nullable(Type.String()),
    user_agent: Nullable(Type.String()),
    request_id: Nullable(Type.String()),
    detail: Nullable(Type.Record(Type.String(), Type.Unknown())),
    organization_id: Nullable(Id),
    sequence: Nullable(
      Type.Integer({ description: 'Its place in the chain of the organization, from 1.' }),
    ),
    hash: Nullable(
      Type.String({ description: 'SHA-256 of the hash before it and of what this entry says.' }),
    ),
  },
  { title: 'AuditEntry' },
);
export const AuditPage = Page('AuditPage', AuditEntry);

export const AuditQuery = Query({
  ...paging,
  actor_id: Type.Optional(Id),
  action: Type.Optional(
    Type.String({
      pattern: '^[a-z_-]+(\\.[a-z_-]+)?$',
      maxLength: 100,
      description: 'An action, or its noun alone: `member` is every `member.…`.',
      examples: ['session.opened', 'member'],
    }),
  ),
  target_id: Type.Optional(Id),
  outcome: Type.Optional(Type.Enum(outcomes)),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'From this instant on.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this instant.' })),
});
export type AuditQuery = Static<typeof AuditQuery>;
