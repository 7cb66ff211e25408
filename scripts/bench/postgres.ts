/** A PostgreSQL of the run's own: in a temporary folder, on a free port of this machine only. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, globSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { BenchError, findProgram, type Processes } from './processes.ts';

export type Postgres = {
  /** Of the role that owns the database, and is no superuser. */
  readonly url: string;
  /** The same as a superuser, whom policies do not bind. */
  readonly adminUrl: string;
  readonly version: string;
  /** A superuser's connection. */
  readonly admin: pg.Client;
};

const missing =
  'The benchmark needs PostgreSQL 15 or newer: install it (apt install postgresql, or brew install postgresql).';
const startMs = 30_000;

/** Durability as PostgreSQL comes; only what happens at moments of its own is left to the run. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  autovacuum: 'off',
};

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Where its programs are, the newest version first. */
function programs() {
  const major = (folder: string) => Number(/(\d+)[^/]*\/bin$/.exec(folder)?.[1] ?? 0);
  const patterns = ['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin'];
  const folders = globSync(patterns).sort((a, b) => major(b) - major(a));
  const initdb = findProgram('initdb', folders);
  const postgres = findProgram('postgres', folders);
  if (!initdb || !postgres) throw new BenchError(missing);
  return { initdb, postgres };
}

/** PostgreSQL refuses to run as root, so there it runs as `postgres`. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new BenchError(
      'PostgreSQL does not run as root and there is no user postgres: start the benchmark as another user.',
    );
  }
}

/** Makes a cluster below `folder` and starts it. */
export async function startPostgres(processes: Processes, folder: string): Promise<Postgres> {
  const { initdb, postgres } = programs();
  const as = owner();
  const home = join(folder, 'postgres');
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  const password = randomBytes(16).toString('hex');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (as) for (const path of [home, passwordFile]) chownSync(path, as.uid, as.gid);

  const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const cluster = ['--encoding=UTF8', '--locale=C', `--pgdata=${data}`];
  await processes.run(initdb, [...login, ...cluster], { cwd: home, ...as });

  const port = await freePort();
  const options = Object.entries({ ...settings, port }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const log = openSync(join(folder, 'postgres.log'), 'w');
  const child = processes.start(postgres, ['-D', data, ...options], {
    cwd: home,
    stdio: ['ignore', log, log],
    stopWith: 'SIGINT', // does not wait for those who are connected
    ...as,
  });
  closeSync(log);

  const address = (role: string) => `postgres://${role}:${password}@127.0.0.1:${port}`;
  const first = await connected(`${address('postgres')}/postgres`, () => child.exitCode === null);
  await first.query(`create role plinth login password '${password}'`);
  await first.query('create database plinth owner plinth');
  const { rows } = await first.query<{ server_version: string }>('show server_version');
  await first.end();
  const admin = await connected(`${address('postgres')}/plinth`, () => true);
  return {
    url: `${address('plinth')}/plinth`,
    adminUrl: `${address('postgres')}/plinth`,
    version: rows[0]?.server_version.split(' ')[0] ?? '',
    admin,
  };
}

async function connected(connectionString: string, alive: () => boolean): Promise<pg.Client> {
  for (const until = Date.now() + startMs; ; await sleep(50)) {
    const client = new pg.Client({ connectionString, application_name: 'bench' });
    client.on('error', () => {}); // the server may be stopped before this connection is
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() < until && alive()) continue;
      throw new BenchError(`PostgreSQL does not start: ${(error as Error).message}`);
    }
  }
}
