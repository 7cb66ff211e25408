/** Making a superuser from the command line. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { run, startServer, temporaryFolder } from '../server-process.ts';
import { call, password, signIn } from './client.ts';
import { startedFolder } from './started-folder.ts';

const email = 'Grace@example.com';

/** Runs the command to its end, typing what it reads. */
async function creating(data: string, args: readonly string[], typed = '') {
  const started = run({}, { data, command: ['create-superuser', ...args] });
  started.type(typed);
  const { code } = await started.exited;
  assert.equal(started.output().includes(password), false);
  return { code, output: started.output(), errors: started.errors() };
}

suite('create-superuser', { concurrency: 2 }, () => {
  test('whom it makes signs in, and a second time is refused in a sentence', async () => {
    const data = await startedFolder();
    const args = [email, '--password-stdin'];
    const made = await creating(data, args, `${password}\nnot this line\n`);
    assert.deepEqual(
      [made.code, made.output],
      [0, 'grace@example.com is a superuser, and can sign in.\n'],
    );
    const again = await creating(data, args, `${password}\n`);
    assert.equal(again.code, 1);
    assert.equal(again.errors, 'There is an account with this e-mail; --promote raises it.\n');
    const server = await startServer({}, { data });
    const { body } = await call(server, 'POST /api/v1/auth/login', { body: { email, password } });
    assert.deepEqual([body.user.is_superuser, body.user.is_verified], [true, true]);
    const token = body.access_token;
    const { body: log } = await call(server, 'GET /api/v1/audit-log', { token });
    const told = log.data
      .filter(({ target_id }: { target_id: string }) => target_id === body.user.id)
      .filter(({ action }: { action: string }) => action === 'user.created');
    assert.deepEqual(
      told.map(({ actor_kind }: { actor_kind: string }) => actor_kind),
      ['system'],
    );
  });

  test('it works on an empty folder, before any server', async () => {
    const data = temporaryFolder();
    const made = await creating(data, [email, '--password-stdin'], `${password}\n`);
    assert.equal(made.code, 0, made.output);
    const server = await startServer({}, { data });
    assert.doesNotMatch(server.output(), /Password of/, 'there is a superuser already');
  });

  test('an account that is there is raised by wish only, and keeps its password', async () => {
    const data = await startedFolder();
    const first = await startServer({}, { data });
    const ada = await signIn(first);
    first.kill();
    await first.exited;
    const raised = await creating(data, [ada.email, '--promote']);
    assert.equal(raised.code, 0, raised.output);
    assert.match(raised.output, /is a superuser\. Its sessions have ended\.\n$/);
    const second = await startServer({}, { data });
    const body = { email: ada.email, password };
    const { body: entered } = await call(second, 'POST /api/v1/auth/login', { body });
    assert.equal(entered.user.is_superuser, true);
    const token = entered.access_token;
    const { body: log } = await call(second, 'GET /api/v1/audit-log', { token });
    const actions = log.data
      .filter(({ target_id }: { target_id: string }) => target_id === ada.id)
      .map(({ action }: { action: string }) => action);
    assert.ok(actions.includes('user.promoted'), actions.join());
  });

  for (const [name, args, typed, code, said] of [
    [
      'a weak password',
      [email, '--password-stdin'],
      'password1\n',
      1,
      /^[^\n]*password[^\n]+\.\n$/,
    ],
    ['no address', ['grace', '--password-stdin'], 'x\n', 1, /^This e-mail is no address\.\n$/],
    ['nobody to raise', [email, '--promote'], '', 1, /^There is no active account[^\n]+\n$/],
    ['a password among the arguments', [email, password], '', 2, /create-superuser \[<email>\]/],
    ['an option there is not', [email, '--password=x'], '', 2, /create-superuser \[<email>\]/],
    ['nobody to ask', [email], '', 2, /^Without a terminal/],
  ] as const) {
    test(`${name} is refused with ${code}`, async () => {
      const refused = await creating(await startedFolder(), args, typed);
      assert.equal(refused.code, code, refused.output);
      assert.match(refused.errors, said);
    });
  }

  test('a first superuser with a weak password is refused by the name of the variable', async () => {
    const started = run({ FIRST_SUPERUSER_PASSWORD: 'password1' });
    assert.deepEqual(await started.exited, { code: 1, signal: null });
    assert.match(started.errors(), /FIRST_SUPERUSER_PASSWORD is refused\. [^\n]+\.\n$/);
    assert.doesNotMatch(started.errors(), /password1|\n\s+at /);
  });
});
