/** The mailbox that `serve` opens in development, where no mail server takes letters away. */
import type { Logger } from 'pino';
import { openMailbox } from '#features/mail/mailbox.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { serveMailbox } from '#platform/mailbox/server.ts';
import type { Config } from '../config.ts';

export type OpenMailbox = Awaited<ReturnType<typeof serveMailbox>>;

/** @returns undefined where there is none: outside development, beside a mail server, on a port in use */
export async function mailboxOf(
  { ENVIRONMENT, PROJECT_NAME, MAILBOX_PORT: port }: Config,
  ports: Ports,
  log: Pick<Logger, 'warn'>,
): Promise<OpenMailbox | undefined> {
  if (ports.mail.kind !== 'mailbox' || ENVIRONMENT !== 'development') return undefined;
  const mailbox = openMailbox(ports.database.as(system), ports);
  try {
    return await serveMailbox({ mailbox, project: PROJECT_NAME }, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : `fails (${message})`;
    log.warn(`There is no mailbox: port ${port} ${why}; set MAILBOX_PORT to another.`);
    return undefined;
  }
}
