/** The audit log: the verbs of keeping it. */
import { sql, type WithSubquery } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { append, type Row } from './chain.ts';
import { auditLog } from './model.ts';

export { list, listOf } from './list.ts';

const insert = statement('audit.insert', (row: Slots<Row>) =>
  build
    .insert(auditLog)
    .values(row as never)
    .returning({ id: auditLog.id }),
);

/** A noun and what became of it. */
export type Action = `${string}.${string}`;

type Told = {
  /** Failure where it was tried and refused. */
  readonly outcome?: Row['outcome'];
  /** Who did it, where the caller is not signed in yet. */
  readonly actor_id?: string | undefined;
  /** What it was done to. */
  readonly target_id?: string | undefined;
  /** The organization it happened in, to whose chain it is added. */
  readonly organization_id?: string | null | undefined;
  /** What else is worth knowing, never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
};

/**
 * Writes down what happens, by the handle of the change: it is told if and only if it happened. Who
 * asks and from where is known of the handle.
 *
 * Of an organization it comes last in its transaction, and of several in the order of their ids: each
 * chain is held until the commit.
 */
export async function record(db: Db, action: Action, told: Told = {}): Promise<void> {
  const { told_id, told_kind, told_session, told_key, told_from, told_by, told_request } =
    teller(db);
  const log = db.unscoped('what happens is told whoever does it');
  const row: Row = {
    id: told_id,
    actor_kind: told_kind,
    actor_id: told.actor_id ?? actorOf(db),
    session_id: told_session,
    key_id: told_key,
    action,
    outcome: told.outcome ?? 'success',
    target_id: told.target_id ?? null,
    address: told_from,
    user_agent: told_by,
    request_id: told_request,
    detail: told.detail ?? null,
  };
  const { organization_id } = told;
  await (organization_id ? append(log, { ...row, organization_id }) : insert(log, row));
}

/** A key of an organization is nobody: the entry names the key. */
const actorOf = ({ principal: { kind, organizationId, userId } }: Db) =>
  (kind === 'user' || kind === 'api_key') && !organizationId ? userId : null;

/** What an entry says of who asks, as values of a statement. */
export type Teller = {
  told_id: string;
  told_kind: Row['actor_kind'];
  told_session: string | null;
  told_key: string | null;
  told_from: string | null;
  told_by: string | null;
  told_request: string | null;
};

export const teller = ({ principal, client }: Db): Teller => ({
  told_id: newId(),
  told_kind: principal.kind,
  told_session: principal.sessionId,
  told_key: principal.keyId,
  told_from: client.address || null,
  told_by: client.userAgent,
  told_request: client.requestId,
});

/**
 * The entry as a part of a statement that does something, where a round trip more would count: a
 * success for each row of what it did. It is of no organization, since a chain is held first.
 *
 * @param of what was done, a common table expression with `actor_id` and `target_id`
 */
export function entryOf(
  of: WithSubquery,
  action: Action,
  { told_id, told_kind, told_session, told_key, told_from, told_by, told_request }: Slots<Teller>,
) {
  // Every column, in the order of the table: the builder takes no fewer.
  const row = build
    .select({
      id: sql`${told_id}::uuid`.as('id'),
      created_at: sql`now()`.as('created_at'),
      actor_kind: sql`${told_kind}::text`.as('actor_kind'),
      actor_id: sql`actor_id`.as('actor_id'),
      session_id: sql`${told_session}::uuid`.as('session_id'),
      key_id: sql`${told_key}::uuid`.as('key_id'),
      action: sql`${sql.raw(`'${action}'`)}`.as('action'),
      outcome: sql`'success'`.as('outcome'),
      target_id: sql`target_id`.as('target_id'),
      address: sql`${told_from}::text`.as('address'),
      user_agent: sql`${told_by}::text`.as('user_agent'),
      request_id: sql`${told_request}::text`.as('request_id'),
      detail: sql`null::jsonb`.as('detail'),
      organization_id: sql`null::uuid`.as('organization_id'),
      sequence: sql`null::bigint`.as('sequence'),
      hash: sql`null::text`.as('hash'),
    })
    .from(of);
  return build
    .insert(auditLog)
    .select(row as never)
    .returning({ id: auditLog.id });
}
