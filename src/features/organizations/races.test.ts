/** Organizations that change while their people act: the promises. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Caller, harness } from '#test/harness.ts';
import { organizationOf } from './organization.fixture.ts';

const here = await harness();
const { call, caller, pool } = here;
const rounds = 20;
const root = await caller('root');

type Request = readonly [as: Caller, line: string, body?: object];

/** @returns each status with its code, all of them asked at once */
const atOnce = (requests: readonly Request[]): Promise<string[]> =>
  Promise.all(
    requests.map(async ([as, line, body]) => {
      const { status, body: said } = await call(as, line, body);
      return `${status} ${said?.code ?? ''}`.trim();
    }),
  );

async function ownersOf(id: string): Promise<number> {
  const { rows } = await pool.query(
    `select count(*)::int as owners from plinth.members where organization_id = $1 and role = 'owner'`,
    [id],
  );
  return rows[0].owners;
}

/** How one of two owners goes, or makes the other go. */
const goings: readonly (readonly [string, (id: string, me: Caller, other: Caller) => Request])[] = [
  ['leave', (id, me) => [me, `POST /api/v1/organizations/${id}/leave`]],
  ['remove themselves', (id, me) => [me, `DELETE /api/v1/organizations/${id}/members/${me.id}`]],
  [
    'remove each other',
    (id, me, { id: other }) => [me, `DELETE /api/v1/organizations/${id}/members/${other}`],
  ],
  [
    'lower themselves',
    (id, me) => [me, `PATCH /api/v1/organizations/${id}/members/${me.id}`, { role: 'admin' }],
  ],
  [
    'lower each other',
    (id, me, { id: other }) => [
      me,
      `PATCH /api/v1/organizations/${id}/members/${other}`,
      { role: 'member' },
    ],
  ],
  ['delete their accounts', (_id, me) => [me, 'DELETE /api/v1/users/me']],
  ['are deleted', (_id, me) => [root, `DELETE /api/v1/users/${me.id}`]],
  [
    'are deleted in bulk',
    (_id, me) => [root, 'POST /api/v1/users/bulk', { action: 'delete', ids: [me.id] }],
  ],
];

const refusals = new Set(['409 last_owner', '403 role_too_low', '404 organization_not_found']);

for (const [name, going] of goings) {
  test(`of two owners who ${name} at once, one stays`, async () => {
    for (let round = 0; round < rounds; round++) {
      const names = [`a ${name} ${round}`, `b ${name} ${round}`].map((one) =>
        one.replaceAll(' ', '-'),
      );
      const [a, b] = (await Promise.all(names.map(caller))) as [Caller, Caller];
      const people = Object.fromEntries(names.map((one) => [one, 'owner' as const]));
      const id = await organizationOf(here, people);
      const answers = await atOnce([going(id, a, b), going(id, b, a)]);
      const refused = answers.filter((answer) => refusals.has(answer));
      const done = answers.filter((answer) => /^20[04]$/.test(answer));
      assert.deepEqual([done.length, refused.length], [1, 1], `${answers}`);
      assert.equal(await ownersOf(id), 1);
    }
  });
}

test('one owner leaves and the other deletes her account at once: one stays', async () => {
  for (let round = 0; round < rounds; round++) {
    const names = [`leaver-${round}`, `deleter-${round}`] as const;
    const [a, b] = [await caller(names[0]), await caller(names[1])];
    const id = await organizationOf(here, { [names[0]]: 'owner', [names[1]]: 'owner' });
    const answers = await atOnce([
      [a, `POST /api/v1/organizations/${id}/leave`],
      [b, 'DELETE /api/v1/users/me'],
    ]);
    assert.equal(answers.filter((answer) => answer === '409 last_owner').length, 1, `${answers}`);
    assert.equal(await ownersOf(id), 1);
  }
});

