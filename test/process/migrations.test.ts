/** A start on a database whose history is not that of the migrations. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { run, startServer, temporaryFolder } from '../server-process.ts';
import { projectCopy } from './project-copy.ts';

test('a migration that was edited after it ran keeps the server from starting, by name', async () => {
  const copy = projectCopy();
  const [script = ''] = copy.files('migrations/*/up.sql');
  const id = script.split('/')[1] ?? '';
  const options = { tree: copy.folder, data: temporaryFolder() };
  const first = await startServer({}, options);
  first.kill();
  await first.exited;

  copy.edit(script, (sql) => `${sql}\n-- one more line\n`);
  const second = run({}, options);
  assert.deepEqual(await second.exited, { code: 1, signal: null });
  assert.ok(second.errors().includes(id), second.errors());
  assert.doesNotMatch(second.output(), /listening/);
  assert.doesNotMatch(second.errors(), /\n\s+at /, 'a sentence, and no stack');

  copy.edit(script, (sql) => sql.replace('\n-- one more line\n', ''));
  const third = await startServer({}, options);
  assert.doesNotMatch(third.output(), /Applied/, 'what ran does not run again');
});
