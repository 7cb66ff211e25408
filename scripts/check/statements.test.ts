/** Statements that reach too far, have another's name or stand in a wrong place are refused. */
import { test } from 'node:test';
import { expectFindings } from './planted.ts';
import { statements } from './statements.ts';

const service = 'src/features/items/service.ts';

const wide = {
  'an update without where': 'build.update(items).set({ a: f(b) }).returning()',
  'a delete without where': 'build.delete(items)',
  'a delete whose where is empty': 'build.delete(items).where()',
  'a delete whose where is undefined': 'build.with(old).delete(items).where(undefined)',
  'an update whose only where is in its values':
    'build.update(items).set({ a: build.select().from(b).where(c) })',
};

for (const [title, chain] of Object.entries(wide))
  test(`${title} is refused`, (t) =>
    expectFindings(t, statements, { [service]: `\nconst a = () =>\n  ${chain};\n` }, [
      [`${service}:3`, /reaches every row/],
    ]));

test('a statement with the name of another feature is refused, however it is declared', (t) =>
  expectFindings(
    t,
    statements,
    {
      [service]: `statement('tasks.list', a);\nstatement<A<B>, C>(\n  'itemsList', a);\npages('list', b);\nstatement(name, a);\n`,
    },
    [
      [`${service}:1`, /begin its name with 'items\.'/],
      [`${service}:2`, /itemsList/],
      [`${service}:4`, /list/],
      [`${service}:5`, /name/],
    ],
  ));

test('SQL in a route or in the app is refused', (t) =>
  expectFindings(
    t,
    statements,
    {
      'src/features/items/routes.ts': 'const a = sql`select 1`;\n',
      'src/app.ts': '\nconst a = sql<number>`1`;\nconst b = sql.raw(c);\n',
    },
    [
      ['src/app.ts:2', /SQL in assembly/],
      ['src/app.ts:3', /SQL in assembly/],
      ['src/features/items/routes.ts:1', /SQL in routes/],
    ],
  ));

test('statements that name their rows, and namesakes of the builder, are fine', (t) =>
  expectFindings(
    t,
    statements,
    {
      [service]: `import { statement } from '#kernel/statement.ts';
const a = statement('items.update', (slots) =>
  build
    .update(items) // one
    .set({ at: sql\`now()\` })
    .where(isThis(slots)),
);
cache.delete(key);
users.update(db, {});
`,
      'src/platform/db/page.ts': `const a = statement(name, b);\nsql\`select 1\`;\n`,
      'src/features/items/items.test.ts': 'build.delete(items);\nsql`select 1`;\n',
    },
    [],
  ));
