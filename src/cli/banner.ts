/** What the server says when it is up. */
import type { Logger } from 'pino';
import type { Ports } from '#kernel/ports.ts';
import type { Config } from '../config.ts';
import type { FirstSuperuser } from './first-superuser.ts';

type Start = {
  readonly config: Config;
  readonly ports: Ports;
  readonly address: string;
  /** Where letters can be read, in development. */
  readonly mailbox: string | undefined;
  readonly superuser: FirstSuperuser | undefined;
  readonly log: Logger;
};

/** A block for a person, or a line where programs read the log. */
export function banner({ config, ports, address, mailbox, superuser, log }: Start) {
  const database = config.DATABASE_URL
    ? `PostgreSQL at ${withoutSecrets(config.DATABASE_URL)}`
    : `PostgreSQL embedded in ${config.DATA_DIR}`;
  if (config.LOG_FORMAT_JSON ?? config.ENVIRONMENT !== 'development') {
    log.info(
      { address, mailbox, database, version: ports.version, superuser: superuser?.email },
      'listening',
    );
    // A log is kept and sent on; a password is only shown.
    if (superuser?.password)
      process.stderr.write(`Password of ${superuser.email}: ${superuser.password}\n`);
    return;
  }
  const base = config.PUBLIC_URL ?? address;
  const rows = [
    ['API', `${base}/api/v1`],
    ['Docs', `${base}/docs`],
    ['Health', `${base}/health`],
    ...(mailbox ? [['Mailbox', mailbox]] : []),
    ['Database', database],
    ...(superuser ? [['Superuser', superuser.email]] : []),
    ...(superuser?.password ? [['Password', `${superuser.password}  (shown only now)`]] : []),
  ];
  const block = rows.map(([label = '', text]) => `  ${label.padEnd(11)}${text}\n`).join('');
  process.stdout.write(
    `\n  ${config.PROJECT_NAME} ${ports.version}, ${config.ENVIRONMENT}\n\n${block}\n`,
  );
}

function withoutSecrets(url: string) {
  const { host, pathname } = new URL(url);
  return host + pathname;
}
