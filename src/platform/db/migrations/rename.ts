/** Renames, said explicitly: applied to the last snapshot, so that the diff sees nothing lost. */
import { Refusal } from '#kernel/refusal.ts';
import { missing, type Snapshot, type TableSnapshot } from './snapshot.ts';

export type Renamed = {
  /** The last snapshot, as if it had always had the new names. */
  snapshot: Snapshot;
  up: string[];
  down: string[];
};

const schema = 'plinth';
const quoted = (table: string) => `"${schema}"."${table}"`;

/**
 * @param renames each `table=new` or `table.column=new`; `table` is the name as it was
 * @param target the models' snapshot, which says how constraints and indexes are called now
 * @throws Refusal if one is not written so, or names what is not there
 */
export function applyRenames(
  last: Snapshot,
  target: Snapshot,
  renames: readonly string[],
): Renamed {
  const renamed: Renamed = { snapshot: structuredClone(last), up: [], down: [] };
  const parsed = renames.map(parse);
  // Columns first: they are named within the old table.
  for (const { table, column, to } of parsed) if (column) renameColumn(renamed, table, column, to);
  for (const { table, column, to } of parsed) if (!column) renameTable(renamed, table, to);
  followNames(
    renamed,
    target,
    parsed.map(({ table, column, to }) => ({ from: column ?? table, to })),
  );
  return renamed;
}

function parse(rename: string) {
  const [, table, column, to] = /^(\w+)(?:\.(\w+))?=(\w+)$/.exec(rename) ?? [];
  if (!table || !to) {
    throw new Refusal(`--rename ${rename} should be table=new or table.column=new.`);
  }
  return { table, column, to };
}

function findTable({ tables }: Snapshot, name: string): TableSnapshot {
  const table = tables[`${schema}.${name}`];
  if (!table) throw new Refusal(`The last migration knows no table ${name}.`);
  return table;
}

function note(renamed: Renamed, up: string, down: string) {
  renamed.up.push(up);
  renamed.down.unshift(down);
}

function renameColumn(renamed: Renamed, tableName: string, column: string, to: string) {
  const table = findTable(renamed.snapshot, tableName);
  if (!table.columns[column]) {
    throw new Refusal(`The last migration knows no column ${tableName}.${column}.`);
  }
  if (table.columns[to]) throw new Refusal(`${tableName} already has a column ${to}.`);
  table.columns = Object.fromEntries(
    Object.entries(table.columns).map(([name, value]) =>
      name === column ? [to, { ...value, name: to }] : [name, value],
    ),
  );
  const inList = (names: string[]) => names.map((name) => (name === column ? to : name));
  for (const key of Object.values(table.foreignKeys)) key.columnsFrom = inList(key.columnsFrom);
  for (const key of Object.values(table.compositePrimaryKeys)) key.columns = inList(key.columns);
  for (const key of Object.values(table.uniqueConstraints)) key.columns = inList(key.columns);
  for (const other of Object.values(renamed.snapshot.tables)) {
    for (const key of Object.values(other.foreignKeys)) {
      if (key.tableTo === tableName) key.columnsTo = inList(key.columnsTo);
    }
  }
  renameInExpressions(table, column, to);
  const alter = `ALTER TABLE ${quoted(tableName)} RENAME COLUMN`;
  note(renamed, `${alter} "${column}" TO "${to}";`, `${alter} "${to}" TO "${column}";`);
}

function renameTable(renamed: Renamed, from: string, to: string) {
  const { tables } = renamed.snapshot;
  const table = findTable(renamed.snapshot, from);
  if (tables[`${schema}.${to}`]) throw new Refusal(`There already is a table ${to}.`);
  delete tables[`${schema}.${from}`];
  tables[`${schema}.${to}`] = { ...table, name: to };
  for (const other of Object.values(tables)) {
    for (const key of Object.values(other.foreignKeys)) {
      if (key.tableFrom === from) key.tableFrom = to;
      if (key.tableTo === from) key.tableTo = to;
    }
    renameInExpressions(other, from, to);
  }
  note(
    renamed,
    `ALTER TABLE ${quoted(from)} RENAME TO "${to}";`,
    `ALTER TABLE ${quoted(to)} RENAME TO "${from}";`,
  );
  // PostgreSQL named this one itself; no snapshot holds it.
  if (Object.values(table.columns).some(({ primaryKey }) => primaryKey)) {
    noteConstraint(renamed, to, `${from}_pkey`, `${to}_pkey`);
  }
}

function noteConstraint(renamed: Renamed, table: string, from: string, to: string) {
  const alter = `ALTER TABLE ${quoted(table)} RENAME CONSTRAINT`;
  note(renamed, `${alter} "${from}" TO "${to}";`, `${alter} "${to}" TO "${from}";`);
}

function noteIndex(renamed: Renamed, from: string, to: string) {
  const alter = (name: string) => `ALTER INDEX "${schema}"."${name}" RENAME TO`;
  note(renamed, `${alter(from)} "${to}";`, `${alter(to)} "${from}";`);
}

/** PostgreSQL follows a rename in the expressions it keeps; the snapshot has them as text. */
function renameInExpressions(table: TableSnapshot, from: string, to: string) {
  // A literal may hold the word by chance and stays.
  const pattern = new RegExp(`'(?:[^']|'')*'|\\b${from}\\b`, 'g');
  const follow = (text: string) => text.replace(pattern, (word) => (word === from ? to : word));
  for (const check of Object.values(table.checkConstraints)) check.value = follow(check.value);
  for (const index of Object.values(table.indexes)) {
    if (index.where) index.where = follow(index.where);
    for (const part of index.columns) part.expression = follow(part.expression);
  }
  for (const policy of Object.values(table.policies)) {
    if (policy.using) policy.using = follow(policy.using);
    if (policy.withCheck) policy.withCheck = follow(policy.withCheck);
  }
  for (const { generated } of Object.values(table.columns)) {
    if (generated) generated.as = follow(generated.as);
  }
}

const constraintKinds = [
  'foreignKeys',
  'uniqueConstraints',
  'checkConstraints',
  'compositePrimaryKeys',
] as const;

/** Constraints and indexes named after what was renamed are renamed too, not dropped and built anew. */
function followNames(renamed: Renamed, target: Snapshot, words: { from: string; to: string }[]) {
  for (const [key, table] of Object.entries(renamed.snapshot.tables)) {
    const goal = target.tables[key];
    if (!goal) continue;
    for (const kind of [...constraintKinds, 'indexes'] as const) {
      const entries: Record<string, { name: string }> = table[kind];
      for (const name of missing(entries, goal[kind])) {
        const next = spellings(name, words).find((spelling) => spelling in goal[kind]);
        const entry = entries[name];
        if (!entry || !next) continue;
        delete entries[name];
        entries[next] = { ...entry, name: next };
        if (kind === 'indexes') noteIndex(renamed, name, next);
        else noteConstraint(renamed, table.name, name, next);
      }
    }
  }
}

/** The name with some or all of the words replaced, where they stand between underscores. */
function spellings(name: string, words: { from: string; to: string }[]): string[] {
  return words.reduce(
    (names, { from, to }) => {
      const word = new RegExp(`(?<![^_])${from}(?![^_])`, 'g');
      return names.flatMap((one) => [one, one.replace(word, to)]);
    },
    [name],
  );
}
