/** Ways past row-level security that do not say why, or are not on the page, are refused. */
import { test } from 'node:test';
import { passages } from './passages.ts';
import { expectFindings } from './planted.ts';

const service = 'src/features/items/service.ts';
const page = 'docs/tenancy.md';
const listing = (...rows: string[]) => ({
  [page]: ['# Tenancy', '<!-- passages -->', '| where | why |', ...rows, '<!-- /passages -->'].join(
    '\n',
  ),
});

const mute = {
  nothing: 'db.unscoped()',
  'what is worked out': 'db.unscoped(why)',
  'a template': 'db.unscoped(`a reason`)',
  'two values': `db.unscoped('one', 'two')`,
  'an empty sentence': `db.unscoped(' ')`,
  'no call': 'const past = db.unscoped',
  'a name of its own': 'const { unscoped } = db',
  'a name in brackets': `db['unscoped']('a reason')`,
};

for (const [title, text] of Object.entries(mute))
  test(`a way past that says ${title} is refused`, (t) =>
    expectFindings(t, passages, { [service]: `\n${text};\n`, ...listing() }, [
      [`${service}:2`, /one literal that says why/],
    ]));

test('a way past that the page does not list is refused, with the line to add', (t) =>
  expectFindings(
    t,
    passages,
    {
      [service]: `db.unscoped('a letter is read');\ndb\n  .unscoped(\n    'a letter is read',\n  );\n`,
      'src/platform/tidy.ts': `db.unscoped('tidying');\n`,
      'src/cli/tidy.ts': 'run(ports.database.as(system));\n',
      ...listing(),
    },
    [
      ['src/cli/tidy.ts:1', /add the line \| `src\/cli\/tidy\.ts` \| the server itself \|/],
      [
        `${service}:1`,
        /add the line \| `src\/features\/items\/service\.ts` \| a letter is read \|/,
      ],
      ['src/platform/tidy.ts:1', /tidying/],
    ],
  ));

test('a line on the page that is no way past any more is refused', (t) =>
  expectFindings(t, passages, { [service]: 'get(db);\n', ...listing(`| \`${service}\` | why |`) }, [
    [`${page}:4`, /take the line out/],
  ]));

test('ways past without a page for them are refused', (t) =>
  expectFindings(t, passages, { [service]: `db.unscoped('a letter is read');\n` }, [
    [`${page}:1`, /write <!-- passages -->/],
  ]));

test('what is listed, what handles do themselves, and tests are fine', (t) =>
  expectFindings(
    t,
    passages,
    {
      [service]: `db.unscoped('a letter is read');\n// db.unscoped(x)\n`,
      'src/platform/db/scope.ts': 'const on = { unscoped: () => on };\n',
      'src/kernel/db.ts': 'type Db = { unscoped(why: string): Db };\n',
      'src/features/items/items.test.ts': 'db.unscoped(why);\n',
      ...listing(`| \`${service}\` | a letter is read |`),
    },
    [],
  ));
