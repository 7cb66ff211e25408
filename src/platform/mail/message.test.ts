/** How letters are written: their headers, their parts, and nothing that somebody smuggles in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailServer } from '#test/mail-server.ts';
import { letter, mailerOf, sent } from '#test/mailer.ts';

/** Header fields, unfolded. */
function headersOf(raw: string) {
  const [head = ''] = raw.split('\r\n\r\n');
  return head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
}

test('a letter has both parts, and headers that say who wrote it when, and that nobody need answer', async () => {
  const server = await mailServer();
  const env = { ...server.env, EMAILS_FROM_EMAIL: 'post@plinth.example', PROJECT_NAME: 'Plinth' };
  const declineUrl = `https://plinth.example/unsubscribe?token=${'t'.repeat(200)}`;
  assert.deepEqual(await sent(mailerOf(env), { ...letter, declineUrl }), ['sent']);
  const [{ from, to, raw } = assert.fail()] = server.received;
  assert.deepEqual([from, to], ['post@plinth.example', ['ada@example.com']]);
  const headers = headersOf(raw);
  for (const expected of [
    'From: Plinth <post@plinth.example>',
    'To: ada@example.com',
    'Subject: Confirm',
    'Date: Fri, 20 Nov 2026 15:30:00 +0000',
    `Message-ID: <${letter.id}@plinth.example>`,
    'Auto-Submitted: auto-generated',
    `List-Unsubscribe: <${declineUrl}>`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'MIME-Version: 1.0',
  ]) {
    assert.ok(headers.includes(expected), `${expected} is not in\n${headers.join('\n')}`);
  }
  assert.match(raw, /multipart\/alternative.*text\/plain.*Hello Ada.*text\/html.*<p>Hello/s);
});

test('one that nobody may decline says nothing of declining', async () => {
  const server = await mailServer();
  await sent(mailerOf(server.env));
  assert.doesNotMatch(server.received[0]?.raw ?? '', /list-unsubscribe|x-mailer/i);
});

test('names, subjects and addresses may be in any script', async () => {
  const server = await mailServer();
  const env = { ...server.env, EMAILS_FROM_NAME: 'Söhne & 中文, "Ltd"' };
  const recipient = 'ädä@müller.example';
  const message = { ...letter, recipient, subject: 'Grüße 🙂 中文', text: 'Zoë 🙂' };
  assert.deepEqual(await sent(mailerOf(env), message), ['sent']);
  const [{ raw, to } = assert.fail()] = server.received;
  assert.match(to[0] ?? '', /^ädä@(müller|xn--mller-kva)\.example$/);
  const subject = headersOf(raw).find((header) => header.startsWith('Subject: ')) ?? '';
  const words = [...subject.matchAll(/=\?UTF-8\?([QB])\?(.*?)\?=/g)].map(([, how, text = '']) =>
    how === 'B'
      ? Buffer.from(text, 'base64')
      : Buffer.from(
          text
            .replace(/_/g, ' ')
            .replace(/=(..)/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`))),
          'latin1',
        ),
  );
  assert.equal(Buffer.concat(words).toString(), message.subject);
});

test('a line break in a name, a subject or an address adds no header and nobody to write to', async () => {
  const server = await mailServer();
  const evil = 'x\r\nBcc: eve@example.com\r\n\r\nOther text';
  const mailer = mailerOf({ ...server.env, EMAILS_FROM_NAME: evil });
  await sent(mailer, { ...letter, subject: evil, declineUrl: `https://x.example/${evil}` });
  const outcomes = await Promise.all(
    ['ada@example.com\r\nRCPT TO:<eve@example.com>', 'ada@example.com>, <eve@example.com', ''].map(
      async (recipient) => (await sent(mailer, { ...letter, recipient }))[0],
    ),
  );
  assert.deepEqual(outcomes, ['for ever', 'for ever', 'for ever']);
  const [{ raw, to } = assert.fail(), ...others] = server.received;
  assert.deepEqual([to, others], [['ada@example.com'], []]);
  assert.deepEqual(
    headersOf(raw).filter((header) => /^(bcc|other)/i.test(header)),
    [],
  );
});
