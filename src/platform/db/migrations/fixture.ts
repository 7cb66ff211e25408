/** For tests: an embedded database of their own, folders of migrations, and what is in the schema. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { onPglite } from '../pglite.ts';

const pglite = new PGlite();

/** A database without our schema. The tests of a file share one engine, so they run in turn. */
export async function emptyDatabase(): Promise<pg.Pool> {
  await pglite.exec('drop schema if exists plinth cascade');
  return pool;
}
const { pool } = onPglite(pglite);

const parent = mkdtempSync(join(tmpdir(), 'migrations-'));
let folders = 0;

/** A folder of migrations: of each its up and down, by id. */
export function folderOf(migrations: Record<string, { up: string; down?: string }> = {}): string {
  const folder = join(parent, String(folders++));
  mkdirSync(folder);
  for (const [id, scripts] of Object.entries(migrations)) writeScripts(folder, id, scripts);
  return folder;
}

export function writeScripts(folder: string, id: string, scripts: { up: string; down?: string }) {
  mkdirSync(join(folder, id), { recursive: true });
  writeFileSync(join(folder, id, 'up.sql'), scripts.up);
  if (scripts.down !== undefined) writeFileSync(join(folder, id, 'down.sql'), scripts.down);
}

/** The names of the tables that migrations made. */
export async function tableNames(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query(
    `select relname from pg_class where relnamespace = to_regnamespace('plinth')
     and relkind = 'r' and relname <> 'migrations' order by 1`,
  );
  return rows.map(({ relname }) => relname);
}

after(async () => {
  await pglite.close();
  rmSync(parent, { recursive: true });
});
