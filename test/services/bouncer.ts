/** A pgbouncer in transaction mode, where every transaction may get another connection. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../server-process.ts';
import { freePort, program, serviceFolder, serviceUser, sql } from './postgres.ts';

/** Major and minor; nothing where no services are tested. */
export const version: readonly number[] = process.env.TEST_DATABASE_URL ? installed() : [];

function installed() {
  const text = execFileSync(program('pgbouncer'), ['--version'], { encoding: 'utf8' });
  return (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
}

const [major = 0, minor = 0] = version;
/** Since 1.21 it can keep named statements apart. */
export const keepsNamed = major > 1 || minor >= 21;

/** @returns the address of a pgbouncer in front of a database, with few connections for many clients */
export async function bouncer(url: string): Promise<string> {
  const [folder, port, user] = [serviceFolder(), await freePort(), serviceUser()];
  const { username, password, hostname, port: serverPort, pathname } = new URL(url);
  const name = pathname.slice(1);
  const settings = join(folder, 'pgbouncer.ini');
  const to = `host=${hostname} port=${serverPort || 5432} user=${username}`;
  writeFileSync(
    settings,
    `[databases]
${name} = ${to}${password && ` password=${password}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
${keepsNamed ? 'max_prepared_statements = 200' : ''}
`,
  );
  const running = start(program('pgbouncer'), [settings], { cwd: folder, user });
  const through = `postgres://${username}@127.0.0.1:${port}/${name}`;
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    const answers = await sql('select 1', through).catch((error: Error) => error);
    if (Array.isArray(answers)) return through;
    assert.ok(Date.now() < until, `${answers.message}:\n${running.output()}`);
  }
}
