/** What a request of the fuzz may be about: people, what is theirs, what they hold; each made when asked for. */
import assert from 'node:assert/strict';
import { TOTP } from 'otpauth';
import { mailbox } from '#features/accounts/mailbox.fixture.ts';
import { join, organizationOf } from '#features/organizations/organization.fixture.ts';
import { type Harness, password } from '#test/harness.ts';
import type { Operation } from './document.ts';
import { plainRequest } from './names.ts';
import { type Person, people } from './people.ts';
import type { Asker, Request } from './requests.ts';
import { type Sent, send, write } from './send.ts';

const mark = /\{\{([\w:]+)\}\}/g;
const forged = {
  authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.',
  'x-api-key': 'x',
};

export type Stage = ReturnType<Awaited<ReturnType<typeof stager>>>;

/** @returns what opens a stage for an operation and whom it is for: new people, who have nothing yet */
export async function stager(server: Harness, operations: readonly Operation[]) {
  const { call, pool, ports } = server;
  const { person, answered, keyOf, deviceOf, fresh, newAddress } = await people(server);
  const { tokenTo } = mailbox(call);

  const plain = (path: string) => path.replace(/\/$/, '');
  const makerAt = (collection: string) =>
    operations.find(({ method, path }) => method === 'POST' && plain(path) === plain(collection));

  return (operation: Operation, usual: Asker) => {
    const made = new Map<string, Promise<unknown>>();
    function once<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
      const found = made.get(name) ?? make();
      made.set(name, found);
      return found as Promise<Value>;
    }

    const me = () => once('me', person);
    const other = () => once('other', person);
    const superuser = () => once('superuser', () => person({ is_superuser: true }));
    const organization = () =>
      once('organization', async () => {
        const { id } = await me();
        return organizationOf({ caller: async () => ({ id }), pool }, { me: 'owner' });
      });

    /** Another person, taken into the organization. */
    async function colleague() {
      const { id } = await other();
      await join({ caller: async () => ({ id }), pool }, await organization(), { other: 'admin' });
      return id;
    }

    /** What is made by a POST to where the operation's path has this parameter. */
    async function thing(parameter: string): Promise<string> {
      const collection = operation.path.slice(0, operation.path.indexOf(`/{${parameter}}`));
      const maker = makerAt(collection);
      assert.ok(maker, `nothing makes what is at ${operation.path}; the stage must know how`);
      const body = await posted(maker);
      return (body[parameter] ?? body.id) as string;
    }

    /** What the plainest request to an operation makes: mine, unless that takes a superuser. */
    async function posted(maker: Operation): Promise<Record<string, string>> {
      const post = async ({ headers }: Person) => {
        const request = await fill({ ...plainRequest(maker), headers });
        return send(server, write(maker, request), newAddress());
      };
      const mine = await post(await me());
      const answer = mine.status === 403 ? await post(await superuser()) : mine;
      assert.ok(answer.body.id, `${maker.id}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    }

    /** A run of a job that is made for it; cancelled, for what begins one again. */
    async function run(): Promise<string> {
      const root = await superuser();
      const once = { function: 'report.counts', trigger_type: 'once' };
      const { job_id } = await answered(root, 'POST /api/v1/jobs', once);
      const { id } = await answered(root, `POST /api/v1/jobs/${job_id}/run`);
      const cancel = `POST /api/v1/job-runs/${id}/cancel`;
      if (operation.path.endsWith('/requeue')) await answered(root, cancel);
      return id;
    }

    /** A letter that is not on its way any more. */
    async function letter(): Promise<string> {
      const recipient = `${fresh()}@example.com`;
      const root = await superuser();
      await answered(root, `POST /api/v1/utils/test-email/?email_to=${recipient}`);
      const letters = 'select id from plinth.emails where recipient = $1';
      const { id } = (await pool.query(letters, [recipient])).rows[0];
      await answered(root, `POST /api/v1/job-runs/${id}/cancel`);
      return id;
    }

    /** The token of a letter, after what makes the server write it. */
    async function lettered(): Promise<string> {
      const ada = await me();
      const { path } = operation;
      if (path.includes('revoke-session')) {
        return (await answered(ada, 'GET /api/auth/list-sessions'))[0].token;
      }
      if (path.includes('/invitations/')) return invited(ada);
      if (path.includes('reset-password')) {
        await answered(ada, 'POST /api/v1/auth/forgot-password', { email: ada.email });
        return tokenTo(ada.email);
      }
      if (path.includes('confirm-email')) {
        const email = `${fresh()}@example.com`;
        await answered(ada, 'PATCH /api/v1/users/me', { email });
        return tokenTo(email);
      }
      const { email } = await person({ is_verified: false });
      await answered(ada, 'POST /api/v1/auth/resend-verification', { email });
      return tokenTo(email);
    }

    /** The token of an invitation by another person. */
    async function invited({ email }: Person) {
      const bob = await other();
      const theirs = await organizationOf({ caller: async () => bob, pool }, { bob: 'owner' });
      const line = `POST /api/v1/organizations/${theirs}/invitations`;
      await answered(bob, line, { email, role: 'member' });
      return tokenTo(email);
    }

    /** A code that is good for what the operation asks a code for. */
    async function code(): Promise<string> {
      if (operation.parameters.length > 0 || !operation.path.includes('two-factor'))
        return '123456';
      const begin = 'POST /api/v1/auth/two-factor';
      const { secret } = await answered(await me(), begin, { password });
      const code = new TOTP({ secret }).generate({ timestamp: ports.clock.now() });
      if (operation.path.endsWith('/confirm')) return code;
      const { recovery_codes } = await answered(await me(), `${begin}/confirm`, { code });
      return recovery_codes[0];
    }

    /** Where a list goes on, once there are two of what it lists; any that still ends goes on nowhere. */
    async function cursor(): Promise<string> {
      const headers = await credentials(usual);
      const maker = makerAt(operation.path);
      for (let n = 0; maker && n < 2; n++) {
        const request = await fill({ ...plainRequest(maker), headers });
        await send(server, write(maker, request), newAddress());
      }
      const request = await fill({ ...plainRequest(operation), headers });
      const sent = write(operation, { ...request, query: [...request.query, ['limit', 1]] });
      return (await send(server, sent, newAddress())).body.next_cursor ?? 'none';
    }

    const reals: Readonly<Record<string, () => Promise<string>>> = {
      me: async () => (await me()).id,
      email: async () => (await me()).email,
      user: async () => (await person()).id,
      refresh: async () => (await me()).refresh_token,
      session: async () => (await answered(await me(), 'GET /api/v1/auth/sessions')).data[0].id,
      key: async () => keyOf(await me()),
      token: lettered,
      colleague,
      organization,
      letter,
      run,
      code,
      cursor,
    };

    /** What stands for a mark; undefined where it is none. */
    function real(name: string): Promise<string> | undefined {
      if (name === 'fresh') return Promise.resolve(fresh());
      const [, parameter] = name.split('made:');
      const make = parameter ? () => thing(parameter) : reals[name];
      return make && once(`real ${name}`, make);
    }

    /** The same request with what is real in place of each mark. */
    async function fill(request: Request): Promise<Request> {
      const values = new Map<string, string>();
      for (const [whole, name = ''] of JSON.stringify(request).matchAll(mark)) {
        const value = values.has(whole) ? undefined : await real(name);
        if (value !== undefined) values.set(whole, value);
      }
      const filled = (part: unknown): unknown => {
        if (typeof part === 'string') return part.replaceAll(mark, (one) => values.get(one) ?? one);
        if (Array.isArray(part)) return part.map(filled);
        if (typeof part !== 'object' || part === null) return part;
        return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, filled(one)]));
      };
      return filled(request) as Request;
    }

    /** What somebody shows who asks. */
    async function credentials(as: Asker): Promise<Record<string, string>> {
      switch (as) {
        case 'person':
          return (await me()).headers;
        case 'colleague':
          await once('real colleague', colleague);
          return (await other()).headers;
        case 'superuser':
          return (await superuser()).headers;
        case 'key':
          return { 'x-api-key': await once('key', async () => keyOf(await me())) };
        case 'device':
          return deviceOf(await me());
        case 'forger':
          return forged;
        default:
          return {};
      }
    }

    /** Sends what is filled in, from a network of its own. */
    const post = (sent: Sent) => send(server, sent, newAddress());

    return { fill, credentials, post };
  };
}
