/** The audit log: who did what, to whom, from where, and whether it came off. */
import { index, jsonb, text, uuid } from 'drizzle-orm/pg-core';
import { Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { Id, Nullable, Page, Timestamp } from '#kernel/schema.ts';

const actorKinds = ['anonymous', 'user', 'api_key', 'system'] as const;
const outcomes = ['success', 'failure'] as const;

/** Ids are not references: what is told of a user outlives the user. */
export const auditLog = plinth.table(
  'audit_log',
  {
    id: uuid().primaryKey(),
    created_at: instant('created_at').notNull().defaultNow(),
    actor_kind: text({ enum: actorKinds }).notNull(),
    /** The user who did it; null where nobody was signed in. */
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
  },
  (table) => [
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
  },
  { title: 'AuditEntry' },
);
export const AuditPage = Page('AuditPage', AuditEntry);
