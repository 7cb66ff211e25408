/** A verb is one statement, built by drizzle once per shape of its input and only run after that. */
import { Column, Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Compiled, Db } from './db.ts';
import { telling } from './row-security.ts';

/** What drizzle's builders have in common before they run; `_.result` carries the type of the rows. */
type Built = {
  toSQL(): { sql: string; params: unknown[] };
  readonly _: { readonly result: unknown };
};
type RowOf<B extends Built> = B['_']['result'] extends (infer Row)[] ? Row : never;

/** Stands for each value of the input while a statement is built; undefined where it was left out. */
export type Slots<Input> = {
  readonly [Key in keyof Input]-?: undefined extends Input[Key]
    ? SQL<Exclude<Input[Key], undefined>> | undefined
    : SQL<Input[Key]>;
};

/** Each shape is a prepared statement on each connection; past this many they are built per call. */
const maxShapes = 256;

const names = new Set<string>();

/**
 * Declares a statement.
 *
 * @param name unique in the process; with a shape's number it names the prepared statement
 * @param builder called once for each shape (the set of input keys that are not undefined)
 * @returns the verb: runs the statement on a handle and gives its rows
 */
export function statement<Input extends object, B extends Built>(
  name: string,
  builder: (slots: Slots<Input>) => B,
): (db: Db, input: Input) => Promise<RowOf<B>[]> {
  if (names.has(name)) throw new Error(`two statements are named ${name}`);
  names.add(name);
  const shapes = new Map<string, Compiled>();

  function compile(keys: readonly string[], shape: string): Compiled {
    const slots = Object.fromEntries(keys.map((key) => [key, sql`${sql.placeholder(key)}`]));
    const built = builder(slots as Slots<Input>);
    refuseRenaming(name, built);
    const { sql: text, params } = built.toSQL();
    const room = shapes.size < maxShapes;
    const compiled: Compiled = {
      name,
      prepareAs: room ? `${name}/${shapes.size}` : undefined,
      text,
      telling: telling(text, params.length),
      values: (input) =>
        params.map((param) => (param instanceof Placeholder ? input[param.name] : param)),
    };
    if (room) shapes.set(shape, compiled);
    if (shapes.size === maxShapes && room) {
      process.emitWarning(`${name} has ${maxShapes} shapes; others are not prepared`, {
        code: name,
      });
    }
    return compiled;
  }

  return async (db, input) => {
    const given = input as Record<string, unknown>;
    const keys: string[] = [];
    for (const key in given) if (given[key] !== undefined) keys.push(key);
    const shape = keys.sort().join(); // a body's order is the caller's, and makes no new shape
    const compiled = shapes.get(shape) ?? compile(keys, shape);
    return (await db.run(compiled, given)) as RowOf<B>[];
  };
}

/**
 * Rows keep the names the database gives them. A column selected under another key would arrive under
 * its own: the types would say one thing and the row another.
 */
function refuseRenaming(name: string, built: object) {
  const { config } = built as { config?: Record<'fields' | 'returningFields', object | undefined> };
  const fields = config?.fields ?? config?.returningFields ?? {};
  for (const [key, field] of Object.entries(fields)) {
    if (field instanceof Column && field.name !== key) {
      throw new Error(`${name} selects ${field.name} as ${key}; name it by .as(), or not at all`);
    }
  }
}
