/** Server processes that start at the same moment on one empty database. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { call, password, signIn } from '../process/client.ts';
import { run, startServer } from '../server-process.ts';
import { emptyDatabase, sql } from './postgres.ts';

const rounds = 3;

test('both come up with one key and one superuser, and honour each other’s tokens', async () => {
  for (let round = 1; round <= rounds; round++) {
    const { url } = await emptyDatabase();
    const env = {
      DATABASE_URL: url,
      SECRET_KEY: 'one-key-for-all-processes-of-this-round',
      FIRST_SUPERUSER_PASSWORD: password,
    };
    const servers = await Promise.all([startServer(env), startServer(env)]);
    const [one, two] = servers;

    const keys = await Promise.all(
      servers.map(async (server) => (await call(server, 'GET /.well-known/jwks.json')).body.keys),
    );
    assert.equal(keys[0].length, 1);
    for (const others of keys) assert.deepEqual(others, keys[0]);
    const superusers = await sql('select email from plinth.users where is_superuser', url);
    assert.equal(superusers.length, 1);
    const applied = await sql('select id from plinth.migrations', url);
    assert.equal(new Set(applied.map(({ id }) => id)).size, applied.length);

    for (const [home, abroad] of [
      [one, two],
      [two, one],
    ] as const) {
      const { token } = await signIn(home);
      const created = await call(abroad, 'POST /api/v1/tasks', {
        token,
        body: { title: 'abroad' },
      });
      assert.equal(created.status, 201);
      const { body } = await call(home, 'GET /api/v1/tasks', { token });
      assert.deepEqual(body.data, [created.body]);
    }
    for (const server of servers) {
      server.kill();
      assert.deepEqual(await server.exited, { code: 0, signal: null });
    }
  }
});

test('a server with another secret is refused in a sentence, and ends', async () => {
  const { url } = await emptyDatabase();
  const first = await startServer({ DATABASE_URL: url });
  const second = run({ DATABASE_URL: url }); // with a secret of its own folder
  assert.deepEqual(await second.exited, { code: 1, signal: null });
  const lines = second.errors().trim().split('\n');
  assert.equal(lines.length, 1, second.errors());
  assert.match(lines[0] ?? '', /SECRET_KEY/);
  assert.equal((await call(first, 'GET /readyz')).status, 200);
});
