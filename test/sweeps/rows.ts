/** Every row that is somebody's, as the owner of the database sees it. */
import type { Harness } from '../harness.ts';

export type Row = {
  readonly table: string;
  /** Undefined where its table has none. */
  readonly id: string | undefined;
  /** The people and organizations it names as those whose it is. */
  readonly tenants: readonly string[];
  readonly columns: readonly string[];
  /** All of it, but what changes by being used. */
  readonly text: string;
};

const naming = ['owner_id', 'user_id', 'organization_id'] as const;
/** A row of these is its own tenant. */
const selves: ReadonlySet<string> = new Set(['users', 'organizations']);
const volatile = ['last_used_at'];

export const keyOf = ({ table, id, text }: Row): string => `${table} ${id ?? text}`;

type Found = { readonly name: string; readonly row: Readonly<Record<string, unknown>> };

/** @returns a function that reads them all, in one statement, by a key that stays */
export async function rowsReader({ pool }: Harness) {
  const { rows: tables } = await pool.query(
    `select distinct table_name as name from information_schema.columns
     where table_schema = 'plinth' and (column_name = any($1) or table_name = any($2))`,
    [naming, [...selves]],
  );
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, to_jsonb(t) - '{${volatile}}'::text[] as row from plinth.${name} t`,
  );
  const text = parts.join(' union all ');

  return async function read(): Promise<ReadonlyMap<string, Row>> {
    const { rows } = await pool.query(`select name, row::text from (${text}) as every`);
    const all = rows.map(({ name, row }) => rowOf({ name, row: JSON.parse(row) }));
    return new Map(all.map((row) => [keyOf(row), row]));
  };
}

function rowOf({ name, row }: Found): Row {
  const id = row.id as string | undefined;
  const named = naming.map((column) => row[column] as string | null | undefined);
  const tenants = [...named, selves.has(name) ? id : undefined].filter((one) => one != null);
  return { table: name, id, tenants, columns: Object.keys(row), text: JSON.stringify(row) };
}

/** What became of rows between two readings, told of each that did not stay as it was. */
export function changesOf(before: ReadonlyMap<string, Row>, after: ReadonlyMap<string, Row>) {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    if (was?.text === is?.text) return [];
    const what = !was ? 'adds' : !is ? 'removes' : 'changes';
    const row = (was ?? is) as Row;
    const tenants = [...(was?.tenants ?? []), ...(is?.tenants ?? [])];
    return [{ row, tenants, told: `${what} ${row.table} ${is?.text ?? was?.text}` }];
  });
}
