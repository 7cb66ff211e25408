/** Letters in the shapes of Mailpit's API, version 1, which the tests of front ends read. */
import type { Kept } from './mailbox.ts';

const snippetLength = 250;

const addressOf = (Address: string, Name = '') => ({ Name, Address });

export function summaryOf(letter: Kept) {
  const { id, from, recipient, subject, created_at, text, html } = letter;
  return {
    ID: id,
    MessageID: `${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`,
    Read: false,
    From: addressOf(from.address, from.name),
    To: [addressOf(recipient)],
    Cc: [],
    Bcc: [],
    ReplyTo: [],
    Subject: subject,
    Created: created_at,
    Username: '',
    Tags: [],
    Size: Buffer.byteLength(text) + Buffer.byteLength(html),
    Attachments: 0,
    Snippet: snippetOf(text),
  };
}

/** How it begins, in one line. */
export const snippetOf = (text: string): string =>
  Array.from(text.replace(/\s+/g, ' ').trim()).slice(0, snippetLength).join('');

/** Nobody marks letters as read here. */
export const summariesOf = (
  letters: readonly Kept[],
  { start, found, total }: Readonly<Record<'start' | 'found' | 'total', number>>,
) => ({
  total,
  unread: total,
  count: letters.length,
  messages_count: found,
  messages_unread: found,
  start,
  tags: [],
  messages: letters.map(summaryOf),
});
