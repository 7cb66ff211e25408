/** Requests that go well, to any route of a registry: a body that fits, and ids of what was just made. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TObject } from 'typebox';
import { join } from '#features/organizations/organization.fixture.ts';
import { type Harness, password } from '../harness.ts';
import { bodyOf, type Swept } from './routes.ts';
import { idsIn, sample } from './samples.ts';

type Values = Readonly<Record<string, string>>;

/** Whoever may send it, and what they send, as `call` takes it. */
export type Request = {
  readonly as: string | undefined;
  /** With its path parameters and its query. */
  readonly url: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
};

/** @returns a function that makes what a request to a route needs, in the name of a person */
export function requesting({ call, caller, pool, ports }: Harness, routes: readonly Swept[]) {
  /** The ids of what no POST beside it makes, by its path. */
  const byHand: Readonly<Record<string, (who: string, values: Values) => Promise<string>>> = {
    '/api/:user_id': async (who) => (await caller(who)).id,
    '/api/v1/organizations/:organization_id/members/:user_id': async (_, values) => {
      const name = `member-${randomUUID()}`;
      await join({ caller, pool }, values.organization_id as string, { [name]: 'admin' });
      return (await caller(name)).id;
    },
    '/api/v1/job-runs/:id': async (who) => {
      const job = await make('/api/v1/jobs/:job_id', who, {});
      return (await call('root', `POST /api/v1/jobs/${job}/run`)).body.id;
    },
  };

  function senderOf({ allow }: Swept, who: string): string | undefined {
    if (allow === 'public') return;
    return allow === 'signed-in' || ports.userPermissions.has(allow) ? who : 'root';
  }

  /** Makes a thing that is found at a path. @returns its id */
  async function make(path: string, who: string, values: Values): Promise<string> {
    const own = byHand[path];
    if (own) return own(who, values);
    const [, beside, name = 'id'] = /^(.*)\/:(\w+)$/.exec(path) ?? [];
    const maker = routes.find(
      ({ method, creates, path }) =>
        method === 'POST' && creates && path.replace(/\/$/, '') === beside,
    );
    assert.ok(maker, `no POST makes what is at ${path}; it is to be made by hand`);
    const { as, url, body, headers } = await request(maker, who, values);
    const { status, body: made } = await call(as, `POST ${url}`, body, { headers });
    assert.ok(status < 300, `${maker.operation}: ${JSON.stringify(made)}`);
    return made[name] ?? made.id;
  }

  /**
   * A request that goes well.
   *
   * @param who the name of the person who makes what it needs, and sends it if people may
   * @param known values of path parameters; for others something is made
   */
  async function request(route: Swept, who: string, known: Values = {}): Promise<Request> {
    const values: Record<string, string> = { ...known };
    for (const { 1: name = '', index, 0: part } of route.path.matchAll(/:(\w+)/g)) {
      const path = route.path.slice(0, index + part.length);
      values[name] ??= await make(path, who, values);
    }
    const path = route.path.replace(/:(\w+)/g, (_, name) => values[name] as string);
    const query = new URLSearchParams(queryOf(route)).toString();
    const foreign = idsIn(route.body).map(({ name }) => [name, undefined]);
    const { body, more } = bodyOf(route, `a-${randomUUID()}`, {
      ...Object.fromEntries(foreign),
      password,
    });
    return {
      as: senderOf(route, who),
      url: query ? `${path}?${query}` : path,
      body,
      headers: more?.headers ?? {},
    };
  }

  return request;
}

/** What a query must have. */
function queryOf({ query }: Swept) {
  const { required = [], properties = {} } = (query ?? {}) as Partial<TObject>;
  return required.map((name) => [name, `${sample(properties[name] ?? {}, 'x')}`]);
}
