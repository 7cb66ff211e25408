/** The preview of letters: every letter of the registry, in a frame that runs nothing. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { runNode } from './check/child.ts';

const root = path.resolve(import.meta.dirname, '..');

test('every letter is listed, and shown at two widths, in the dark and as text', async (t) => {
  const args = ['scripts/email-dev.ts', '--port', '0'];
  const program = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => program.kill());
  const [line] = await once(createInterface(program.stdout), 'line');
  const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
  const read = async (url: string) => {
    const answer = await fetch(`${origin}${url}`);
    return [answer.status, await answer.text()] as const;
  };
  const [status, page] = await read('/');
  assert.equal(status, 200, page);
  for (const kind of ['test', 'verification', 'password-reset', 'invitation', 'new-device']) {
    assert.ok(page.includes(`: ${kind}</small>`), kind);
  }
  assert.equal(page.match(/<iframe class="(wide|phone)" sandbox src="letter">/g)?.length, 2);
  assert.match(page, /<pre>Hello,\n/);
  assert.match((await read('/0/letter'))[1], /@media \(prefers-color-scheme: dark\)/);
  assert.match((await read('/0/letter-dark'))[1], /@media all/);
  assert.deepEqual(await read('/favicon.ico'), [404, '']);
});

test('a port that is taken is said in a sentence', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const args = ['scripts/email-dev.ts', '--port', String(port)];
  const { code, complaints } = await runNode(args, { cwd: root });
  assert.equal(code, 1);
  assert.equal(complaints, `Port ${port} is taken; choose another with -- --port\n`);
});
