/** Letters that their readers want no more of: how they say so, and that it is kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Letter } from '#kernel/letter.ts';
import { system } from '#kernel/principal.ts';
import { harness } from '#test/harness.ts';
import { mailServer } from '#test/mail-server.ts';
import * as mail from './service.ts';

const server = await mailServer();
const env = { ...server.env, PUBLIC_URL: 'https://plinth.example.com/' };
const { call, ports, pool, runJobs } = await harness({ env });
const db = ports.database.as(system);

const form = 'application/x-www-form-urlencoded';
const oneClick = 'List-Unsubscribe=One-Click';

const letterOf = (kind: string, more: Partial<Letter> = {}): Letter => ({
  ...mail.testLetter(ports.settings, 'x'),
  kind,
  ...more,
});

async function write(recipient: string, letter: Letter) {
  await mail.send(db, ports, recipient, letter);
  await runJobs();
  const { body } = await call('root', 'GET /api/v1/emails/?limit=1');
  return body.data[0].state as string;
}

const last = () => server.received.at(-1)?.raw.replace(/\r\n[ \t]+/g, ' ') ?? '';
const lastUrl = () => new URL(/^List-Unsubscribe: <(.*)>$/m.exec(last())?.[1] ?? 'none:');
const press = (url: URL, type: string, payload: string) =>
  call(undefined, `POST ${url.pathname}${url.search}`, undefined, {
    payload,
    headers: { 'content-type': type },
  });

const kept = async () => (await pool.query('select * from plinth.email_suppressions')).rows;

test('only a letter that may be declined carries a link for that, in its headers and in both parts', async () => {
  assert.equal(await write('ada@example.com', letterOf('needed')), 'sent');
  assert.doesNotMatch(last(), /unsubscribe/i);
  assert.equal(await write('ada@example.com', letterOf('news', { mayDecline: true })), 'sent');
  assert.equal(lastUrl().origin, 'https://plinth.example.com');
  assert.match(last(), /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
});

test('whoever follows the link is asked first, and it changes nothing', async () => {
  const { pathname, search } = lastUrl();
  const { status, body, headers } = await call(undefined, `GET ${pathname}${search}`);
  assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8']);
  assert.match(body, /<form method="post">.*value="One-Click"/);
  assert.deepEqual(await kept(), []);
});

test('a token that was changed gets the same answer, and changes nothing', async () => {
  const url = lastUrl();
  const token = url.searchParams.get('token') ?? '';
  const [text = '', signature = ''] = token.split('.');
  const other = Buffer.from('["bob@example.com","news"]').toString('base64url');
  const answers = [];
  for (const forged of ['x', '.', `${other}.${signature}`, `${text}.`, text, `${token}A`, '%00']) {
    url.searchParams.set('token', forged);
    answers.push(await press(url, form, oneClick));
  }
  const same = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body));
  assert.equal(same.size, 1);
  assert.match([...same].join(), /no more letters/);
  assert.deepEqual(await kept(), []);
});

test('one POST of a program for mail, in either form, ends letters of the kind to that address alone', async () => {
  const url = lastUrl();
  const multipart = `--b\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n`;
  for (const [type, payload] of [
    ['multipart/form-data; boundary=b', multipart],
    [form, oneClick],
  ] as const) {
    const { status, body } = await press(url, type, payload);
    assert.equal(status, 200);
    assert.match(body, /no more letters/);
  }
  assert.deepEqual(
    (await kept()).map(({ recipient, kind }) => [recipient, kind]),
    [['ada@example.com', 'news']],
  );
  const before = server.received.length;
  const news = letterOf('news', { mayDecline: true });
  assert.equal(await write('Ada@Example.com', news), 'suppressed');
  assert.equal(server.received.length, before);
  assert.equal(await write('ada@example.com', letterOf('needed')), 'sent');
  assert.equal(await write('bob@example.com', news), 'sent');
});
