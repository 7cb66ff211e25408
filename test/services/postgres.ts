/** PostgreSQL for server processes: databases on the server of the run, and servers of a test's own. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, globSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { start, temporaryFolder } from '../server-process.ts';

/** An administrator's address on the server of the run. */
export function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return url;
  throw new Error(
    'Set TEST_DATABASE_URL to a PostgreSQL whose user may create databases, such as postgres://postgres@127.0.0.1:5432/postgres.',
  );
}

/** Runs statements as the administrator, or wherever `url` says. */
export async function sql(statement: string, url = adminUrl()): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** An empty database on the server of the run, gone after the test. It is the administrator's. */
export async function emptyDatabase(): Promise<{ name: string; url: string }> {
  const name = `plinth_process_${randomUUID().replaceAll('-', '')}`;
  await sql(`create database ${name}`);
  after(() => sql(`drop database ${name} with (force)`));
  return { name, url: addressOf(name) };
}

/**
 * Another, of a role that owns it and no more, gone too.
 *
 * @param rights more of them, such as `createrole bypassrls`
 */
export async function ownedDatabase(rights = ''): Promise<{ name: string; url: string }> {
  const { name } = await emptyDatabase();
  const [owner, password] = [`${name}_owner`, 'ordinary-7'];
  await sql(`create role ${owner} login ${rights} password '${password}'`);
  after(() => sql(`drop role ${owner}`));
  await sql(`alter database ${name} owner to ${owner}`);
  return { name, url: addressOf(name, owner, password) };
}

function addressOf(database: string, username?: string, password = ''): string {
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  if (username) Object.assign(url, { username, password });
  return url.href;
}

/** A port nobody listens on, for a program that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The user PostgreSQL and pgbouncer run as: neither wants to be root. */
export function serviceUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A folder that the service user may write to. */
export function serviceFolder(): string {
  const folder = temporaryFolder();
  const user = serviceUser();
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** The path of a program, which Debian keeps outside the PATH for PostgreSQL. */
export function program(name: string): string {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...globSync('/usr/lib/postgresql/*/bin'),
    '/usr/sbin',
  ];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (!found) throw new Error(`${name} is not installed`);
  return found;
}

/** A PostgreSQL of the test's own, which it may stop. It wants a password, and does not run yet. */
export async function ownPostgres() {
  const [folder, port, user] = [serviceFolder(), await freePort(), serviceUser()];
  const data = join(folder, 'data');
  const password = 'own-server-7';
  writeFileSync(join(folder, 'password'), password);
  const auth = ['--auth=scram-sha-256', `--pwfile=${join(folder, 'password')}`];
  const made = start(program('initdb'), ['-D', data, '-U', 'postgres', '-E', 'UTF8', ...auth], {
    cwd: folder,
    user,
  });
  const { code } = await made.exited;
  if (code !== 0) throw new Error(made.output());
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

  /** Starts it and waits until it answers. */
  async function run() {
    const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
    const postgres = start(
      program('postgres'),
      ['-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])],
      { cwd: folder, user },
    );
    for (const until = Date.now() + 30_000; ; await sleep(50)) {
      const answers = await sql('select 1', url).catch((error: Error) => error);
      if (Array.isArray(answers)) return postgres;
      if (Date.now() > until) throw new Error(`${answers.message}:\n${postgres.output()}`);
    }
  }
  async function connect() {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {}); // the test may stop the server
    await client.connect();
    return client;
  }
  return { url, run, connect };
}
