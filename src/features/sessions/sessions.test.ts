/** Sessions: the promises of staying signed in, and of being thrown out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { makeRefreshToken } from './refresh-token.ts';

const { call, signIn, pool, ports } = await harness();

const refresh = (refresh_token: string) =>
  call(undefined, 'POST /api/v1/auth/refresh', { refresh_token });
const as = (token: string, line: string) =>
  call(undefined, line, undefined, { headers: { authorization: `Bearer ${token}` } });
const alive = async (token: string) => (await as(token, 'GET /api/v1/users/me')).status === 200;
/** As if the last refresh of the session had been longer ago. */
const wait = (session_id: string, time: string) =>
  pool.query(
    'update plinth.sessions set refreshed_at = refreshed_at - $2::interval where id = $1',
    [session_id, time],
  );

test('a refresh token is exchanged for the next, in one statement', async () => {
  const first = await signIn('ada');
  const { status, body, statements } = await refresh(first.refresh_token);
  assert.deepEqual([status, body.token_type, body.expires_in], [200, 'bearer', 900]);
  assert.deepEqual(statements, ['sessions.rotate']);
  assert.notEqual(body.refresh_token, first.refresh_token);
  assert.equal(await alive(body.access_token), true);
  assert.equal((await refresh(body.refresh_token)).status, 200);
});

test('who lost the answer asks again within a minute and gets the same token', async () => {
  const first = await signIn('ada');
  const { body } = await refresh(first.refresh_token);
  await wait(first.session_id, '59 seconds');
  const again = await refresh(first.refresh_token);
  assert.deepEqual([again.status, again.body.refresh_token], [200, body.refresh_token]);
});

test('a hundred that refresh at once all get the same token', async () => {
  const first = await signIn('ada');
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => refresh(first.refresh_token)),
  );
  assert.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1);
  assert.ok(answers.every(({ status }) => status === 200));
});

test('an old token after a minute ends the session, for both who hold it', async () => {
  const first = await signIn('ada');
  const { body } = await refresh(first.refresh_token);
  await wait(first.session_id, '61 seconds');
  const reused = await refresh(first.refresh_token);
  assert.deepEqual([reused.status, reused.body.code], [401, 'refresh_token_reused']);
  assert.equal((await refresh(body.refresh_token)).body.code, 'session_ended');
  assert.deepEqual([await alive(first.token), await alive(body.access_token)], [false, false]);
});

test('an old token ends the session at once where the next was used', async () => {
  const first = await signIn('ada');
  const second = await refresh(first.refresh_token);
  await refresh(second.body.refresh_token);
  assert.equal((await refresh(first.refresh_token)).body.code, 'refresh_token_reused');
  assert.equal(await alive(second.body.access_token), false);
});

test('a forged token costs no statement and ends nothing', async () => {
  const first = await signIn('ada');
  const forger = Buffer.alloc(32, 7);
  const { session_id } = first;
  for (const token of [
    makeRefreshToken(forger, { session_id, generation: 0 }),
    `${first.refresh_token.slice(0, -4)}AAAA`,
    first.refresh_token.slice(3),
    'rt_',
    'x'.repeat(200),
    first.token.slice(0, 200),
  ]) {
    const answer = await refresh(token);
    assert.deepEqual([answer.status, answer.body.code], [401, 'invalid_refresh_token'], token);
    assert.deepEqual(answer.statements, []);
  }
  assert.equal((await refresh(first.refresh_token)).status, 200);
});

