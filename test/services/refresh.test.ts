/** Staying signed in with many tabs, on two server processes that share a database. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, password, signIn } from '../process/client.ts';
import { type Server, startServer } from '../server-process.ts';
import { emptyDatabase } from './postgres.ts';

const { url } = await emptyDatabase();
const env = {
  DATABASE_URL: url,
  SECRET_KEY: 'one-key-for-all-processes-of-this-test',
  FIRST_SUPERUSER_PASSWORD: password,
  RATE_LIMIT_ENABLED: 'false',
};
const [one, two] = await Promise.all([startServer(env), startServer(env)]);
const servers = [one, two];
const serverOf = (tab: number) => servers[tab % 2] as Server;

const refresh = (tab: number, refresh_token: string) =>
  call(serverOf(tab), 'POST /api/v1/auth/refresh', { body: { refresh_token } });

async function session() {
  const { email, token } = await signIn(one);
  const { body } = await call(one, 'POST /api/v1/auth/login', { body: { email, password } });
  return { token, refresh_token: body.refresh_token as string };
}

test('twenty tabs that refresh at once all go on with the same token, whichever process answers', async () => {
  let { refresh_token } = await session();
  for (let round = 0; round < 5; round++) {
    const tabs = Array.from({ length: 20 }, (_, tab) => refresh(tab, refresh_token));
    const answers = await Promise.all(tabs);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const [next, ...others] = new Set(answers.map(({ body }) => body.refresh_token));
    assert.deepEqual(others, []);
    for (const [tab, { body }] of answers.entries()) {
      const token = body.access_token;
      assert.equal((await call(serverOf(tab + 1), 'GET /api/v1/users/me', { token })).status, 200);
    }
    refresh_token = next;
  }
});

test('who signs out everywhere while tabs refresh is signed out: no token lives after the answer', async () => {
  for (let round = 0; round < 10; round++) {
    const { token, refresh_token } = await session();
    const tabs = Array.from({ length: 8 }, (_, tab) => refresh(tab, refresh_token));
    const out = call(serverOf(round), 'POST /api/v1/auth/logout-all', { token });
    const answers = await Promise.all(tabs);
    assert.equal((await out).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (const [tab, { status, body }] of answers.entries()) {
      if (status !== 200) continue;
      const { access_token, refresh_token: next } = body;
      const at = serverOf(tab + 1);
      assert.equal((await call(at, 'GET /api/v1/users/me', { token: access_token })).status, 401);
      assert.equal((await refresh(tab, next)).status, 401);
    }
  }
});
