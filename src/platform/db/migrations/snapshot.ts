/** The models as data, and the statements from one such picture to another. Needs drizzle-kit. */
import { plinth } from '#kernel/db.ts';
import { MissingToolError } from './error.ts';

type Tool = typeof import('drizzle-kit/api');
type Named<Value = unknown> = Record<string, Value>;

/** What of drizzle-kit's picture of the models is read or changed here; the rest is passed on. */
export type Snapshot = {
  /** The migration that brought it, and the one before; empty where there is none. */
  readonly id: string;
  readonly prevId: string;
  readonly tables: Named<TableSnapshot>;
  readonly enums: Named;
  readonly sequences: Named;
  readonly roles: Named;
  readonly policies: Named;
  readonly views: Named;
};
export type TableSnapshot = {
  readonly name: string;
  columns: Named<{
    readonly name: string;
    readonly primaryKey: boolean;
    readonly generated?: { as: string };
  }>;
  readonly foreignKeys: Named<{
    readonly name: string;
    tableFrom: string;
    tableTo: string;
    columnsFrom: string[];
    columnsTo: string[];
  }>;
  readonly compositePrimaryKeys: Named<{ readonly name: string; columns: string[] }>;
  readonly uniqueConstraints: Named<{ readonly name: string; columns: string[] }>;
  readonly checkConstraints: Named<{ readonly name: string; value: string }>;
  readonly indexes: Named<{
    readonly name: string;
    where?: string;
    readonly columns: { expression: string }[];
  }>;
  readonly policies: Named<{ using?: string; withCheck?: string }>;
};

/** Modules whose exports are the tables, enums and policies; exporting one twice does no harm. */
export type Models = readonly object[];

/** The schema is the migrator's own: it is there before the first script and stays after the last. */
const aboutSchema = /^\s*(CREATE|DROP) SCHEMA "plinth"/;

async function tool(): Promise<Tool> {
  try {
    return await import('drizzle-kit/api');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new MissingToolError(
      'Generating migrations and checking for drift need the development dependencies.',
      { cause },
    );
  }
}

/** @throws MissingToolError without drizzle-kit */
export async function takeSnapshot(models: Models, id = '', prevId = ''): Promise<Snapshot> {
  const { generateDrizzleJson } = await tool();
  const exported = new Set([plinth, ...models.flatMap((model) => Object.values(model))]);
  const drawn = generateDrizzleJson(Object.fromEntries([...exported].entries()));
  return { ...drawn, id, prevId } as Snapshot;
}

/**
 * The statements from one snapshot to another.
 *
 * Where something appears while its like disappears, drizzle-kit would ask whether that is a rename.
 * Renames were said by then, so it is led past the question by way of a snapshot that holds both:
 * first all that is new, then away with the old. Between the two, data can be carried over by hand.
 *
 * @throws MissingToolError without drizzle-kit
 */
export async function difference(from: Snapshot, to: Snapshot): Promise<string[]> {
  const { generateMigration } = await tool();
  const diff = generateMigration as unknown as (from: Snapshot, to: Snapshot) => Promise<string[]>;
  const both = union(from, to);
  const steps = both ? [await diff(from, both), await diff(both, to)] : [await diff(from, to)];
  return steps
    .flatMap((step) => step.toSorted((one, other) => turn(one) - turn(other)))
    .filter((statement) => !aboutSchema.test(statement))
    .flatMap(forced);
}

/** What others lean on goes last, and what leans on them first: drizzle-kit minds that for making only. */
const turns = [/^DROP POLICY/, /^(?!DROP (?:POLICY|TABLE|TYPE))/, /^DROP TABLE/, /^DROP TYPE/];
const turn = (statement: string) => turns.findIndex((kind) => kind.test(statement.trimStart()));

/** Row security does not hold the owner of a table, which is the server, unless it is forced. */
function forced(statement: string): string[] {
  const alter = /^(ALTER TABLE .+) (?:ENABLE|DISABLE) ROW LEVEL SECURITY;?$/.exec(statement);
  if (!alter) return [statement];
  const force = statement.includes(' ENABLE ') ? 'FORCE' : 'NO FORCE';
  return [statement, `${alter[1]} ${force} ROW LEVEL SECURITY;`];
}

const kinds = ['tables', 'enums', 'sequences', 'roles', 'policies', 'views'] as const;
const partsOfTable = ['columns', 'policies'] as const;

/** Both snapshots in one; undefined where no rename could be suspected. */
function union(from: Snapshot, to: Snapshot): Snapshot | undefined {
  const both = structuredClone(to);
  let suspected = false;
  const unite = (before: Named, after: Named, target: Named) => {
    if (missing(before, after).length > 0 && missing(after, before).length > 0) suspected = true;
    for (const name of missing(before, after)) target[name] = before[name];
  };
  for (const kind of kinds) unite(from[kind], to[kind], both[kind]);
  for (const [key, table] of Object.entries(to.tables)) {
    const before = from.tables[key];
    const target = both.tables[key];
    if (!before || !target) continue;
    for (const part of partsOfTable) unite(before[part], table[part], target[part]);
  }
  return suspected ? both : undefined;
}

/** What `from` has and `to` has not. */
export function missing(from: Named, to: Named): string[] {
  return Object.keys(from).filter((name) => !(name in to));
}
