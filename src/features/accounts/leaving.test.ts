/** Leaving: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, harness, password } from '#test/harness.ts';
import { mailbox } from './mailbox.fixture.ts';

const { call, caller, signIn, actionsOn } = await harness();
const { lettersTo } = mailbox(call);
const me = '/api/v1/users/me';
const login = 'POST /api/v1/auth/login';

const isAlive = async (who: Caller) => (await call(who, `GET ${me}`)).status === 200;
const enter = async (email: string, given: string) =>
  (await call(undefined, login, { email, password: given })).status;

test('who signs up and leaves again and again fills no mailbox', async () => {
  const person = { email: 'victim@example.com', password };
  for (let n = 0; n < 5; n++) {
    assert.equal((await call(undefined, 'POST /api/v1/auth/signup', person)).status, 201);
    const { body } = await call(undefined, login, person);
    const session = { ...(await caller('ada')), token: body.access_token };
    assert.equal((await call(session, `DELETE ${me}`)).status, 200);
  }
  assert.equal((await lettersTo(person.email)).length, 3);
});

test('who leaves is gone with all that was theirs, and can come again', async () => {
  const here = await caller('leaver');
  const elsewhere = await signIn('leaver');
  const { body: task } = await call(here, 'POST /api/v1/tasks', { title: 'Left behind' });
  const { status, body } = await call(here, `DELETE ${me}`);
  assert.deepEqual([status, body], [200, { message: 'User deleted successfully' }]);
  assert.deepEqual([await isAlive(here), await isAlive(elsewhere)], [false, false]);
  for (const { refresh_token } of [here, elsewhere]) {
    const refreshed = await call(undefined, 'POST /api/v1/auth/refresh', { refresh_token });
    assert.equal(refreshed.status, 401);
  }
  assert.equal(await enter(here.email, password), 401);
  assert.equal((await call('root', `GET /api/v1/tasks/${task.id}`)).status, 404);
  assert.ok((await actionsOn(here.id)).includes('user.deleted success'));
  const person = { email: here.email, password };
  assert.equal((await call(undefined, 'POST /api/v1/auth/signup', person)).status, 201);
});

test('a sign-in that races leaving gives nothing that works', async () => {
  for (let round = 0; round < 5; round++) {
    const name = `gone${round}`;
    const { email } = await caller(name);
    const logins = [0, 8, 16, 24].map(async (waitMs) => {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return call(undefined, login, { email, password });
    });
    const leaving = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
      call(name, `DELETE ${me}`),
    );
    const [left, ...entered] = await Promise.all([leaving, ...logins]);
    assert.equal(left.status, 200);
    const one = await caller(name);
    for (const { status, body } of entered) {
      if (status !== 200) assert.equal(status, 401);
      else assert.equal(await isAlive({ ...one, token: body.access_token }), false);
    }
  }
});

test('a superuser stays', async () => {
  const { status, body } = await call('root', `DELETE ${me}`);
  assert.deepEqual(
    [status, body.detail],
    [403, 'Super users are not allowed to delete themselves'],
  );
  assert.equal((await call('root', `GET ${me}`)).status, 200);
});
