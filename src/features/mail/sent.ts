/** Mail: what became of letters, for who runs the server; never what they say. */
import { and, eq, getTableColumns, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { revive } from '#features/runs/service.ts';
import { build, type Db } from '#kernel/db.ts';
import type { Ports, Settings } from '#kernel/ports.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { filterOf } from '#platform/db/filters.ts';
import { forgetting } from '#platform/db/forget.ts';
import { pages } from '#platform/db/page.ts';
import { enqueue } from '#platform/queue/enqueue.ts';
import { opened } from './content.ts';
import { delivery } from './jobs.ts';
import {
  type EmailDelivery,
  type EmailDeliveryQuery,
  EmailNotFailed,
  EmailNotFound,
  type EmailQuery,
  emails,
  OnlyInDevelopment,
  states,
} from './model.ts';

const { sealed_parts: _, ...columns } = getTableColumns(emails);

type Filter = { state?: string; kind?: string; recipient?: string };

const page = pages(
  'mail.list',
  emails,
  ({ state, kind, recipient }: Slots<Filter>) =>
    and(
      state && eq(emails.state, state as never),
      kind && eq(emails.kind, kind),
      recipient && eq(emails.recipient, recipient),
    ),
  { columns },
);

export const list = (db: Db, query: EmailDeliveryQuery) =>
  page(db, filterOf(query) as Filter, query);

type Named = { id: string };

/** Another with each attempt, and with each state after it; when it became that, only a sent one tells. */
const edition = {
  version:
    sql<number>`${emails.attempts} * 4 + array_position(${sql.raw(`array['${states.join(`','`)}']`)}, ${emails.state})`.as(
      'version',
    ),
  updated_at: sql<string>`coalesce(${emails.sent_at}, now())`.as('updated_at'),
};

const select = statement('mail.get', ({ id }: Slots<Named>) =>
  build
    .select({ ...columns, ...edition })
    .from(emails)
    .where(eq(emails.id, id)),
);

/** @throws EmailNotFound */
export const get = async (db: Db, id: string): Promise<EmailDelivery> =>
  one(await select(db, { id }), EmailNotFound);

const requeue = statement('mail.requeue', ({ id }: Slots<Named>) =>
  build
    .update(emails)
    .set({ state: 'queued' })
    .where(and(eq(emails.id, id), inArray(emails.state, ['queued', 'failed'])))
    .returning({ ...columns, ...edition }),
);

/**
 * Sends one again that failed, or whose run was cancelled or is gone: by that run where it is there still.
 *
 * @throws EmailNotFound
 * @throws EmailNotFailed where it was sent, is not wanted, or is on its way
 */
export const retry = (db: Db, id: string): Promise<EmailDelivery> =>
  db.transaction(async (db) => {
    const [letter] = await requeue(db, { id });
    if (!letter) {
      await get(db, id);
      throw EmailNotFailed();
    }
    const isQueued =
      (await revive(db, delivery, id)) || (await enqueue(db, delivery, { email_id: id }, { id }));
    if (!isQueued) throw EmailNotFailed();
    await audit.record(db, 'email.retried', { target_id: id });
    return letter;
  });

const writtenPage = pages('mail.written', emails, () => undefined);

/**
 * Letters with what they say, for developers.
 *
 * @throws OnlyInDevelopment: elsewhere nobody reads the letters of others
 */
export async function written(db: Db, ports: Ports, query: EmailQuery) {
  if (ports.settings.ENVIRONMENT !== 'development') throw OnlyInDevelopment();
  const { data, ...rest } = await writtenPage(db, {}, query);
  const shown = data.map(({ sealed_parts, ...row }) => ({
    ...row,
    ...opened(ports, sealed_parts),
  }));
  return { data: shown, ...rest };
}

type Lives = { days: number; failed_days: number };

const isOlderThan = (days: SQL<number>) =>
  lt(emails.created_at, sql`now() - ${days} * interval '1 day'`);

const forget = forgetting(
  'mail.forget',
  { table: emails, key: emails.id },
  ({ days, failed_days }: Slots<Lives>) =>
    or(
      and(eq(emails.state, 'sent'), isOlderThan(days)),
      and(inArray(emails.state, ['failed', 'suppressed', 'queued']), isOlderThan(failed_days)),
    ),
);

/** Removes letters that nobody asks after any more. @returns how many those were */
export const forgetEmails = (db: Db, settings: Settings, signal?: AbortSignal): Promise<number> =>
  forget(
    db,
    { days: settings.JOB_HISTORY_DAYS, failed_days: settings.JOB_FAILED_HISTORY_DAYS },
    signal,
  );
