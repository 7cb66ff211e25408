/** Does what was applied agree with what is on disk? */
import { Refusal } from '#kernel/refusal.ts';
import type { Migration } from './files.ts';
import type { Applied } from './history.ts';

export type Finding = {
  readonly kind:
    | 'unreachable'
    | 'pending'
    | 'tampered'
    | 'missing'
    | 'ahead'
    | 'out_of_order'
    | 'diverged'
    | 'models_changed'
    | 'database_drift';
  /** The migration it is about. */
  readonly id?: string;
  readonly message: string;
  /** SQL that shows, or would mend, the difference. */
  readonly statements?: readonly string[];
};

/** What is wrong with one migration that was, or should have been, applied. */
export type HistoryFinding = Finding & {
  readonly kind: 'tampered' | 'missing' | 'ahead' | 'out_of_order';
  readonly id: string;
};

/** Migrations on disk that were not applied, oldest first. */
export function pending(migrations: readonly Migration[], history: readonly Applied[]) {
  const applied = new Set(history.map(({ id }) => id));
  return migrations.filter(({ id }) => !applied.has(id));
}

/** Every way in which history and disk disagree; nothing about migrations that simply wait. */
export function verify(
  migrations: readonly Migration[],
  history: readonly Applied[],
): HistoryFinding[] {
  const onDisk = new Map(migrations.map((migration) => [migration.id, migration]));
  const newest = migrations.at(-1)?.id;
  const findings: HistoryFinding[] = [];
  for (const { id, checksum } of history) {
    const migration = onDisk.get(id);
    if (migration && migration.checksum !== checksum) {
      const message = `${id}/up.sql was changed after it was applied; restore it, and put the change into a new migration.`;
      findings.push({ kind: 'tampered', id, message });
    } else if (!migration && newest !== undefined && id > newest) {
      const message = `${id} was applied but is not on disk: the database is ahead of this version.`;
      findings.push({ kind: 'ahead', id, message });
    } else if (!migration) {
      findings.push({
        kind: 'missing',
        id,
        message: `${id} was applied but is missing on disk; restore its folder.`,
      });
    }
  }
  const last = history.at(-1)?.id ?? '';
  for (const { id } of pending(migrations, history)) {
    if (id > last) continue;
    const message = `${id} was not applied, but the younger ${last} was; generate it again, so that it comes last.`;
    findings.push({ kind: 'out_of_order', id, message });
  }
  return findings;
}

/**
 * Refuses a history that cannot be continued. A database that is only ahead passes: during a rolling
 * deployment the old version must still be able to start.
 *
 * @throws Refusal naming every migration that is tampered with, missing or out of order
 */
export function refuseBroken(findings: readonly Finding[]): void {
  const broken = findings.filter(({ kind }) => kind !== 'ahead');
  if (broken.length > 0) throw new Refusal(broken.map(({ message }) => message).join('\n'));
}
