/** The mailbox of development: what it shows, to whom, and as front ends' tests read it. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { sealed } from '#features/mail/content.ts';
import { newId } from '#kernel/id.ts';
import { mailboxOf } from '../src/cli/mailbox.ts';
import { harness } from './harness.ts';

const { ports, config, pool, call } = await harness({ env: { MAILBOX_PORT: '0' } });
const warnings: string[] = [];
const log = { warn: (sentence: string) => void warnings.push(sentence) } as never;

async function opened(env: object = {}, given = ports) {
  const mailbox = await mailboxOf({ ...config, ...env }, given, log);
  if (mailbox) after(mailbox.close);
  return mailbox;
}
const { address } = (await opened()) ?? assert.fail('there is no mailbox');

let age = 1_000;
/** Keeps a letter, each newer than the one before. */
async function keep(recipient: string, subject: string, text: string, html = `<p>${text}</p>`) {
  const id = newId();
  const parts = sealed(ports, { text, html });
  await pool.query(
    `insert into plinth.emails (id, recipient, subject, sealed_parts, created_at)
     values ($1, $2, $3, $4, now() - $5 * interval '1 minute')`,
    [id, recipient, subject, parts, age--],
  );
  return id;
}

const get = (path: string, init?: RequestInit) => fetch(address + path, init);
const search = async (query: string, more = '') => {
  const answer = await get(`/api/v1/search?query=${encodeURIComponent(query)}${more}`);
  assert.equal(answer.status, 200);
  // biome-ignore lint/suspicious/noExplicitAny: it is another API's
  return (await answer.json()) as any;
};
const found = async (query: string) =>
  (await search(query)).messages.map(({ Subject }: { Subject: string }) => Subject);

await keep('ada@example.com', 'Confirm your address', 'Hello Ada,\nwelcome to the engine.');
await keep('bob@example.com', 'Confirm your address', 'Hello Bob, welcome.');
const last = await keep('ada@example.com', 'New password', 'Hello Ada, here is 100% of a link.');

for (const [query, expected] of [
  ['to:ada@example.com', ['New password', 'Confirm your address']],
  ['to:"ada@example.com"', ['New password', 'Confirm your address']],
  ['TO:ADA@example.com', ['New password', 'Confirm your address']],
  ['to:ada subject:"confirm your"', ['Confirm your address']],
  ['subject:Confirm -to:bob', ['Confirm your address']],
  ['welcome', ['Confirm your address', 'Confirm your address']],
  ['"ada, welcome"', ['Confirm your address']],
  ['ada password', ['New password']],
  ['hello !bob !engine', ['New password']],
  ['100%', ['New password']],
  ['subject:%', ['New password', 'Confirm your address', 'Confirm your address']],
  ['to:a_a', []],
  ['from:noreply@example.com engine', ['Confirm your address']],
  ['from:"somebody else"', []],
  ['addressed:bob', ['Confirm your address']],
  ['nothing like it', []],
  [`"an end that is missing`, []],
  [`\\'; drop table emails; --`, []],
] as const) {
  test(`${query} finds ${expected.length}`, async () => {
    assert.deepEqual(await found(query), expected);
  });
}

test('what is found has the shape of Mailpit', async () => {
  const answer = await search('to:ada', '&limit=1');
  const { messages, ...counts } = answer;
  assert.deepEqual(counts, {
    ...{ total: 3, unread: 3, count: 1, messages_count: 2, messages_unread: 2 },
    ...{ start: 0, tags: [] },
  });
  const { Created, Size, ...message } = messages[0];
  assert.deepEqual(message, {
    ID: last,
    MessageID: `${last}@example.com`,
    Read: false,
    From: { Name: 'Plinth', Address: 'noreply@example.com' },
    To: [{ Name: '', Address: 'ada@example.com' }],
    ...{ Cc: [], Bcc: [], ReplyTo: [], Username: '', Tags: [], Attachments: 0 },
    Subject: 'New password',
    Snippet: 'Hello Ada, here is 100% of a link.',
  });
  assert.equal(new Date(Created).toISOString(), Created);
  assert.ok(Size > 0);
  assert.equal((await search('to:ada', '&start=1')).messages.length, 1);
  assert.equal((await search('to:ada', '&start=1&limit=-4')).messages.length, 1);
  assert.equal((await get('/api/v1/search')).status, 400);
});

