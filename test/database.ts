/** A migrated database for one test file, on the engine the run is for, from a template made once. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { migrate } from '#platform/db/migrations/apply.ts';
import { type OpenPool, poolOptions } from '#platform/db/open.ts';
import { onPglite as openPglite } from '#platform/db/pglite.ts';
import { connectionString, openServer } from '#platform/db/server.ts';

/** A PostgreSQL server whose user may create databases; without it, tests run on PGlite. */
const server = process.env.TEST_DATABASE_URL;

const folder = join(import.meta.dirname, '../migrations');
const scripts = globSync('*/{up,down}.sql', { cwd: folder }).sort();
/** Names the template, so that an edited migration makes another one. */
const version = scripts
  .reduce((hash, file) => hash.update(readFileSync(join(folder, file))), createHash('sha256'))
  .digest('hex')
  .slice(0, 16);

const options = poolOptions({ DB_POOL_SIZE: 5, DB_POOL_TIMEOUT: 10, DB_POOL_RECYCLE: 0 });

export const openTestDatabase = (): Promise<OpenPool> => (server ? onServer(server) : onPglite());

async function onPglite(): Promise<OpenPool> {
  const template = join(tmpdir(), `plinth-template-${version}.tar`);
  if (!existsSync(template)) await makeTar(template);
  const pglite = await PGlite.create({ loadDataDir: new Blob([readFileSync(template)]) });
  return openPglite(pglite, options);
}

async function makeTar(template: string) {
  const pglite = await PGlite.create();
  const { pool } = openPglite(pglite);
  await migrate(pool, { folder });
  await pool.end();
  const tar = await pglite.dumpDataDir('none');
  await pglite.close();
  const draft = `${template}.${process.pid}`;
  writeFileSync(draft, Buffer.from(await tar.arrayBuffer()));
  renameSync(draft, template); // test files that start together each make one, and the last one stays
}

async function onServer(url: string): Promise<OpenPool> {
  const template = `plinth_template_${version}`;
  const database = `plinth_test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(url, async (admin) => {
    await admin.query('select pg_advisory_lock(727201)'); // one file makes the template, the others wait
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [
      template,
    ]);
    if (!rowCount) await makeTemplate(admin, url, template);
    await admin.query(`create database ${database} template ${template}`);
    await admin.query('select pg_advisory_unlock(727201)');
  });
  const opened = await openServer(databaseUrl(url, database), options);
  const close = async () => {
    await opened.close();
    await asAdmin(url, (admin) => admin.query(`drop database ${database} with (force)`));
  };
  return { ...opened, close };
}

async function makeTemplate(admin: pg.Client, url: string, template: string) {
  const draft = `${template}_${process.pid}`;
  await admin.query(`create database ${draft}`);
  const pool = new pg.Pool({ connectionString: databaseUrl(url, draft) });
  await migrate(pool, { folder });
  await pool.end();
  await admin.query(`alter database ${draft} rename to ${template}`);
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>) {
  const admin = new pg.Client({ connectionString: connectionString(url) });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function databaseUrl(url: string, database: string) {
  const address = new URL(connectionString(url));
  address.pathname = `/${database}`;
  return address.href;
}
