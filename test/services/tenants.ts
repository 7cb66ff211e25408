/** Tasks of many people and organizations, and who may see which, worked out without policies. */
import type pg from 'pg';
import { anonymous, nilUuid, type Principal } from '#kernel/principal.ts';

const kinds = { user: 1, organization: 2, task: 3, member: 4, new: 5 } as const;

/** The id of the nth row of a kind. */
export const id = (kind: keyof typeof kinds, n: number): string =>
  `00000000-0000-7000-800${kinds[kind]}-${String(n).padStart(12, '0')}`;
const sqlId = (kind: keyof typeof kinds, n: string) =>
  `('00000000-0000-7000-800${kinds[kind]}-' || lpad((${n})::text, 12, '0'))::uuid`;

/** `TENANT_ROWS=200000` tries a large table. */
const rows = Number(process.env.TENANT_ROWS ?? 24_000);
const [people, organizations, each] = [1_000, 200, rows / 2];

/** Task n is of person n % 1000 where n is even, and else of an organization. */
export async function fill(owner: pg.Pool) {
  await owner.query(`
    insert into plinth.users (id, email) select ${sqlId('user', 'n')}, n || '@example.com'
      from generate_series(1, ${people}) n;
    insert into plinth.organizations (id, name, slug)
      select ${sqlId('organization', 'n')}, n, n from generate_series(1, ${organizations}) n;
    insert into plinth.members (id, organization_id, user_id, role)
      select ${sqlId('member', `n * 10 + role`)}, ${sqlId('organization', `(n + role) % ${organizations} + 1`)},
        ${sqlId('user', 'n')}, (array['member', 'admin', 'owner'])[role]
      from generate_series(1, ${people}) n, generate_series(1, 3) role;
    insert into plinth.tasks (id, owner_id, organization_id, title, completed, created_at)
      select ${sqlId('task', 'n')}, case when n % 2 = 0 then ${sqlId('user', `n / 2 % ${people} + 1`)} end,
        case when n % 2 = 1 then ${sqlId('organization', `n / 2 % ${organizations} + 1`)} end,
        'task ' || n, n % 3 = 0, now() - n % 5000 * interval '1 minute'
      from generate_series(1, ${each * 2}) n;
    analyze`);
}

const user = (n: number): Principal => ({ ...anonymous, kind: 'user', userId: id('user', n) });

export const callers: Readonly<Record<string, Principal>> = {
  'one person': user(1),
  another: user(2),
  'who belongs nowhere': { ...anonymous, kind: 'user', userId: id('new', 9) },
  nobody: anonymous,
  'a key of an organization': {
    ...anonymous,
    kind: 'api_key',
    organizationId: id('organization', 3),
    userId: nilUuid,
  },
  'a superuser': { ...user(5), superuser: true },
};

export type Seen = {
  readonly caller: string;
  readonly everybody: boolean;
  readonly everything: number;
  readonly readable: number;
  readonly changeable: number;
  readonly firstPage: readonly string[];
  /** Of some tasks, whether they may be read or changed. */
  readonly visible: ReadonlyMap<string, boolean>;
  readonly writable: ReadonlyMap<string, boolean>;
};

const remembered = new Map<Principal, Promise<Seen>>();

export function expected(owner: pg.Pool, principal: Principal): Promise<Seen> {
  const found = remembered.get(principal) ?? look(owner, principal);
  remembered.set(principal, found);
  return found;
}

async function look(owner: pg.Pool, { superuser, organizationId, userId }: Principal) {
  const caller = organizationId ?? userId;
  const mine = (roles: string) => `($1 or owner_id = $2 or organization_id = $2 or exists (
    select from plinth.members m where m.organization_id = t.organization_id and m.user_id = $2
      and m.role in (${roles})))`;
  const [read, write] = [mine(`'member', 'admin', 'owner'`), mine(`'admin', 'owner'`)];
  const ask = async (text: string) => (await owner.query(text, [superuser, caller])).rows;
  const samples = Array.from({ length: 12 }, (_, n) => `'${id('task', n + 1)}'`).join();
  const [totals] = await ask(
    `select count(*)::int as everything, (count(*) filter (where ${read}))::int as readable,
       (count(*) filter (where ${write}))::int as changeable from plinth.tasks t`,
  );
  const page = await ask(
    `select id from plinth.tasks t where ${read} order by created_at desc, id desc limit 50`,
  );
  const some = await ask(
    `select id, ${read} as visible, ${write} as writable from plinth.tasks t
     where id in (${samples}) order by id`,
  );
  return {
    caller,
    everybody: superuser,
    ...(totals as Pick<Seen, 'everything' | 'readable' | 'changeable'>),
    firstPage: page.map(({ id }) => id),
    visible: new Map(some.map(({ id, visible }) => [id, visible ?? false])),
    writable: new Map(some.map(({ id, writable }) => [id, writable ?? false])),
  };
}
