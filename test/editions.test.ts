/** Editions: nobody's change is lost under another's, and what is known is not sent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { harness, password } from './harness.ts';

const server = await harness();
const { call, pool, caller } = server;
const strict = await harness({ env: { IF_MATCH_REQUIRED: 'true' } });

const made = async (as = 'ada') => (await call(as, 'POST /api/v1/items/', { title: 'First' })).body;
const at = async (as = 'ada') => `/api/v1/items/${(await made(as)).id}`;
const changing = (line: string, headers: Record<string, string>, body: object | undefined) =>
  call('ada', line, body, { headers });

test('what is made, read or changed says its edition, and when that was made', async () => {
  const created = await call('ada', 'POST /api/v1/items/', { title: 'First' });
  const path = `/api/v1/items/${created.body.id}`;
  const read = await call('ada', `GET ${path}`);
  assert.match(String(read.headers.etag), /^"1-[\w-]{22}"$/);
  assert.equal(created.headers.etag, read.headers.etag);
  const changed = await call('ada', `PATCH ${path}`, { title: 'Second' });
  assert.match(String(changed.headers.etag), /^"2-/);
  assert.deepEqual((await call('ada', `GET ${path}`)).headers.etag, changed.headers.etag);
  const { headers, body } = changed;
  assert.equal(headers['last-modified'], new Date(body.updated_at).toUTCString());
  assert.equal('version' in body, false);
});

test('who has the newest edition is answered 304, in one statement', async () => {
  const path = await at();
  const { headers } = await call('ada', `GET ${path}`);
  for (const known of [
    { 'if-none-match': String(headers.etag) },
    { 'if-none-match': `"other", W/${headers.etag}` },
    { 'if-none-match': '*' },
    { 'if-modified-since': String(headers['last-modified']) },
  ]) {
    const answer = await changing(`GET ${path}`, known, undefined);
    assert.deepEqual([answer.status, answer.body, answer.statements], [304, '', ['items.get']]);
    assert.equal(answer.headers.etag, headers.etag);
    assert.equal(answer.headers['cache-control'], 'private, no-cache');
    assert.equal((await changing(`HEAD ${path}`, known, undefined)).status, 304);
  }
  await call('ada', `PATCH ${path}`, { title: 'Second' });
  const stale = await changing(`GET ${path}`, { 'if-none-match': String(headers.etag) }, undefined);
  assert.deepEqual([stale.status, stale.body.title], [200, 'Second']);
});

test('a strange tag is no reason to answer 304, nor a stranger one to see anything', async () => {
  const path = await at('bob');
  const { headers } = await call('bob', `GET ${path}`);
  const answer = await changing(
    `GET ${path}`,
    { 'if-none-match': String(headers.etag) },
    undefined,
  );
  assert.equal(answer.status, 404);
  assert.equal((await changing(`GET ${path}`, { 'if-none-match': '*' }, undefined)).status, 404);
});

test('of two who edit the same edition, the second is told', async () => {
  const path = await at();
  const { headers } = await call('ada', `GET ${path}`);
  const seen = { 'if-match': String(headers.etag) };
  const first = await changing(`PATCH ${path}`, seen, { title: 'Of the first' });
  assert.deepEqual([first.status, first.statements], [200, ['items.update']]);
  const second = await changing(`PATCH ${path}`, seen, { title: 'Of the second' });
  assert.deepEqual([second.status, second.body.code], [412, 'precondition_failed']);
  assert.equal((await changing(`PUT ${path}`, seen, { title: 'Of the second' })).status, 412);
  assert.equal((await changing(`DELETE ${path}`, seen, undefined)).status, 412);
  assert.equal((await call('ada', `GET ${path}`)).body.title, 'Of the first');
  const newest = { 'if-match': `"other", ${first.headers.etag}` };
  assert.equal((await changing(`DELETE ${path}`, newest, undefined)).status, 200);
});

test('of many who edit the same edition at once, one wins', async () => {
  const path = await at();
  const { headers } = await call('ada', `GET ${path}`);
  const seen = { 'if-match': String(headers.etag) };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => changing(`PATCH ${path}`, seen, { title: `Of ${n}` })),
  );
  const won = answers.filter(({ status }) => status === 200);
  assert.equal(won.length, 1);
  assert.ok(answers.every(({ status }) => status === 200 || status === 412));
  assert.equal((await call('ada', `GET ${path}`)).body.title, won[0]?.body.title);
});

test('no tag, and a star, change whatever edition there is; what is not there is a 404', async () => {
  const path = await at();
  assert.equal((await changing(`PATCH ${path}`, { 'if-match': '*' }, { title: 'x' })).status, 200);
  assert.equal((await changing(`PATCH ${path}`, {}, { title: 'y' })).status, 200);
  for (const tag of ['W/"2-x"', '"x"', 'x', '""']) {
    const answer = await changing(`PATCH ${path}`, { 'if-match': tag }, { title: 'z' });
    assert.equal(answer.status, 412, tag);
  }
  const nowhere = `/api/v1/items/${crypto.randomUUID()}`;
  const answer = await changing(`PATCH ${nowhere}`, { 'if-match': '"1-x"' }, { title: 'z' });
  assert.equal(answer.status, 404);
});

test('a stranger is not told that an edition is old', async () => {
  const path = await at('bob');
  const headers = { 'if-match': '"99-x"' };
  assert.equal((await changing(`PATCH ${path}`, headers, { title: 'z' })).status, 404);
  assert.equal((await changing(`DELETE ${path}`, headers, undefined)).status, 404);
});

test('who wants no body gets none, but what the headers say', async () => {
  const prefer = (line: string, body: object, value = 'return=minimal') =>
    changing(line, { prefer: value }, body);
  const task = await prefer('POST /api/v1/tasks', { title: 'Ink' });
  assert.deepEqual([task.status, task.body], [201, '']);
  assert.equal(task.headers['preference-applied'], 'return=minimal');
  const path = String(task.headers.location);
  const found = await call('ada', `GET ${path}`);
  assert.deepEqual([found.body.title, found.headers.etag], ['Ink', task.headers.etag]);
  const changed = await prefer(
    `PATCH ${path}`,
    { title: 'Pen' },
    'respond-async, return="minimal"',
  );
  assert.deepEqual([changed.status, changed.body], [204, '']);
  assert.match(String(changed.headers.etag), /^"2-/);
  const item = await prefer('POST /api/v1/items/', { title: 'Ink' });
  assert.deepEqual([item.status, item.body], [204, '']);
  assert.equal((await call('ada', `GET ${item.headers.location}`)).body.title, 'Ink');
  for (const value of ['return=representation', 'return=minimalist', 'wait=1', '']) {
    assert.equal((await prefer(`PATCH ${path}`, { title: 'Pen' }, value)).body.title, 'Pen', value);
  }
});

test('where the setting says so, nobody changes what they have not seen', async () => {
  const { body, headers } = await strict.call('ada', 'POST /api/v1/tasks', { title: 'Ink' });
  const path = `/api/v1/tasks/${body.id}`;
  for (const line of [`PATCH ${path}`, `PUT ${path}`]) {
    const blind = await strict.call('ada', line, { title: 'Pen' });
    assert.deepEqual([blind.status, blind.body.code], [428, 'precondition_required'], line);
  }
  assert.equal((await strict.call('ada', `DELETE ${path}`)).status, 428);
  const more = { headers: { 'if-match': String(headers.etag) } };
  assert.equal((await strict.call('ada', `PATCH ${path}`, { title: 'Pen' }, more)).status, 200);
});

test('a key that is used stays the same edition, though it looks different', async () => {
  const input = { name: 'a', permissions: { items: ['read'] } };
  const { body } = await call('ada', 'POST /api/v1/api-keys', input);
  const path = `/api/v1/api-keys/${body.id}`;
  const before = await call('ada', `GET ${path}`);
  await call(undefined, 'GET /api/v1/items/', undefined, { headers: { 'x-api-key': body.key } });
  await pool.query(`update plinth.api_keys set last_used_at = now() where id = $1`, [body.id]);
  const after = await call('ada', `GET ${path}`);
  assert.notEqual(after.headers.etag, before.headers.etag);
  const answer = await changing(
    `PATCH ${path}`,
    { 'if-match': String(before.headers.etag) },
    { name: 'b' },
  );
  assert.equal(answer.status, 200);
});

test('what was made and has no address is shown, whatever is wished', async () => {
  const person = { email: 'shown@example.com', password, full_name: 'Shown' };
  const more = { headers: { prefer: 'return=minimal' } };
  const { status, body } = await call(undefined, 'POST /api/v1/auth/signup', person, more);
  assert.deepEqual([status, body.email], [201, 'shown@example.com']);
});

test('who leaves by DELETE under an old tag stays', async () => {
  const organization = await organizationOf(server, { leaver: 'member', stayer: 'owner' });
  const { id } = await caller('leaver');
  const path = `/api/v1/organizations/${organization}/members/${id}`;
  const leave = (tag: unknown) =>
    call('leaver', `DELETE ${path}`, undefined, { headers: { 'if-match': String(tag) } });
  assert.equal((await leave('"99-x"')).status, 412);
  const { status, headers } = await call('leaver', `GET ${path}`);
  assert.equal(status, 200);
  assert.equal((await leave(headers.etag)).status, 204);
});

test('a change that cannot be held to its condition is none', async () => {
  const path = await at();
  const old = { 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' };
  for (const [line, headers] of [
    [`PUT ${path}`, old],
    [`PATCH ${path}`, { 'if-none-match': '*' }],
    [`DELETE /api/v1/auth/sessions/${(await caller('ada')).session_id}`, { 'if-match': '"1-x"' }],
  ] as const) {
    const body = line.startsWith('DELETE') ? undefined : { title: 'Lost' };
    const answer = await call('ada', line, body, { headers });
    assert.deepEqual([answer.status, answer.body.code], [412, 'precondition_failed'], line);
  }
  assert.equal((await call('ada', `GET ${path}`)).body.title, 'First');
});
