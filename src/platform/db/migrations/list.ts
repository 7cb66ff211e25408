/** All migrations with what became of them. */
import type pg from 'pg';
import { readMigrations } from './files.ts';
import { readHistory } from './history.ts';
import { pending, verify } from './verify.ts';

export type ListedMigration = {
  readonly id: string;
  /** `unknown` where no database was asked. */
  readonly state: 'applied' | 'pending' | 'tampered' | 'missing' | 'out_of_order' | 'unknown';
  readonly applied_at?: string;
  readonly duration_ms?: number;
};

/**
 * Lists what is on disk and what was applied, oldest first.
 *
 * @param pool undefined where there is no database
 * @throws Refusal if the folder cannot be read
 */
export async function list(pool: pg.Pool | undefined, folder: string): Promise<ListedMigration[]> {
  const migrations = readMigrations(folder);
  if (!pool) return migrations.map(({ id }) => ({ id, state: 'unknown' }));
  const history = await readHistory(pool);
  const states = new Map<string, ListedMigration['state']>();
  for (const { id, kind } of verify(migrations, history)) {
    states.set(id, kind === 'ahead' ? 'missing' : kind);
  }
  const waiting = pending(migrations, history).map(({ id }) => ({ id }));
  return [
    ...history.map(
      ({ checksum: _, ...row }) => ({ ...row, state: states.get(row.id) ?? 'applied' }) as const,
    ),
    ...waiting.map(({ id }) => ({ id, state: states.get(id) ?? 'pending' }) as const),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}