test('the tests of the full-stack template find the link of a letter', async () => {
  await call(undefined, 'POST /api/v1/auth/signup', {
    email: 'grace@example.com',
    password: 'correct horse battery 9',
  });
  await call(undefined, 'POST /api/v1/password-recovery/grace@example.com');
  let ID: string | undefined;
  for (let n = 0; n < 500 && !ID; n++) {
    const { messages } = await search('to:grace@example.com subject:password', '&limit=1');
    ID = messages[0]?.ID;
  }
  const html = await (await get(`/view/${ID}.html`)).text();
  const [, href = ''] = /<a[^>]* href="([^"]*\/reset-password\?token=[^"]*)"/.exec(html) ?? [];
  const url = new URL(href);
  assert.equal(url.pathname, '/reset-password');
  const { status } = await call(undefined, 'POST /api/v1/reset-password/', {
    token: url.searchParams.get('token'),
    new_password: 'staple another 7 mules',
  });
  assert.equal(status, 200);
});

test('a letter is read as a page, as text, and as it goes over the wire', async () => {
  assert.equal(await (await get(`/view/${last}.txt`)).text(), 'Hello Ada, here is 100% of a link.');
  const page = await (await get(`/?id=${last}&view=source`)).text();
  for (const line of ['From: Plinth', 'To: ada@example.com', 'Subject: New password']) {
    assert.match(page, new RegExp(`^(.*<pre>)?${line}`, 'm'));
  }
  const id = await keep('eve@example.com', 'Links', 'x', '<html><head></head><a href="/x">x</a>');
  assert.match(await (await get(`/view/${id}.html?embed=1`)).text(), /<base target="_blank">/);
  assert.doesNotMatch(await (await get(`/view/${id}.html`)).text(), /<base/);
  assert.equal((await get('/view/latest.txt')).status, 200);
  for (const path of [`/view/${newId()}.html`, '/view/1.html', `/view/${'-'.repeat(36)}.txt`]) {
    assert.equal((await get(path)).status, 404);
  }
  assert.match(await (await get(`/?id=${newId()}`)).text(), /This letter is gone/);
});

test('what a letter says is text on the page', async () => {
  const evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
  const id = await keep(`"${evil}"@example.com`, evil, evil);
  for (const view of ['html', 'text', 'source']) {
    const query = encodeURIComponent(evil);
    for (const path of [`/?id=${id}&view=${view}`, `/?id=${id}&view=${view}&query=${query}`]) {
      const page = await (await get(path)).text();
      assert.doesNotMatch(page, /<img|<script>/, path);
    }
  }
  await pool.query('delete from plinth.emails where id = $1', [id]);
});

test('a letter may do nothing, and only the mailbox shows it in a frame', async () => {
  const { headers } = await get(`/view/${last}.html`);
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none';.* frame-ancestors 'self'; sandbox /);
  assert.doesNotMatch(policy, /allow-scripts|allow-same-origin|script-src/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  const page = (await get('/')).headers.get('content-security-policy') ?? '';
  assert.match(page, /frame-ancestors 'none'/);
});

/** `fetch` sets the name of the host by itself. */
const named = (host: string, method = 'GET') =>
  new Promise<number | undefined>((resolve, reject) => {
    const asked = request(`${address}/api/v1/search?query=ada`, { method, headers: { host } });
    asked.once('error', reject).once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.end();
  });

test('only a page of this machine reads it: other names, origins and methods are refused', async () => {
  const { port } = new URL(address);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, 'localhost', 'LOCALHOST:1']) {
    assert.equal(await named(host), 200, host);
  }
  for (const host of [`evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.nip.io']) {
    assert.equal(await named(host), 421, host);
  }
  assert.equal(await named(`localhost:${port}`, 'POST'), 405);
  const { headers } = await get('/api/v1/search?query=ada', {
    headers: { origin: 'http://evil.example' },
  });
  assert.deepEqual(
    [...headers.keys()].filter((name) => name.startsWith('access-control')),
    [],
  );
  assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
});

test('it is refused outside development, and beside a mail server', async () => {
  for (const ENVIRONMENT of ['staging', 'production']) {
    assert.equal(await opened({ ENVIRONMENT }), undefined);
    const settings = { ...ports.settings, ENVIRONMENT } as typeof ports.settings;
    await assert.rejects(async () => opened({}, { ...ports, settings }), {
      name: 'Problem',
    });
  }
  for (const kind of ['smtp', 'none'] as const) {
    assert.equal(await opened({}, { ...ports, mail: { ...ports.mail, kind } }), undefined);
  }
  assert.deepEqual(warnings, []);
});

test('where its port is in use it is said once, and nothing else happens', async () => {
  const MAILBOX_PORT = Number(new URL(address).port);
  assert.equal(await opened({ MAILBOX_PORT }), undefined);
  assert.deepEqual(warnings, [
    `There is no mailbox: port ${MAILBOX_PORT} is in use by another program; set MAILBOX_PORT to another.`,
  ]);
});