test('a session slides by seven days, and ends after thirty however it is used', async () => {
  const { refresh_token, session_id } = await signIn('ada');
  const days = async () => {
    const { rows } = await pool.query(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as days
       from plinth.sessions where id = $1`,
      [session_id],
    );
    return rows[0].days;
  };
  assert.equal(await days(), 7);
  await pool.query(
    `update plinth.sessions set created_at = now() - interval '29 days' where id = $1`,
    [session_id],
  );
  const { body } = await refresh(refresh_token);
  assert.equal(await days(), 1);
  await pool.query('update plinth.sessions set expires_at = now() where id = $1', [session_id]);
  assert.equal((await refresh(body.refresh_token)).body.code, 'session_ended');
});

test('an account that is switched off is not kept signed in', async () => {
  const { refresh_token, id } = await signIn('off');
  await pool.query('update plinth.users set is_active = false where id = $1', [id]);
  assert.equal((await refresh(refresh_token)).body.code, 'session_ended');
});

test('logging out ends this session at once, and no other', async () => {
  const [phone, laptop] = [await signIn('bob'), await signIn('bob')];
  const { body, statements } = await as(phone.token, 'POST /api/v1/auth/logout');
  assert.deepEqual([body, statements], [{ ended: 1 }, ['sessions.end', 'audit.insert']]);
  assert.deepEqual([await alive(phone.token), await alive(laptop.token)], [false, true]);
  assert.equal((await refresh(phone.refresh_token)).body.code, 'session_ended');
  assert.equal((await as(phone.token, 'POST /api/v1/auth/logout')).status, 401);
});

test('logging out everywhere ends every session, this one too, and nobody else’s', async () => {
  const [phone, laptop, other] = [await signIn('eve'), await signIn('eve'), await signIn('kim')];
  assert.deepEqual((await as(phone.token, 'POST /api/v1/auth/logout-all')).body, { ended: 2 });
  const lives = [phone, laptop, other].map(({ token }) => alive(token));
  assert.deepEqual(await Promise.all(lives), [false, false, true]);
});

test('one may end one session, or all others, of one’s own', async () => {
  const [one, two, three] = [await signIn('zoe'), await signIn('zoe'), await signIn('zoe')];
  const stranger = await signIn('mia');
  const path = `DELETE /api/v1/auth/sessions/${two.session_id}`;
  assert.equal((await as(stranger.token, path)).body.code, 'session_not_found');
  assert.equal(await alive(two.token), true);
  assert.equal((await as(one.token, path)).status, 204);
  assert.equal((await as(one.token, path)).status, 404);
  assert.deepEqual((await as(one.token, 'DELETE /api/v1/auth/sessions')).body, { ended: 1 });
  const lives = [one, two, three, stranger].map(({ token }) => alive(token));
  assert.deepEqual(await Promise.all(lives), [true, false, false, true]);
});

test('the list says which devices are signed in, and which one asks', async () => {
  const { token, session_id } = await signIn('lea');
  await pool.query('update plinth.sessions set user_agent = $2 where id = $1', [
    session_id,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
  ]);
  await signIn('lea');
  const ended = await signIn('lea');
  await as(ended.token, 'POST /api/v1/auth/logout');
  const { body, statements } = await as(token, 'GET /api/v1/auth/sessions');
  assert.deepEqual([body.count, statements], [2, ['sessions.list']]);
  const mine = body.data.find(({ current }: { current: boolean }) => current);
  assert.deepEqual(
    [mine.id, mine.browser, mine.system],
    [session_id, 'Safari 17.4', 'macOS Catalina'],
  );
  assert.deepEqual([body.data[0].browser, body.data[0].current], [null, false]);
});

test('what ends a session is told: who, from where, by which request', async () => {
  const { token, id, session_id, refresh_token } = await signIn('sam');
  const { headers } = await as(token, 'POST /api/v1/auth/logout');
  const thief = await signIn('sam');
  await refresh(thief.refresh_token);
  await wait(thief.session_id, '61 seconds');
  await refresh(thief.refresh_token);
  await refresh(refresh_token); // an ended session ends no more
  const { body } = await call('root', 'GET /api/v1/audit-log?limit=100');
  const told = body.data.filter(
    ({ actor_id, action }: Record<string, string>) =>
      actor_id === id && action !== 'session.opened',
  );
  assert.equal(told.length, 2);
  const [reused, ended] = told;
  assert.deepEqual(
    [ended.action, ended.outcome, ended.session_id, ended.request_id, ended.address],
    ['session.ended', 'success', session_id, headers['x-request-id'], '127.0.0.1'],
  );
  assert.deepEqual(
    [reused.action, reused.outcome, reused.actor_kind, reused.target_id],
    ['refresh_token.reused', 'failure', 'anonymous', thief.session_id],
  );
});

test('when a session was used last is written in batches, and when the server ends', async () => {
  const own = await harness();
  const [used, idle] = [await own.signIn('ada'), await own.signIn('ada')];
  await own.pool.query(`update plinth.sessions set last_used_at = '2020-01-01'`);
  const lately = async ({ session_id }: typeof used) => {
    const { rows } = await own.pool.query(
      `select last_used_at > now() - interval '1 hour' as lately from plinth.sessions where id = $1`,
      [session_id],
    );
    return rows[0].lately;
  };
  for (const _ of [1, 2, 3]) {
    const { statements } = await own.call(used, 'GET /api/v1/auth/sessions');
    assert.deepEqual(statements, ['sessions.list']);
  }
  assert.equal(await lately(used), false);
  await own.app.close();
  assert.deepEqual([await lately(used), await lately(idle)], [true, false]);
});

test('who asks costs no statement, ended or not', async () => {
  const { token } = await signIn('ada');
  await ports.revocations.confirm();
  assert.deepEqual((await as(token, 'GET /api/v1/users/me')).statements, ['users.byId']);
  await as(token, 'POST /api/v1/auth/logout');
  assert.deepEqual((await as(token, 'GET /api/v1/users/me')).statements, []);
});
