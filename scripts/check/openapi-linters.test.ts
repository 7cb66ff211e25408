/** Two linters read the description, and each is heard. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { linters } from './openapi-linters.ts';
import { problems, problemsPage } from './openapi-problems.ts';
import { expectFindings, plant } from './planted.ts';

const root = path.resolve(import.meta.dirname, '../..');
const description = () => JSON.parse(readFileSync(path.join(root, 'openapi.json'), 'utf8'));

test('what is wrong is told by both, with its line', async (t) => {
  const broken = description();
  broken.components.examples.Item.value.title = 7;
  broken.info.contact = undefined;
  const found = await linters(plant(t, { 'openapi.json': JSON.stringify(broken, null, 2) }));
  assert.ok(found.every((sentence) => /^openapi\.json:\d+: /.test(sentence)));
  for (const linter of [
    /\(Redocly, no-invalid-media-type-examples\)/,
    /\(Spectral, info-contact\)/,
  ])
    assert.match(found.join('\n'), linter);
});

test('the page of problems has to be the table of the description', async (t) => {
  const files = {
    'openapi.json': JSON.stringify({ info: { description: 'First.\n\n# Problems\n\n| a |' } }),
    'docs/problems.md': '# Problems\n\n| a |\n',
  };
  assert.equal(problemsPage(plant(t, files)), files['docs/problems.md']);
  await expectFindings(t, problems, files, []);
  await expectFindings(t, problems, { ...files, 'docs/problems.md': '# Problems\n' }, [
    ['docs/problems.md:1', /run npm run openapi/],
  ]);
});
