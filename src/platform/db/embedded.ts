/** The embedded database: PGlite in a folder that one process holds at a time. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import type { OpenPool } from './open.ts';
import { onPglite } from './pglite.ts';

/** A restart may overlap with the process it replaces by this much. */
const lockWaitMs = 5_000;

/**
 * Opens the database in `folder`, made if it is not there.
 *
 * @throws Refusal if the folder cannot be made, or another process holds it
 */
export async function openEmbedded(folder: string, options: pg.PoolConfig): Promise<OpenPool> {
  makeFolder(folder);
  const lock = await holdFolder(folder);
  const pglite = await PGlite.create({
    dataDir: join(folder, 'postgres'),
    postgresqlconf: ['shared_buffers=16MB'],
  });
  const opened = onPglite(pglite, options);
  const close = async () => {
    await opened.close();
    lock.close();
  };
  return { ...opened, close };
}

function makeFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Refusal(`The embedded database has no folder (${message}); set DATA_DIR.`, { cause });
  }
}

/**
 * Two processes on one folder corrupt it silently. SQLite's exclusive lock is one of the operating
 * system's, so it ends with the process however that dies.
 */
async function holdFolder(folder: string): Promise<DatabaseSync> {
  for (const until = Date.now() + lockWaitMs; ; await sleep(100)) {
    const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
    try {
      lock.exec('pragma journal_mode = memory; begin exclusive');
      return lock;
    } catch (cause) {
      lock.close();
      if (Date.now() > until) {
        throw new Refusal(
          `The embedded database in ${folder} is in use by another process; stop that one, or set DATABASE_URL.`,
          { cause },
        );
      }
    }
  }
}
