/** What belongs to an organization: who reads it and who writes it is what the table of roles says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Permission } from '#kernel/principal.ts';
import { keysMay, rolesWith } from '#kernel/roles.ts';
import { harness } from '#test/harness.ts';
import { type Actor, cast } from './cast.ts';

const all = await harness();
const { call } = all;
const { actors } = await cast(all);
const actorOf = (name: string) => actors.find((one) => one.name === name) as Actor;
const { organization: x } = actorOf('x-owner');

const lists = { tasks: '/api/v1/tasks', items: '/api/v1/items/' } as const;
const elsewhere = ['ada', 'a key of ada', 'y-owner', 'a key of y-owner', 'a key of y'];

/** Whether the table of roles gives somebody a permission in X. */
function has({ role, organization, email }: Actor, permission: Permission) {
  if (organization !== x) return false;
  return role ? rolesWith(permission).includes(role) : !email && keysMay(permission);
}

for (const [noun, list] of Object.entries(lists)) {
  for (const actor of actors.filter(
    ({ name, organization }) => organization === x || elsewhere.includes(name),
  )) {
    const reads = has(actor, `${noun}:read` as Permission);
    const writes = has(actor, `${noun}:write` as Permission);
    const verbs = [reads && 'reads', writes && 'writes'].filter(Boolean).join(' and ');

    test(`${actor.name} ${verbs || 'neither sees nor writes'} the ${noun} of X`, async () => {
      const as = (line: string, body?: object) => call(undefined, line, body, actor);
      const owner = actorOf('x-owner');
      const { body: made } = await call(
        undefined,
        `POST ${list}`,
        { title: 'Ink', organization_id: x },
        owner,
      );
      const at = `${list.replace(/\/$/, '')}/${made.id}`;
      const change = { title: 'Paper' };

      const { body: page } = await as(`GET ${list}?organization_id=${x}`);
      assert.equal(
        page.data.some(({ id }: { id: string }) => id === made.id),
        reads,
      );
      assert.equal((await as(`GET ${at}`)).status, reads ? 200 : 404);

      const refused = reads ? 403 : 404;
      const written = (status: number) =>
        writes ? Math.floor(status / 100) === 2 : status === refused;
      const lines = [
        [`POST ${list}`, { ...change, organization_id: x }],
        [`PATCH ${at}`, change],
        [`PUT ${at}`, change],
        [`DELETE ${at}`, undefined],
      ] as const;
      for (const [line, body] of lines) {
        const { status, body: said } = await as(line, body);
        assert.ok(written(status), `${line} ${status} ${JSON.stringify(said)}`);
      }
      const { status } = await call(undefined, `GET ${at}`, undefined, owner);
      assert.equal(status, writes ? 404 : 200);
    });
  }
}
