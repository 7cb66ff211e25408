/** What the tables hold while they are measured: a year of tasks of many people. */
import type pg from 'pg';
import { newId } from '#kernel/id.ts';
import { hashPassword } from '#platform/crypto/password.ts';

const userCount = 1_000;
const tasksEach = 100;
const batch = 10_000;
const password = 'correct horse battery 9';

export type Person = { readonly id: string; readonly email: string; readonly password: string };
export type Filled = {
  /** Some of the users. */
  readonly people: readonly Person[];
  /** The tasks of each of them, by the user's id. */
  readonly tasks: ReadonlyMap<string, readonly string[]>;
};

const words =
  'review draft invoice call supplier about delivery plan sprint write notes for meeting check numbers send contract update budget order paper fix printer book room prepare slides answer letter compare offers clean archive'.split(
    ' ',
  );

/** Numbers from 0 to below 1, the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomNumbers(20_261_120);
const upTo = (limit: number) => Math.floor(random() * limit);
const sentence = (length: number) =>
  Array.from({ length }, () => words[upTo(words.length)]).join(' ');

const dayMs = 86_400_000;
const startMs = Date.UTC(2025, 0, 1);
const stepMs = Math.floor((365 * dayMs) / (userCount * tasksEach));
const iso = (atMs: number) => new Date(atMs).toISOString();

function task(index: number, owner_id: string) {
  const atMs = startMs + index * stepMs;
  return {
    id: newId(),
    owner_id,
    title: sentence(3 + upTo(5)),
    description: random() < 0.6 ? sentence(10 + upTo(30)) : null,
    completed: random() < 0.4,
    due_at: random() < 0.4 ? iso(atMs + upTo(60) * dayMs) : null,
    priority: random() < 0.7 ? (['low', 'medium', 'high'] as const)[upTo(3)] : null,
    created_at: iso(atMs),
    updated_at: iso(atMs + upTo(dayMs)),
  };
}

/**
 * Fills `users` and `tasks`. Tasks are written in the order of their creation, so the tasks of one
 * user lie scattered over the table, as they do where people write them.
 *
 * @param someUsers how many of the users to name
 */
export async function fill(client: pg.Client, someUsers: number): Promise<Filled> {
  const password_hash = await hashPassword(password);
  const users = Array.from({ length: userCount }, (_, number) => ({
    id: newId(),
    email: `person${number}@example.com`,
    full_name: `Person ${number}`,
    password_hash,
    is_active: true,
    is_superuser: false,
    is_verified: true,
  }));
  await insert(client, 'users', users);
  const some = users.slice(0, someUsers);
  const tasks = new Map(some.map(({ id }) => [id, [] as string[]]));
  for (let index = 0; index < userCount * tasksEach; index += batch) {
    const rows = Array.from({ length: batch }, (_, inBatch) => {
      const number = index + inBatch;
      return task(number, users[number % userCount]?.id ?? '');
    });
    await insert(client, 'tasks', rows);
    for (const { owner_id, id } of rows) tasks.get(owner_id)?.push(id);
  }
  await client.query('vacuum analyze');
  return { people: some.map(({ id, email }) => ({ id, email, password })), tasks };
}

async function insert(client: pg.Client, table: string, rows: readonly object[]) {
  const columns = Object.keys(rows[0] ?? {}).join();
  await client.query(
    `insert into plinth.${table} (${columns})
     select ${columns} from json_populate_recordset(null::plinth.${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

/** Takes back what a load created, and leaves the tables as a fresh start finds them. */
export async function tidy(client: pg.Client): Promise<void> {
  await client.query('delete from plinth.tasks where created_at >= $1', [
    iso(startMs + 366 * dayMs),
  ]);
  await client.query('vacuum plinth.tasks');
  await client.query('checkpoint');
}
