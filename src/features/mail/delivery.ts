/**
 * Mail: a letter on its way out. What the mail server has taken is marked by the statement that comes
 * next, and not sent again: a process that dies between the two sends it twice, under one Message-ID.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, exists, inArray, sql } from 'drizzle-orm';
import { build } from '#kernel/db.ts';
import { GiveUp, type Run } from '#kernel/job.ts';
import { Undeliverable } from '#kernel/mailer.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { opened } from './content.ts';
import { type DeliverPayload, deliveryRetries, emailSuppressions, emails } from './model.ts';

type Named = { id: string };

/** One that failed as well: after that there is an attempt only where somebody asks for it. */
const isToSend = ({ id }: Slots<Named>) =>
  and(eq(emails.id, id), inArray(emails.state, ['queued', 'failed']));
const isDeclined = exists(
  build
    .select({ kind: emailSuppressions.kind })
    .from(emailSuppressions)
    .where(
      and(
        // As it is written, too: the database may know the cases of no letters but those of ASCII.
        sql`${emailSuppressions.recipient} in (${emails.recipient}, lower(${emails.recipient}))`,
        eq(emailSuppressions.kind, emails.kind),
      ),
    ),
);

const select = statement('mail.to-send', (named: Slots<Named>) =>
  build
    .select({
      recipient: emails.recipient,
      subject: emails.subject,
      sealed_parts: emails.sealed_parts,
      created_at: emails.created_at,
      is_declined: sql<boolean>`${isDeclined}`.as('is_declined'),
    })
    .from(emails)
    .where(isToSend(named)),
);

const markSent = statement('mail.sent', (named: Slots<Named>) =>
  build
    .update(emails)
    .set({
      state: 'sent',
      sent_at: sql`now()`,
      attempts: sql`${emails.attempts} + 1`,
      error: sql`null`,
    })
    .where(isToSend(named))
    .returning({ id: emails.id }),
);

const markSuppressed = statement('mail.suppressed', (named: Slots<Named>) =>
  build
    .update(emails)
    .set({ state: 'suppressed' })
    .where(isToSend(named))
    .returning({ id: emails.id }),
);

type Failed = Named & { error: string; state: 'queued' | 'failed' };

const markFailed = statement('mail.failed', ({ error, state, ...named }: Slots<Failed>) =>
  build
    .update(emails)
    .set({ state, attempts: sql`${emails.attempts} + 1`, error })
    .where(isToSend(named))
    .returning({ id: emails.id }),
);

/** @throws GiveUp where nobody will ever take it */
export async function deliver({ payload, db, ports, attempt, signal }: Run<DeliverPayload>) {
  const named = { id: payload.email_id };
  const [letter] = await select(db, named);
  if (!letter) return { state: 'settled before' };
  if (letter.is_declined) {
    await markSuppressed(db, named);
    return { state: 'suppressed' };
  }
  const { sealed_parts, is_declined: _, ...envelope } = letter;
  try {
    await ports.mail.send({ ...named, ...envelope, ...opened(ports, sealed_parts) }, signal);
  } catch (cause) {
    signal.throwIfAborted(); // no failure of the letter's
    const isForEver = cause instanceof Undeliverable;
    const state = isForEver || attempt > deliveryRetries ? 'failed' : 'queued';
    await markFailed(db, { ...named, error: (cause as Error).message, state });
    throw isForEver ? new GiveUp(cause.message, { cause }) : cause;
  }
  await persist(() => markSent(db, named), signal);
  return { state: 'sent' };
}

const pauseMs = 500;

/** It has left: while the database is away, nothing else is to be done than to wait for it. */
async function persist(mark: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await mark();
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      await sleep(pauseMs, undefined, { signal });
    }
  }
}
