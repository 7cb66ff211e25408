/**
 * Mail: letters that nobody needs to get, and how one says so (RFC 2369, RFC 8058): by a link that carries
 * who declines what, signed, so that nothing is kept of it before.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { build, type Db } from '#kernel/db.ts';
import type { Ports } from '#kernel/ports.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { emailSuppressions } from './model.ts';

/** What the key is derived for. */
const purpose = 'mail-decline';

type Declined = { recipient: string; kind: string };

const signatureOf = (ports: Ports, text: string) =>
  createHmac('sha256', ports.keyFor(purpose)).update(text).digest();

/** Where the reader of a letter wants no more of its kind; undefined where nobody knows where we are. */
export function declineUrlOf(ports: Ports, recipient: string, kind: string): string | undefined {
  const { PUBLIC_URL, ENVIRONMENT, HOST, PORT } = ports.settings;
  if (!PUBLIC_URL && ENVIRONMENT !== 'development') return undefined;
  const text = JSON.stringify([recipient.toLowerCase(), kind]);
  const token = [Buffer.from(text), signatureOf(ports, text)]
    .map((part) => part.toString('base64url'))
    .join('.');
  const origin = PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${HOST}:${PORT}`;
  return `${origin}/api/v1/emails/unsubscribe?token=${token}`;
}

/** @returns undefined for what is no token of ours */
function declinedBy(ports: Ports, token: string): Declined | undefined {
  const [said = '', signed = ''] = token.split('.');
  const text = Buffer.from(said, 'base64url').toString();
  const [given, made] = [Buffer.from(signed, 'base64url'), signatureOf(ports, text)];
  if (given.length !== made.length || !timingSafeEqual(given, made)) return undefined;
  const [recipient, kind] = JSON.parse(text) as [string, string];
  return { recipient, kind };
}

const insert = statement('mail.decline', (row: Slots<Declined>) =>
  build
    .insert(emailSuppressions)
    .values(row as never)
    .onConflictDoNothing()
    .returning({ kind: emailSuppressions.kind }),
);

const htmlOf = (title: string, inner: string) =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>\n<body><h1>${title}</h1>\n${inner}\n</body></html>\n`;

/** Asks first: programs follow links, and nobody presses a button by accident. */
export const declinePage = () => ({
  html: htmlOf(
    'No more of these letters',
    '<form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>',
  ),
});

/** Writes down who wants no more of what; the answer is the same whatever the token is. */
export async function decline(db: Db, ports: Ports, token: string) {
  const declined = declinedBy(ports, token);
  if (declined) await insert(db, declined);
  return {
    html: htmlOf('Done', '<p>You will get no more letters of this kind at this address.</p>'),
  };
}
