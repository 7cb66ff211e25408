/** The audit log: who did what, to whom, from where, and whether it came off. */
import { bigint, index, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import { hasRole, onlyUnscoped, policies } from '#kernel/row-security.ts';
import { Id, Nullable, Page, paging, Query, Sort, Timestamp } from '#kernel/schema.ts';

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
    actor_kind: Type.Enum(actorKinds, { examples: ['user'] }),
    actor_id: Nullable(
      Type.String({
        format: 'uuid',
        description: 'The user who did it; null where it was nobody known, or no user.',
        examples: ['019a9c5e-04f8-7996-8da7-63b7a969b102'],
      }),
    ),
    session_id: Nullable(Id),
    key_id: Nullable(Id, { examples: [null] }),
    action: Type.String({
      description: 'A noun and what became of it.',
      examples: ['session.opened'],
    }),
    outcome: Type.Enum(outcomes),
    target_id: Nullable(
      Type.String({
        format: 'uuid',
        description: 'What it was done to: a user, a session, a key.',
        examples: ['019a9c5e-3f3a-7f1e-8ceb-bd1410ab417e'],
      }),
    ),
    address: Nullable(
      Type.String({ description: 'From which IP address.', examples: ['203.0.113.7'] }),
    ),
    user_agent: Nullable(
      Type.String({ description: 'What the client calls itself.', examples: ['curl/8.15.0'] }),
    ),
    request_id: Nullable(Type.String({ examples: ['019a9c5e-7a4f-7c21-8d03-5b1f0a6e9c42'] })),
    detail: Nullable(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What else is worth knowing, never a secret.',
      }),
      { examples: [null] },
    ),
    organization_id: Nullable(
      Type.String({ format: 'uuid', description: 'Null where it happened in none.' }),
    ),
    sequence: Nullable(
      Type.Integer({ description: 'Its place in the chain of the organization, from 1.' }),
    ),
    hash: Nullable(
      Type.String({
        description: 'SHA-256 of the hash before it and of what this entry says.',
        examples: ['3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea'],
      }),
    ),
  },
  { title: 'AuditEntry' },
);
export const AuditPage = Page('AuditPage', AuditEntry);

export const AuditQuery = Query({
  ...paging,
  actor_id: Type.Optional(Type.String({ format: 'uuid', description: 'Only what this user did.' })),
  action: Type.Optional(
    Type.String({
      pattern: '^[a-z_-]+(\\.[a-z_-]+)?$',
      maxLength: 100,
      description: 'An action, or its noun alone: `member` is every `member.…`.',
      examples: ['session.opened', 'member'],
    }),
  ),
  target_id: Type.Optional(
    Type.String({ format: 'uuid', description: 'Only what was done to this.' }),
  ),
  outcome: Type.Optional(Type.Enum(outcomes, { description: 'Only what came off, or did not.' })),
  sort: Sort('created_at'),
  from: Type.Optional(Type.String({ format: 'date-time', description: 'From this instant on.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Before this instant.' })),
});
export type AuditQuery = Static<typeof AuditQuery>;
