/** Organizations: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harness } from '#test/harness.ts';
import { join } from './organization.fixture.ts';

const here = await harness();
const { call, pool, actionsOn } = here;
const all = '/api/v1/organizations';
const metadata = { plan: 'free', seats: 3, beta: true, note: null };
const { body: first } = await call('olive', `POST ${all}`, {
  name: 'Analytical Engines',
  metadata,
});
const at = `${all}/${first.id}`;

await join(here, first.id, { adam: 'admin', mia: 'member' });

test('who founds one owns it, under a slug made of its name', async () => {
  const { role, slug, name } = first;
  assert.deepEqual([role, slug, name], ['owner', 'analytical-engines', 'Analytical Engines']);
  assert.deepEqual(first.metadata, metadata);
  assert.deepEqual(await actionsOn(first.id), ['organization.created success']);
});

const cases = [
  ['nobody is asked to sign in', undefined, `GET ${all}`, undefined, 401],
  ['a member reads it', 'mia', `GET ${at}`, undefined, 200],
  ['a superuser reads it', 'root', `GET ${at}`, undefined, 200],
  ['a stranger cannot tell it is there', 'bob', `GET ${at}`, undefined, 404],
  ['a stranger cannot change it', 'bob', `PATCH ${at}`, { name: 'Mine' }, 404],
  ['a stranger cannot delete it', 'bob', `DELETE ${at}`, undefined, 404],
  ['a stranger cannot leave it', 'bob', `POST ${at}/leave`, undefined, 404],
  ['a member does not change it', 'mia', `PATCH ${at}`, { name: 'Mine' }, 403],
  ['a member does not delete it', 'mia', `DELETE ${at}`, undefined, 403],
  ['an admin does not delete it', 'adam', `DELETE ${at}`, undefined, 403],
  ['an admin changes it', 'adam', `PATCH ${at}`, { name: 'Difference Engines' }, 200],
  ['an owner changes it', 'olive', `PATCH ${at}`, { slug: 'difference', metadata: {} }, 200],
  ['a superuser changes it', 'root', `PATCH ${at}`, { name: 'Engines' }, 200],
  ['its own slug is not taken', 'olive', `PATCH ${at}`, { slug: 'difference' }, 200],
  ['an empty change is invalid', 'olive', `PATCH ${at}`, {}, 422],
  ['an unknown field is refused', 'olive', `PATCH ${at}`, { owner_id: first.id }, 422],
  ['a role is not given by founding', 'olive', `POST ${all}`, { name: 'x', role: 'owner' }, 422],
  ['nor by signing up', undefined, 'POST /api/v1/auth/signup', signingUp({ role: 'owner' }), 422],
  ['nor in many', undefined, 'POST /api/v1/auth/signup', signingUp({ roles: ['admin'] }), 422],
  [
    'nor into an organization',
    undefined,
    'POST /api/v1/auth/signup',
    signingUp({ organization_id: first.id }),
    422,
  ],
  ['a name is needed', 'olive', `POST ${all}`, {}, 422],
  ['a name has something to be seen', 'olive', `POST ${all}`, { name: ' \u200b ' }, 422],
  ['and breaks no line', 'olive', `POST ${all}`, { name: 'a\r\nBcc: x' }, 422],
  ['an id that is none is invalid', 'olive', `GET ${all}/nope`, undefined, 422],
  ['metadata has an end', 'olive', `PATCH ${at}`, { metadata: many(51) }, 422],
  ['and its names', 'olive', `PATCH ${at}`, { metadata: { ['a'.repeat(65)]: 1 } }, 422],
  ['metadata does not nest', 'olive', `PATCH ${at}`, { metadata: { a: { b: 1 } } }, 422],
] as const;

function many(count: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, n]));
}

function signingUp(more: object) {
  return { email: 'eve@example.com', password: 'correct horse battery 9', ...more };
}

for (const [name, as, line, body, status] of cases) {
  test(name, async () => {
    const answer = await call(as, line, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    if (status === 403) assert.equal(answer.body.code, 'role_too_low');
    if (status === 404) assert.equal(answer.body.code, 'organization_not_found');
  });
}

test('slugs that look alike are refused, whatever alphabet they borrow', async () => {
  const slugs = [
    'аnalytical', // a Cyrillic letter
    'ｆｕｌｌ',
    'caf\u00e9',
    'cafe\u0301',
    'a\u200db',
    'Upper',
    'ﬁ',
    '-a',
    'a-',
    'a--b',
    'a_b',
    'a b',
    'a\n',
    '',
    'a'.repeat(65),
  ];
  for (const slug of slugs) {
    for (const line of [`POST ${all}`, `PATCH ${at}`]) {
      const { status } = await call('olive', line, { name: 'Look', slug });
      assert.equal(status, 422, JSON.stringify(slug));
    }
  }
});

test('a slug made of a name is ASCII, and gives way where it is taken', async () => {
  const names = [
    ['Café Zürich, Ltd.', /^cafe-zurich-ltd$/],
    ['  CAFÉ -- zürich (Ltd)  ', /^cafe-zurich-ltd-[0-9a-f]{10}$/],
    ['数学会', /^[0-9a-f]{10}$/],
    ['!!!', /^[0-9a-f]{10}$/],
    ['ﷺ'.repeat(255), /^[0-9a-f]{10}$/],
    ['ab '.repeat(85), /^ab(-ab){20}-a$/],
    ['ab '.repeat(85), /^ab(-ab){17}-[0-9a-f]{10}$/],
  ] as const;
  for (const [name, slug] of names) {
    const { status, body } = await call('uma', `POST ${all}`, { name });
    assert.equal(status, 201, JSON.stringify(body));
    assert.match(body.slug, slug);
  }
});

test('a slug that was given and is taken is told', async () => {
  const given = { name: 'Taken', slug: 'taken' };
  assert.equal((await call('olive', `POST ${all}`, given)).status, 201);
  for (const [as, line] of [
    ['bob', `POST ${all}`],
    ['olive', `PATCH ${at}`],
  ] as const) {
    const { status, body } = await call(as, line, given);
    assert.deepEqual([status, body.code], [409, 'slug_taken']);
  }
});

test('of many who found one by one name at once each gets its own slug', async () => {
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, n) => call(`founder${n}`, `POST ${all}`, { name: 'Rush' })),
  );
  assert.deepEqual([...new Set(made.map(({ status }) => status))], [201]);
  assert.equal(new Set(made.map(({ body }) => body.slug)).size, 8);
});

test('a list is one statement, with the caller’s role in each, and only of what is theirs', async () => {
  const { body: other } = await call('lisa', `POST ${all}`, { name: 'Of Lisa' });
  await join(here, first.id, { lisa: 'member' });
  const { body, statements } = await call('lisa', `GET ${all}`);
  assert.deepEqual(
    body.data.map(({ id, role }: { id: string; role: string }) => [id, role]),
    [
      [other.id, 'owner'],
      [first.id, 'member'],
    ],
  );
  assert.deepEqual([body.count, statements.length], [2, 1]);
  const { body: page } = await call('lisa', `GET ${all}?limit=1`);
  const { body: next } = await call('lisa', `GET ${all}?limit=1&cursor=${page.next_cursor}`);
  assert.deepEqual([page.data[0].id, next.data[0].id], [other.id, first.id]);
  assert.equal((await call('nina', `GET ${all}`)).body.count, 0);
  const { body: everybodys } = await call('root', `GET ${all}`);
  assert.ok(everybodys.count > 2);
  assert.equal(everybodys.data[0].role, null);
});

test('reading one is one statement', async () => {
  assert.equal((await call('mia', `GET ${at}`)).statements.length, 1);
});

test('every change is told in the organization’s own log', async () => {
  const { rows } = await pool.query(
    'select distinct action from plinth.audit_log where organization_id = $1 order by action',
    [first.id],
  );
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['organization.created', 'organization.updated'],
  );
});
