/** Writes a migration from the difference between the models and the last snapshot. */
import { existsSync } from 'node:fs';
import { Refusal } from '#kernel/refusal.ts';
import { newId, readMigrations, readSnapshot, writeMigration } from './files.ts';
import { applyRenames } from './rename.ts';
import { separator } from './script.ts';
import { difference, type Models, missing, type Snapshot, takeSnapshot } from './snapshot.ts';

export type GenerateOptions = {
  readonly folder: string;
  readonly models: Models;
  /** What it does, in a few words; becomes part of the folder's name. */
  readonly message: string;
  /** Each `table=new` or `table.column=new`. */
  readonly renames?: readonly string[];
  /** Each `table` or `table.column` that may go, with its data, though something else comes. */
  readonly drops?: readonly string[];
  /** Write the scripts by hand: nothing is generated but the snapshot of the models. */
  readonly empty?: boolean;
};

/**
 * Generates the way up and the way down. Needs no database.
 *
 * @returns the new id, or undefined if the models did not change and nothing was written
 * @throws Refusal if what was added might be what was removed under a new name, if an option
 * does not fit, or if snapshots were generated side by side
 */
export async function generate(options: GenerateOptions): Promise<string | undefined> {
  const { folder, models, message, renames = [], drops = [], empty = false } = options;
  const migrations = existsSync(folder) ? readMigrations(folder) : [];
  const [split] = diverged(migrations.map(readSnapshot));
  if (split) throw new Refusal(split.message);

  const id = newId(message, migrations.at(-1)?.id);
  const last = migrations.map(readSnapshot).findLast((snapshot) => snapshot !== undefined);
  const snapshot = await takeSnapshot(models, id, last?.id);
  if (empty) {
    const hint = `-- Write the statements here, with a line "${separator}" between two of them.`;
    writeMigration(folder, { id, up: [hint], down: [hint], snapshot });
    return id;
  }
  const before = applyRenames(last ?? (await takeSnapshot([])), snapshot, renames);
  refuseAmbiguous(before.snapshot, snapshot, drops);
  const up = [...before.up, ...(await difference(before.snapshot, snapshot))];
  if (up.length === 0) return undefined;
  const down = [...(await difference(snapshot, before.snapshot)), ...before.down];
  writeMigration(folder, { id, up, down, snapshot });
  return id;
}

/** Snapshots that do not continue the one before them: generated side by side, on two branches. */
export function diverged(snapshots: readonly (Snapshot | undefined)[]) {
  const chain = snapshots.filter((snapshot) => snapshot !== undefined);
  return chain.flatMap(({ id, prevId }, index) => {
    const before = chain[index - 1]?.id;
    if (before === undefined || prevId === before) return [];
    const message = `${id} was generated without knowing of ${before}; delete its folder and generate it again.`;
    return [{ kind: 'diverged' as const, id, message }];
  });
}

/** A table or column that goes while another comes may be a rename: its data hangs on the answer. */
function refuseAmbiguous(from: Snapshot, to: Snapshot, drops: readonly string[]) {
  const names = (keys: string[]) => keys.map((key) => key.replace(/^plinth\./, ''));
  const doubts = [
    doubt(
      '',
      names(missing(from.tables, to.tables)),
      names(missing(to.tables, from.tables)),
      drops,
    ),
    ...Object.entries(to.tables).map(([key, table]) => {
      const columns = from.tables[key]?.columns ?? table.columns;
      const removed = missing(columns, table.columns);
      return doubt(`${table.name}.`, removed, missing(table.columns, columns), drops);
    }),
  ].filter((sentence) => sentence !== undefined);
  if (doubts.length > 0) throw new Refusal(doubts.join('\n'));
}

function doubt(
  prefix: string,
  removed: readonly string[],
  added: readonly string[],
  drops: readonly string[],
): string | undefined {
  const unsaid = removed.map((name) => prefix + name).filter((name) => !drops.includes(name));
  const [first] = unsaid;
  if (first === undefined || added.length === 0) return undefined;
  const came = added.map((name) => prefix + name).join(', ');
  return `${unsaid.join(', ')} went and ${came} came: say --rename ${first}=${added[0]} if that is a rename, or --drop ${first} to lose its data.`;
}
