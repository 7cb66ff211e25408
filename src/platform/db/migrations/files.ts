/** The folder of migrations: `<yyyymmddhhmmss>_<name>/{up.sql, down.sql, snapshot.json}`. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '#kernel/refusal.ts';
import { type Script, script, separator } from './script.ts';
import type { Snapshot } from './snapshot.ts';

export type Migration = {
  /** The name of its folder; ids sort by age. */
  readonly id: string;
  readonly up: Script;
  /** Undefined where there is no `down.sql`: the migration cannot be taken back. */
  readonly down: Script | undefined;
  /**
   * SHA-256 of `up.sql`, with line endings as on Unix. `down.sql` is left out on purpose: what was
   * applied is history and must not change, but a way back that turns out wrong must stay mendable.
   */
  readonly checksum: string;
  /** The file that keeps the models as they were when the migration was generated. */
  readonly snapshotFile: string;
};

/**
 * Reads the migrations of a folder, oldest first.
 *
 * @throws Refusal if the folder is not there or holds a folder that is no migration
 */
export function readMigrations(folder: string): Migration[] {
  if (!existsSync(folder)) throw new Refusal(`There is no folder ${folder}.`);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => readMigration(folder, name))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readMigration(folder: string, id: string): Migration {
  if (!/^\d{14}_\w+$/.test(id)) {
    throw new Refusal(`${join(folder, id)} is not named <yyyymmddhhmmss>_<name>.`);
  }
  const up = read(join(folder, id, 'up.sql'));
  const down = read(join(folder, id, 'down.sql'));
  if (up === undefined) throw new Refusal(`${join(folder, id)} has no up.sql.`);
  return {
    id,
    up: script(`${id}/up.sql`, up),
    down: down === undefined ? undefined : script(`${id}/down.sql`, down),
    checksum: createHash('sha256').update(up).digest('hex'),
    snapshotFile: join(folder, id, 'snapshot.json'),
  };
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
}

/** The models as `migration` left them; undefined where it was written without. */
export function readSnapshot({ snapshotFile }: Migration): Snapshot | undefined {
  const text = read(snapshotFile);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Snapshot;
  } catch (cause) {
    throw new Refusal(`${snapshotFile} is not JSON; restore it.`, { cause });
  }
}

/** Writes a migration, and the folder around it if that is not there. */
export function writeMigration(
  folder: string,
  written: { id: string; up: readonly string[]; down: readonly string[]; snapshot: Snapshot },
): void {
  const { id, up, down, snapshot } = written;
  const path = join(folder, id);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'up.sql'), joined(up));
  writeFileSync(join(path, 'down.sql'), joined(down));
  writeFileSync(join(path, 'snapshot.json'), `${JSON.stringify(snapshot, null, 2)}\n`);
}

const joined = (statements: readonly string[]) =>
  `${statements.map((statement) => statement.trim()).join(`\n${separator}\n`)}\n`;

/**
 * Names a new migration: the time, but always later than `after`, whatever the clock says.
 *
 * @throws Refusal if no letter or digit of the message is left
 */
export function newId(message: string, after: string | undefined): string {
  const name = message
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  if (!name) throw new Refusal('Say in a few words what the migration does.');
  const now = stamp(new Date());
  const last = after?.slice(0, 14) ?? '';
  if (now > last) return `${now}_${name}`;
  const [year, month, day, hour, minute, second] = [
    last.slice(0, 4),
    ...(last.slice(4).match(/../g) ?? []),
  ].map(Number) as [number, number, number, number, number, number];
  return `${stamp(new Date(Date.UTC(year, month - 1, day, hour, minute, second + 1)))}_${name}`;
}

const stamp = (time: Date) => time.toISOString().replace(/\D/g, '').slice(0, 14);

/**
 * Finds the one id that is `wanted` or starts with it.
 *
 * @throws Refusal if there is none, or more than one
 */
export function findId(ids: readonly string[], wanted: string, what: string): string {
  const found = ids.includes(wanted) ? [wanted] : ids.filter((id) => id.startsWith(wanted));
  const [id] = found;
  if (id === undefined) throw new Refusal(`There is no ${what} ${wanted}.`);
  if (found.length > 1) {
    throw new Refusal(`${wanted} could be ${found.join(' or ')}; write more of it.`);
  }
  return id;
}
