/** Backward: takes applied migrations back, newest first. */
import type pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import { runAlone } from './apply.ts';
import { findId, readMigrations } from './files.ts';
import { type Applied, exclusively, forget, type Log, readHistory } from './history.ts';

export type DowngradeOptions = {
  readonly folder: string;
  /** `-2` takes two back, an id everything after it, `base` everything. */
  readonly target: string;
  readonly log?: Log | undefined;
};

/**
 * Runs `down.sql` of the newest migrations, each in a transaction of its own. One whose `up.sql` was
 * changed may be taken back: that is the way out of an edit.
 *
 * @returns the ids this call took back
 * @throws Refusal if the target is not applied, or one on the way has no way back
 */
export async function downgrade(pool: pg.Pool, options: DowngradeOptions): Promise<string[]> {
  const { folder, target, log = () => {} } = options;
  const migrations = new Map(readMigrations(folder).map((migration) => [migration.id, migration]));
  const keep = lastToKeep(await readHistory(pool), target);
  const reverted: string[] = [];
  for (;;) {
    const id = await exclusively(pool, log, async (client, history) => {
      const last = history.at(-1);
      if (!last || last.id <= keep) return undefined;
      const migration = migrations.get(last.id);
      if (!migration) {
        throw new Refusal(`${last.id} is missing on disk, so it cannot be taken back.`);
      }
      if (!migration.down) {
        throw new Refusal(`${last.id} has no down.sql, so it cannot be taken back.`);
      }
      await runAlone(pool, client, migration.down);
      await forget(client, last.id);
      return last.id;
    });
    if (id === undefined) return reverted;
    log(`Took back ${id}.`);
    reverted.push(id);
  }
}

/** The id of the newest migration that stays; empty if none does. */
function lastToKeep(history: readonly Applied[], target: string): string {
  const ids = history.map(({ id }) => id);
  if (target === 'base') return '';
  if (!/^-\d+$/.test(target)) return findId(ids, target, 'applied migration');
  const steps = -Number(target);
  if (steps < 1 || steps > ids.length) {
    throw new Refusal(`${steps} cannot be taken back: ${ids.length} applied.`);
  }
  return ids.at(-steps - 1) ?? '';
}
