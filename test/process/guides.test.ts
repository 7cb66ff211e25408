/** The guides: their commands do what they say on a real server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, start, startServer } from '../server-process.ts';

const guides = {
  http: [201, 422, 304, 200, 412, 204],
  authentication: [201, 200, 403, 200, 401],
  jobs: [200, 201, 422, 200, 200, 200, 204, 200],
  tenancy: [201, 403, 404, 200, 200, 403, 200],
};

/** Of the first superuser. */
const PASSWORD = 'ships in a harbour 7';

for (const [name, expected] of Object.entries(guides)) {
  test(`the walk through ${name} works as it stands`, async () => {
    const guide = readFileSync(join(root, `docs/${name}.md`), 'utf8');
    const [, commands = ''] = /^```bash$([\s\S]*?)^```$/m.exec(guide) ?? [];
    const server = await startServer({ FIRST_SUPERUSER_PASSWORD: PASSWORD });
    const shell = start('bash', ['--norc', '-eu', '-c', commands], {
      env: { PLINTH: server.url, PASSWORD },
    });
    const exit = await shell.exited;
    assert.deepEqual([exit, shell.errors()], [{ code: 0, signal: null }, ''], shell.output());
    const statuses = [...shell.output().matchAll(/^(\d{3})$/gm)];
    assert.deepEqual(
      statuses.map(([, status]) => Number(status)),
      expected,
    );
  });
}
