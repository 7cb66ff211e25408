/** Settings of what is done after requests: jobs and letters. */
import { Type } from 'typebox';
import { Flag, port, Secret, Whole } from './kinds.ts';

export const background = {
  JOB_WORKER: Flag('Runs jobs in the serving process; off where `plinth worker` does.', true),
  JOB_POLL_SECONDS: Whole(
    'How often a process looks for jobs whose time has come; new ones it is told of.',
    2,
    1,
    60,
  ),
  JOB_HISTORY_DAYS: Whole('How long runs are kept that came off.', 7, 1, 3650),
  JOB_FAILED_HISTORY_DAYS: Whole('How long runs are kept that failed.', 90, 1, 3650),

  SMTP_HOST: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The mail server; without it development keeps letters in a mailbox of its own.',
    }),
  ),
  SMTP_PORT: Type.Integer({ ...port, minimum: 1, default: 587, description: 'Its port.' }),
  SMTP_TLS: Flag('Insists on STARTTLS.', true),
  SMTP_SSL: Flag('TLS from the first byte, as on port 465; SMTP_TLS says nothing then.', false),
  SMTP_USER: Type.Optional(Type.String({ minLength: 1, description: 'Who signs in there.' })),
  SMTP_PASSWORD: Secret('Its password.', 1),
  SMTP_POOL_SIZE: Whole('Connections to it at most, in each process.', 5, 1, 100),
  SMTP_TIMEOUT_SECONDS: Whole('How long it may be silent.', 30, 1, 600),
  EMAILS_FROM_EMAIL: Type.String({
    pattern: '^[^@\\s]+@[^@\\s]+$',
    default: 'noreply@example.com',
    description: 'The sender of letters.',
  }),
  EMAILS_FROM_NAME: Type.Optional(
    Type.String({ minLength: 1, description: 'Its name; PROJECT_NAME unless said.' }),
  ),
  MAILBOX_PORT: Type.Integer({
    ...port,
    default: 8025,
    description: 'Where the mailbox of development is; 0 takes a free one.',
  }),
};
