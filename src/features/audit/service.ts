/** The audit log: the verbs of keeping it. */
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import type { PageQuery } from '#kernel/schema.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import { auditLog } from './model.ts';

type Row = Omit<typeof auditLog.$inferInsert, 'created_at'>;

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
  /** What else is worth knowing, never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
};

/**
 * Writes down what happens, by the handle of the change: it is told if and only if it happened. Who
 * asks and from where is known of the handle.
 */
export async function record(db: Db, action: Action, told: Told = {}): Promise<void> {
  const { principal, client } = db;
  const signedIn = principal.kind === 'user' || principal.kind === 'api_key';
  await insert(db, {
    id: newId(),
    actor_kind: principal.kind,
    actor_id: told.actor_id ?? (signedIn ? principal.userId : null),
    session_id: principal.sessionId,
    key_id: principal.keyId,
    action,
    outcome: told.outcome ?? 'success',
    target_id: told.target_id ?? null,
    address: client.address || null,
    user_agent: client.userAgent,
    request_id: client.requestId,
    detail: told.detail ?? null,
  });
}

const page = pages('audit.list', auditLog, () => undefined);

/** Everything that happened, newest first. */
export const list = (db: Db, query: PageQuery) => page(db, {}, query);
