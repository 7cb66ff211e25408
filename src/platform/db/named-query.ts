/**
 * A named statement, which is told its columns the first time on each connection and not again: they
 * stay the same for as long as the name does, and telling them costs as much as a short row.
 */
import pg from 'pg';

/** What `pg` makes of the columns. */
type Columns = Readonly<Record<'fields' | '_parsers' | '_prebuiltEmptyResultObject', unknown>>;

/** What its types leave out. */
type Internals = {
  readonly name: string;
  readonly text: string;
  callback: (error: Error | null, result: pg.QueryResult) => void;
  readonly _result: Columns;
  _accumulateRows: boolean;
};
type Described = {
  prepare(connection: pg.Connection): void;
  handleRowDescription(message: unknown): void;
};
const Query = pg.Query as unknown as new (
  config: pg.QueryConfig,
) => pg.Submittable & Internals & Described;

type Known = {
  /** By the name of the statement. */
  readonly columns: Map<string, Columns>;
  /** Whether the statement that is being sent asks for its columns. */
  asks: boolean;
};
const known = new WeakMap<pg.Connection, Known>();

function knownOn(connection: pg.Connection): Known {
  const found = known.get(connection);
  if (found) return found;
  const made: Known = { columns: new Map(), asks: true };
  const describing = connection as pg.Connection & { describe(message: object): void };
  const describe = describing.describe.bind(connection);
  describing.describe = (message) => {
    if (made.asks) describe(message);
  };
  known.set(connection, made);
  return made;
}

export class NamedQuery extends Query implements PromiseLike<pg.QueryResult> {
  readonly #settled = Promise.withResolvers<pg.QueryResult>();
  #columns: Known['columns'] | undefined;

  constructor(config: pg.QueryConfig & { readonly name: string }) {
    super(config);
    const { resolve, reject } = this.#settled;
    this.callback = (error, result) => (error ? reject(error) : resolve(result));
  }

  override prepare(connection: pg.Connection) {
    const known = knownOn(connection);
    const told = known.columns.get(this.name);
    this.#columns = known.columns;
    if (told) {
      Object.assign(this._result, told);
      this._accumulateRows = true;
    }
    known.asks = !told;
    try {
      super.prepare(connection);
    } finally {
      known.asks = true;
    }
  }

  override handleRowDescription(message: unknown) {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    this.#columns?.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  // biome-ignore lint/suspicious/noThenProperty: whoever runs it awaits it, as any other query
  get then() {
    const { promise } = this.#settled;
    return promise.then.bind(promise);
  }
}
