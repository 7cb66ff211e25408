/** The statements that would bring a schema from the facts it holds to those it should hold. */
import pg from 'pg';
import type { Fact } from './catalog.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** How a fact is made and undone in SQL. */
const words: Record<Fact['kind'], { make(fact: Fact): string; undo(fact: Fact): string }> = {
  enum: {
    make: ({ of, definition }) => `create type ${path(of)} as ${definition}`,
    undo: ({ of }) => `drop type ${path(of)}`,
  },
  'enum value': {
    make: ({ of, name }) => `alter type ${path(of)} add value ${pg.escapeLiteral(name)}`,
    undo: ({ of, name }) => `-- ${path(of)} has a value that cannot be taken away: ${name}`,
  },
  table: {
    make: ({ of }) => `create table ${path(of)} ()`,
    undo: ({ of }) => `drop table ${path(of)}`,
  },
  column: {
    make: (fact) => `${alter(fact)} add column ${quote(fact.name)} ${fact.definition}`,
    undo: (fact) => `${alter(fact)} drop column ${quote(fact.name)}`,
  },
  default: {
    make: (fact) => `${alterColumn(fact)} set default ${fact.definition}`,
    undo: (fact) => `${alterColumn(fact)} drop default`,
  },
  'not null': {
    make: (fact) => `${alterColumn(fact)} set not null`,
    undo: (fact) => `${alterColumn(fact)} drop not null`,
  },
  constraint: {
    make: (fact) => `${alter(fact)} add constraint ${quote(fact.name)} ${fact.definition}`,
    undo: (fact) => `${alter(fact)} drop constraint ${quote(fact.name)}`,
  },
  index: {
    make: ({ definition }) => definition,
    undo: ({ name }) => `drop index ${name}`,
  },
  'row security': {
    make: (fact) => `${alter(fact)} enable row level security`,
    undo: (fact) => `${alter(fact)} disable row level security`,
  },
  'forced row security': {
    make: (fact) => `${alter(fact)} force row level security`,
    undo: (fact) => `${alter(fact)} no force row level security`,
  },
  policy: {
    make: ({ of, name, definition }) => `create policy ${quote(name)} on ${path(of)} ${definition}`,
    undo: ({ of, name }) => `drop policy ${quote(name)} on ${path(of)}`,
  },
};

const path = (name: string) => `plinth.${quote(name)}`;
const alter = ({ of }: Fact) => `alter table ${path(of)}`;
const alterColumn = (fact: Fact) => `${alter(fact)} alter column ${quote(fact.name)}`;
const make = (fact: Fact) => `${words[fact.kind].make(fact)};`;
const undo = (fact: Fact) => `${words[fact.kind].undo(fact)};`;

/** Kinds that hang on others and hold no data: they are undone before the rest is touched. */
const hangers: readonly Fact['kind'][] = [
  'constraint',
  'index',
  'row security',
  'forced row security',
  'policy',
];
const hangs = ({ kind }: Fact) => hangers.includes(kind);

/** @returns statements in an order that runs; none if the facts agree */
export function mend(actual: readonly Fact[], expected: readonly Fact[]): string[] {
  const is = byKey(actual);
  const should = byKey(expected);
  const differs = (fact: Fact) => {
    const other = is.get(key(fact));
    return other !== undefined && other.definition !== fact.definition;
  };
  // A table takes along all that is its own, a column its default, an enum its values.
  const surplus = actual.filter((fact) => !should.has(key(fact)));
  const undone = surplus.filter(
    (fact) => !owners(fact).some((one) => is.has(one) && !should.has(one)),
  );
  const made = expected.flatMap((fact) => {
    if (differs(fact)) return hangs(fact) ? make(fact) : change(fact);
    const comesWithItsType = fact.kind === 'enum value' && !is.has(owners(fact)[0] ?? '');
    return is.has(key(fact)) || comesWithItsType ? [] : make(fact);
  });
  return [
    ...[...undone, ...expected.filter(differs)].filter(hangs).map(undo).reverse(),
    ...made,
    ...undone
      .filter((fact) => !hangs(fact))
      .map(undo)
      .reverse(),
  ];
}

const key = ({ kind, of, name }: Pick<Fact, 'kind' | 'of' | 'name'>) => `${kind} ${of} ${name}`;
const byKey = (facts: readonly Fact[]) => new Map(facts.map((fact) => [key(fact), fact]));

/** The facts without which this one cannot be. */
function owners({ kind, of, name }: Fact): string[] {
  if (kind === 'enum' || kind === 'table') return [];
  if (kind === 'enum value') return [key({ kind: 'enum', of, name: '' })];
  const table = key({ kind: 'table', of, name: '' });
  const ofColumn = kind === 'default' || kind === 'not null';
  return ofColumn ? [table, key({ kind: 'column', of, name })] : [table];
}

/** An enum changes by its values, each a fact of its own; a computed column is made anew. */
function change(fact: Fact): string[] {
  if (fact.kind === 'enum') return [];
  if (fact.kind !== 'column') return [make(fact)];
  if (fact.definition.includes(' generated ')) return [undo(fact), make(fact)];
  const using = `using ${quote(fact.name)}::${fact.definition}`;
  return [`${alterColumn(fact)} type ${fact.definition} ${using};`];
}