test('of two transfers at once the second finds that it is not the owner’s any more', async () => {
  const [owner, one, other] = [await caller('tina'), await caller('uwe'), await caller('vik')];
  for (let round = 0; round < rounds; round++) {
    const id = await organizationOf(here, { tina: 'owner', uwe: 'member', vik: 'member' });
    const line = `POST /api/v1/organizations/${id}/transfer`;
    const answers = await atOnce([
      [owner, line, { user_id: one.id }],
      [owner, line, { user_id: other.id }],
    ]);
    assert.deepEqual(answers.toSorted(), ['200', '403 role_too_low']);
    assert.equal(await ownersOf(id), 1);
  }
});

/** What belongs to an organization, in any table that says so. */
async function leftOf(id: string): Promise<Record<string, number>> {
  const { rows: tables } = await pool.query(
    `select table_name as name from information_schema.columns
     where table_schema = 'plinth' and column_name = 'organization_id' and table_name <> 'audit_log'`,
  );
  assert.ok(tables.length >= 4);
  const left: Record<string, number> = {};
  for (const { name } of tables) {
    const { rows } = await pool.query(
      `select count(*)::int as rows from plinth.${name} where organization_id = $1`,
      [id],
    );
    if (rows[0].rows > 0) left[name] = rows[0].rows;
  }
  return left;
}

test('of an organization that is deleted while its members write, nothing is left', async () => {
  const [owner, admin, joiner] = [await caller('olga'), await caller('ada'), await caller('mia')];
  const own = await call(admin, 'POST /api/v1/tasks', { title: 'Own' });
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const id = await organizationOf(here, { olga: 'owner', ada: 'admin', mia: 'member' });
    const at = `/api/v1/organizations/${id}`;
    const task = { title: 'Ink', organization_id: id };
    const [{ body: first }, { body: second }] = [
      await call(admin, 'POST /api/v1/tasks', task),
      await call(admin, 'POST /api/v1/items/', task),
    ];
    const key = { name: 'Robot', permissions: { tasks: ['read'] }, organization_id: id };
    const requests: Request[] = [
      [admin, 'POST /api/v1/tasks', task],
      [admin, `PATCH /api/v1/tasks/${first.id}`, { title: 'Pen' }],
      [admin, `PATCH /api/v1/items/${second.id}`, { organization_id: null }],
      [admin, `PATCH /api/v1/tasks/${own.body.id}`, { organization_id: id }],
      [owner, `DELETE ${at}`],
      [admin, 'POST /api/v1/api-keys', key],
      [owner, `PATCH ${at}/members/${joiner.id}`, { role: 'admin' }],
      [owner, `PATCH ${at}`, { name: 'Late' }],
      [joiner, `POST ${at}/leave`],
      [owner, `DELETE ${at}`],
    ];
    const turned = [...requests.slice(round % 5), ...requests.slice(0, round % 5)];
    const answers = await atOnce(turned);
    for (const [index, answer] of answers.entries()) {
      seen.add(answer);
      assert.match(answer, /^(20[014]|404 \w+)$/, `${turned[index]?.[1]}`);
    }
    assert.equal((await call(owner, `GET ${at}`)).status, 404);
    assert.deepEqual(await leftOf(id), {});
    await call(admin, `PATCH /api/v1/tasks/${own.body.id}`, { organization_id: null });
  }
  assert.ok(seen.has('204') && seen.has('404 organization_not_found'), `${[...seen]}`);
});

test('accounts and organizations are deleted at once without anybody waiting in a circle', async () => {
  for (let round = 0; round < rounds; round++) {
    const names = [`p-${round}`, `q-${round}`] as const;
    const [p, q] = [await caller(names[0]), await caller(names[1])];
    const people = { olga: 'owner', [names[0]]: 'owner', [names[1]]: 'member' } as const;
    const ids = [await organizationOf(here, people), await organizationOf(here, people)];
    const answers = await atOnce([
      ...ids.map((id) => [p, `DELETE /api/v1/organizations/${id}`] as const),
      [q, 'DELETE /api/v1/users/me'],
      [root, 'POST /api/v1/users/bulk', { action: 'delete', ids: [q.id, p.id] }],
    ]);
    for (const answer of answers) assert.match(answer, /^(20[04]|40[14] \w+)$/, `${answers}`);
  }
});
