/** Rows for every list of the registry: equal values, nulls, and texts of every script among them. */
import { randomUUID } from 'node:crypto';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import { newId } from '#kernel/id.ts';
import { seal } from '#platform/crypto/seal.ts';
import type { Caller, Harness } from '../harness.ts';
import { bodyOf, lineOf, type Swept } from './routes.ts';
import { idsIn } from './samples.ts';

const texts = [
  'a',
  'A',
  'b',
  'Zoë',
  'zoo',
  'Äpfel',
  'é',
  'é',
  '𝔘𝔫𝔦',
  '🙂',
  '中',
  "o'k",
  '\\%_',
  ' ',
];
const words = ['low', 'medium', 'high', null];

const textAt = (n: number) => texts[(n * 5) % texts.length] as string;
const instantAt = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
/** Four of each, so that a page ends among equals. */
const createdAt = (n: number) => instantAt(Math.floor(n / 4));
const sometimes = (n: number) => (n % 3 === 0 ? null : instantAt((n * 7) % 5));

const rowsOfEach = 22;

/** Plants rows for `who`. @returns the values of path parameters, for lists that take some */
export async function plantLists({ pool, caller, ports }: Harness, who: string) {
  const { id: user_id } = await caller(who);
  const organization_id = await organizationOf({ caller, pool }, { [who]: 'owner' });

  async function insert(table: string, row: (n: number) => Readonly<Record<string, unknown>>) {
    const rows = Array.from({ length: rowsOfEach }, (_, n) => ({
      id: newId(),
      created_at: createdAt(n),
      ...row(n),
    }));
    const columns = Object.keys(rows[0] ?? {}).join();
    await pool.query(
      `insert into plinth.${table} (${columns})
       select ${columns} from json_populate_recordset(null::plinth.${table}, $1)`,
      [JSON.stringify(rows)],
    );
    return rows;
  }

  const owned = (n: number) => ({ owner_id: user_id, updated_at: instantAt(n % 5) });
  await insert('tasks', (n) => ({
    ...owned(n),
    title: textAt(n),
    due_at: sometimes(n),
    priority: words[n % words.length],
  }));
  await insert('items', (n) => ({ ...owned(n), title: textAt(n) }));
  await insert('api_keys', (n) => ({
    ...owned(n),
    name: textAt(n),
    prefix: 'x',
    digest: randomUUID(),
    permissions: {},
    expires_at: sometimes(n),
    last_used_at: sometimes(n + 1),
  }));
  await insert('sessions', (n) => ({
    user_id,
    address: '192.0.2.1',
    last_used_at: instantAt(n % 5),
    expires_at: `2999-01-01T00:00:0${n % 5}.000Z`,
  }));
  const people = await insert('users', (n) => ({
    email: `${n}-${randomUUID()}@example.com`,
    full_name: n % 3 === 0 ? null : textAt(n),
    updated_at: instantAt(n % 5),
  }));
  const roles = ['member', 'admin', 'owner'];
  await insert('members', (n) => ({
    organization_id,
    user_id: people[n]?.id,
    role: roles[n % roles.length],
  }));
  await insert('invitations', (n) => ({
    organization_id,
    email: `${n % 5}@example.com`,
    role: 'member',
    state: 'declined',
    digest: randomUUID(),
    expires_at: instantAt(n % 5),
  }));
  const organizations = await insert('organizations', (n) => ({
    name: textAt(n),
    slug: randomUUID(),
    updated_at: instantAt(n % 5),
  }));
  await insert('members', (n) => ({
    organization_id: organizations[n]?.id,
    user_id,
    role: 'owner',
  }));
  await insert('audit_log', () => ({
    organization_id,
    actor_kind: 'system',
    action: 'test.listed',
    outcome: 'success',
  }));
  await insert('jobs', (n) => ({
    job_id: `job-${n}`,
    function: 'report.counts',
    trigger_type: 'once',
    timezone: 'UTC',
    payload: {},
    coalesce: true,
    paused: false,
    is_builtin: false,
    version: 1,
    updated_at: instantAt(n % 5),
    next_run_at: sometimes(n),
    last_run_at: sometimes(n + 1),
  }));
  const { rows: planted } = await pool.query(
    `insert into plinth_queue.job (name, data, created_on)
     select 'report.counts', '{"job_id": "job-0"}', created_at from plinth.jobs returning id`,
  );
  await insert('job_logs', () => ({
    run_id: planted[0].id,
    attempt: 1,
    level: 'info',
    message: 'It goes on.',
  }));
  const parts = JSON.stringify({ text: '', html: '' });
  await insert('emails', () => ({
    recipient: 'ada@example.com',
    subject: 'x',
    sealed_parts: seal(ports.keyFor('mail'), parts),
  }));
  return { organization_id, user_id, job_id: 'job-0', id: planted[0].id };
}

/** Plants rows for a list through the route that makes them. */
export async function plantByRoute(
  { call }: Harness,
  who: Caller,
  list: Swept,
  routes: readonly Swept[],
) {
  const maker = routes.find(({ method, path }) => method === 'POST' && path === list.path);
  if (!maker) throw new Error(`nothing makes rows of ${list.operation}; plant some for it`);
  const nobodys = Object.fromEntries(idsIn(maker.body).map(({ name }) => [name, undefined]));
  for (let n = 0; n < rowsOfEach; n++) {
    const { body, more } = bodyOf(maker, textAt(n), nobodys);
    const { status } = await call(who, lineOf(maker, {}), body, more);
    if (status >= 300) throw new Error(`${maker.operation} answers ${status}`);
  }
}
