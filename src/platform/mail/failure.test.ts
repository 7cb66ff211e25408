/** Failures of SMTP: which are for ever, and after which the letter goes another time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailServer } from '#test/mail-server.ts';
import { letter, mailerOf, sent, talker } from '#test/mailer.ts';

const usual = (line: string): string => {
  if (/^(EHLO|MAIL|RCPT|RSET|QUIT)/.test(line)) return '250 fine';
  if (line === 'DATA') return '354 go on';
  return line === '.' ? '250 taken' : '';
};
const answering = (begins: RegExp, reply: string) => (line: string) =>
  begins.test(line) ? reply : usual(line);

for (const [promise, greeting, reply, expected] of [
  ['a server that takes it', '220 hello', usual, /^sent$/],
  ['one that greets with a refusal', '554 not you', usual, /^another time.*554/],
  ['one that has no such user', '220 hello', answering(/^RCPT/, '550 no'), /^for ever.*550/],
  ['one that has no such user now', '220 hello', answering(/^RCPT/, '451 later'), /^another.*451/],
  ['one that wants a sign-in', '220 hello', answering(/^RCPT/, '530 who'), /^another time.*530/],
  ['one that refuses the sender', '220 hello', answering(/^MAIL/, '550 you'), /^another time.*550/],
  ['one that refuses the text', '220 hello', answering(/^\.$/, '554 spam'), /^for ever.*554/],
  ['one that is full', '220 hello', answering(/^\.$/, '452 full'), /^another time.*452/],
  ['one that talks nonsense', '220 hello', answering(/^EHLO|^HELO/, 'what?'), /^another time/],
  [
    'one that says too much',
    '220 hello',
    answering(/^RCPT/, `550 ${'x'.repeat(9000)}`),
    /^for ever.{100,600}$/,
  ],
] as const) {
  test(`${promise}: ${expected.source.replace(/\W+/g, ' ').trim()}`, async () => {
    assert.match((await sent(mailerOf(await talker(greeting, reply)))).join(' '), expected);
  });
}

test('one that drops the line in the middle of the text, refuses it, or is silent: another time', async () => {
  const dropping = await talker('220 hello', (line, socket) => {
    if (line === 'DATA') setTimeout(() => socket.destroy(), 20);
    return line === '.' ? '' : usual(line);
  });
  const silent = { ...(await talker('', () => '')), SMTP_TIMEOUT_SECONDS: '1' };
  const closed = await mailServer();
  await closed.close();
  for (const env of [dropping, silent, closed.env]) {
    assert.equal((await sent(mailerOf(env)))[0], 'another time');
  }
});

for (const [step, begins] of [
  ['RCPT TO', /^RCPT/],
  ['DATA', /^DATA/],
  ['DATA', /^\.$/],
  ['AUTH', /^dXNlcg==/],
] as const) {
  test(`one that is silent after ${begins.source}: who, and at which step`, async () => {
    const env = await talker('220 hello', (line) => {
      if (begins.test(line)) return '';
      if (line.startsWith('EHLO') && step === 'AUTH') return '250-fine\r\n250 AUTH LOGIN';
      return line === 'AUTH LOGIN' ? '334 VXNlcm5hbWU6' : usual(line);
    });
    const login = step === 'AUTH' && { SMTP_USER: 'user', SMTP_PASSWORD: 'quite secret 7' };
    const mailer = mailerOf({ ...env, ...login, SMTP_TIMEOUT_SECONDS: '1' });
    assert.deepEqual(await sent(mailer), ['another time', `127.0.0.1 did not answer to ${step}`]);
  });
}

test('what is taken back is not sent', async () => {
  const silent = await talker('', () => '');
  const controller = new AbortController();
  const sending = mailerOf(silent).send(letter, controller.signal);
  controller.abort();
  await assert.rejects(sending, /abort/i);
});

test('without a mail server developers have a mailbox, and elsewhere letters wait', async () => {
  const secrets = {
    SECRET_KEY: 'aVeryLongKey-0123456789-abcdefghij',
    FIRST_SUPERUSER_PASSWORD: 'kX93-lmQ-77',
  };
  const mailbox = mailerOf({});
  assert.deepEqual([mailbox.kind, await sent(mailbox)], ['mailbox', ['sent']]);
  const none = mailerOf({ ENVIRONMENT: 'production', ...secrets });
  assert.deepEqual([none.kind, (await sent(none))[0]], ['none', 'another time']);
  await assert.rejects(none.verify(), /SMTP_HOST/);
});
