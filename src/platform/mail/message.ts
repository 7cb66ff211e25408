/** How a letter is written for SMTP: who it is from, and what its headers say (RFC 5322). */
import type { SendMailOptions } from 'nodemailer';
import { type Message, Undeliverable } from '#kernel/mailer.ts';
import type { Settings } from '#kernel/ports.ts';

type Sender = Pick<Settings, 'PROJECT_NAME' | 'EMAILS_FROM_EMAIL' | 'EMAILS_FROM_NAME'>;

/** One address, and nothing that could be read as more than that. */
const address = /^[^\s\p{Cc}<>()[\],;:"\\@]+@[^\s\p{Cc}<>(),;"\\@]+$/u;

/**
 * Names and addresses are given apart: nothing in one is read as the other.
 *
 * @throws Undeliverable where the recipient is no address
 */
export function written(
  { PROJECT_NAME, EMAILS_FROM_EMAIL: from, EMAILS_FROM_NAME }: Sender,
  { id, recipient, subject, text, html, created_at, declineUrl }: Message,
): SendMailOptions {
  if (!address.test(recipient)) throw new Undeliverable('The recipient is no e-mail address');
  return {
    from: { name: EMAILS_FROM_NAME ?? PROJECT_NAME, address: from },
    to: { name: '', address: recipient },
    envelope: { from, to: [recipient] },
    messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    date: new Date(created_at),
    subject,
    text,
    html,
    headers: {
      // No program that is away answers it (RFC 3834); the other is how Exchange is told.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
      ...(declineUrl && {
        'List-Unsubscribe': `<${declineUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
