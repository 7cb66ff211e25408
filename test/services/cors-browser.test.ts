/** Pages of other origins in a real browser: those that are named may call, and read what they need. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { harness } from '../harness.ts';
import { openBrowser, openSite } from './browser.ts';

const { open } = await openBrowser();
const named = await openSite();
const stranger = await openSite();

async function serve(env: Record<string, string>) {
  const server = await harness({ env: { RATE_LIMIT_ENABLED: 'true', ...env } });
  const origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const { token } = await server.caller('ada');
  const authorization = { authorization: `Bearer ${token}` };
  return { ...server, origin, authorization };
}
const naming = await serve({ CORS_ORIGINS: named.origin });
const closed = await serve({});

type Init = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly credentials?: 'include';
};
const json = { 'content-type': 'application/json' };

/** What a script of the page gets: the answer as far as the browser lets it read that, or a refusal. */
function ask(page: Page | Frame, url: string, init: Init = {}) {
  return page.evaluate(
    async ({ url, init }) => {
      try {
        const answer = await fetch(url, init);
        const headers: Record<string, string> = Object.fromEntries(answer.headers);
        const text = await answer.text();
        return { status: answer.status, headers, body: text ? JSON.parse(text) : undefined };
      } catch (error) {
        return { refused: String(error) };
      }
    },
    { url, init },
  );
}

const refused = { refused: 'TypeError: Failed to fetch' };

test('a page of a named origin lives by the whole contract', async () => {
  const { origin, authorization } = naming;
  const { page } = await open(named.origin);
  const tasks = `${origin}/api/v1/tasks`;
  const creation = {
    method: 'POST',
    headers: { ...authorization, ...json, 'idempotency-key': 'first' },
    body: JSON.stringify({ title: 'Buy ink' }),
  };
  const created = await ask(page, tasks, creation);
  assert.equal(created.status, 201, JSON.stringify(created));
  const { id } = created.body;
  const etag = created.headers?.etag ?? '';
  assert.match(etag, /^"/);
  assert.match(created.headers?.location ?? '', new RegExp(id));
  for (const name of ['x-request-id', 'ratelimit', 'ratelimit-policy', 'last-modified']) {
    assert.ok(created.headers?.[name], name);
  }
  const replayed = await ask(page, tasks, creation);
  assert.deepEqual([replayed.body?.id, replayed.headers?.['idempotency-replayed']], [id, 'true']);

  const known = { ...authorization, 'if-none-match': etag };
  assert.equal((await ask(page, `${tasks}/${id}`, { headers: known })).status, 304);
  const change = (title: string, more = {}) => ({
    method: 'PATCH',
    headers: { ...authorization, ...json, 'if-match': etag, ...more },
    body: JSON.stringify({ title }),
  });
  const changed = await ask(page, `${tasks}/${id}`, change('Ink', { prefer: 'return=minimal' }));
  assert.equal(changed.status, 204, JSON.stringify(changed));
  assert.equal(changed.headers?.['preference-applied'], 'return=minimal');
  assert.notEqual(changed.headers?.etag, etag);
  assert.equal((await ask(page, `${tasks}/${id}`, change('Lost'))).status, 412);
  assert.equal(
    (await ask(page, `${tasks}/${id}`, { method: 'DELETE', headers: authorization })).status,
    204,
  );
});

test('a page of a named origin reads why it is refused, and may show a key', async () => {
  const { origin, call } = naming;
  const { page } = await open(named.origin);
  const bare = await ask(page, `${origin}/api/v1/tasks`);
  assert.deepEqual([bare.status, bare.body?.code], [401, 'unauthenticated']);
  assert.equal(bare.headers?.['www-authenticate'], 'Bearer');
  const asked = { name: 'Page', permissions: { tasks: ['read'] } };
  const { body: key } = await call('ada', 'POST /api/v1/api-keys', asked);
  const headers = { 'x-api-key': key.key };
  const listed = await ask(page, `${origin}/api/v1/tasks`, { headers, credentials: 'include' });
  assert.equal(listed.status, 200, JSON.stringify(listed));
});

/** A document without an origin: what a sandbox or a file on a disk has. */
async function nameless(page: Page): Promise<Frame> {
  await page.evaluate(() => {
    const frame = document.createElement('iframe');
    frame.sandbox.add('allow-scripts');
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    return loaded;
  });
  const frame = page.frames()[1];
  assert.ok(frame);
  assert.equal(await frame.evaluate(() => globalThis.origin), 'null');
  return frame;
}

const strangers = [
  ['an origin that is not named', naming, async () => (await open(stranger.origin)).page],
  ['no origin', naming, async () => nameless((await open(named.origin)).page)],
  ['any origin, where none is named', closed, async () => (await open(named.origin)).page],
] as const;
for (const [whose, { origin, authorization, call }, opened] of strangers) {
  test(`a page of ${whose} reads nothing and changes nothing`, async () => {
    const page = await opened();
    const { body: task } = await call('ada', 'POST /api/v1/tasks', { title: 'Mine' });
    const url = `${origin}/api/v1/tasks/${task.id}`;
    const change = { method: 'PATCH', body: JSON.stringify({ title: 'Theirs' }) };
    const tries: readonly (readonly [string, Init?])[] = [
      [`${origin}/health`],
      [`${origin}/health`, { credentials: 'include' }],
      [url, { headers: authorization }],
      [url, { ...change, headers: { ...authorization, ...json } }],
      [url, { ...change, headers: { ...authorization, ...json, 'if-match': '*' } }],
      [url, { method: 'DELETE', headers: authorization }],
    ];
    for (const [at, init] of tries) assert.deepEqual(await ask(page, at, init), refused, at);
    const { body } = await call('ada', `GET /api/v1/tasks/${task.id}`);
    assert.equal(body.title, 'Mine');
  });
}

test('what is allowed is said to the named origin alone, and never of all', async () => {
  for (const [server, site, expected] of [
    [naming, named, named.origin],
    [naming, stranger, null],
    [naming, { origin: 'null' }, null],
    [closed, named, null],
  ] as const) {
    const headers = { origin: site.origin, 'access-control-request-method': 'PATCH' };
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await fetch(`${server.origin}/health`, { method, headers });
      await answer.body?.cancel();
      assert.equal(answer.headers.get('access-control-allow-origin'), expected);
      if (server === naming && method === 'GET')
        assert.match(answer.headers.get('vary') ?? '', /\borigin\b/i);
      const credentials = answer.headers.get('access-control-allow-credentials');
      assert.ok(
        expected || !credentials || answer.headers.get('access-control-allow-origin') !== '*',
      );
    }
  }
});
