/** A code does not change: one that is told nowhere any more breaks whoever compares it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakingChanges, type Document } from './openapi-operations.ts';

/** A description in which a problem of each status has this code, and the list tells of more. */
function refusing(codes: Readonly<Record<string, string>>, ...listed: string[]): Document {
  const answers = Object.entries(codes).map(([status, code]) => {
    const examples = { it: { $ref: `#/components/examples/${code}` } };
    return [status, { content: { 'application/problem+json': { schema: {}, examples } } }];
  });
  const examples = Object.values(codes).map((code) => [code, { value: { code } }]);
  const list = listed.map((code) => `- \`${code}\`: It went wrong.`).join('\n');
  return {
    info: { description: `- \`word\`: no code.\n\n# Problems\n\n${list}` },
    paths: { '/a': { get: { responses: Object.fromEntries(answers) } } },
    components: { examples: Object.fromEntries(examples) },
  } as Document;
}

const before = refusing({ 403: 'forbidden', 404: 'item_not_found' }, 'internal');
const gone = (code: string) => `every problem: its code is \`${code}\` nowhere any more`;

test('another code for a problem is named', () => {
  const now = refusing({ 403: 'forbidden', 404: 'no_item' }, 'internal');
  assert.deepEqual(breakingChanges(before, now), [gone('item_not_found')]);
});

test('a code that is only in the list is named when it is not there any more', () => {
  const now = refusing({ 403: 'forbidden', 404: 'item_not_found' });
  assert.deepEqual(breakingChanges(before, now), [gone('internal')]);
});

test('a code that is told elsewhere, or is new, breaks nobody', () => {
  const now = refusing({ 409: 'item_not_found', 422: 'invalid' }, 'internal', 'forbidden');
  assert.deepEqual(breakingChanges(before, now), []);
});
