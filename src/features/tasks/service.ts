/** Tasks: the verbs. Each is one statement; whose task it is, is part of its WHERE. */
import { and, eq, ilike, or, sql } from 'drizzle-orm';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Task,
  type TaskCreate,
  TaskNotFound,
  type TaskQuery,
  type TaskUpdate,
  tasks,
} from './model.ts';

type Mine = { owner_id: string };
type MyTask = Mine & { id: string };
type Filter = Mine & { completed?: boolean | undefined; pattern?: string | undefined };

const mine = (db: Db): Mine => ({ owner_id: db.principal.userId });
const myTask = (db: Db, id: string): MyTask => ({ id, owner_id: db.principal.userId });
const isMine = ({ id, owner_id }: Slots<MyTask>) =>
  and(eq(tasks.id, id), eq(tasks.owner_id, owner_id));

const page = pages('tasks.list', tasks, ({ owner_id, completed, pattern }: Slots<Filter>) =>
  and(
    eq(tasks.owner_id, owner_id),
    completed && eq(tasks.completed, completed),
    pattern && or(ilike(tasks.title, pattern), ilike(tasks.description, pattern)),
  ),
);

export function list(db: Db, { completed, search, ...query }: TaskQuery) {
  const pattern = search && `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return page(db, { ...mine(db), completed, pattern }, query);
}

const select = statement('tasks.get', (slots: Slots<MyTask>) =>
  build.select().from(tasks).where(isMine(slots)),
);

/** @throws TaskNotFound */
export const get = async (db: Db, id: string): Promise<Task> =>
  one(await select(db, myTask(db, id)), TaskNotFound);

const insert = statement('tasks.create', (row: Slots<MyTask & TaskCreate>) =>
  build.insert(tasks).values(row).returning(),
);

export const create = async (db: Db, input: TaskCreate): Promise<Task> =>
  one(await insert(db, { ...input, ...myTask(db, newId()) }), TaskNotFound);

const change = statement(
  'tasks.update',
  ({ id, owner_id, ...fields }: Slots<MyTask & TaskUpdate>) =>
    build
      .update(tasks)
      .set({ ...fields, updated_at: sql`now()` })
      .where(isMine({ id, owner_id }))
      .returning(),
);

/** Changes the fields that are given. @throws TaskNotFound */
export const update = async (db: Db, id: string, fields: TaskUpdate): Promise<Task> =>
  one(await change(db, { ...fields, ...myTask(db, id) }), TaskNotFound);

const blank = { description: null, completed: false, due_at: null, priority: null };

/** Puts another task in its place: what is not given is blank again. @throws TaskNotFound */
export const replace = (db: Db, id: string, input: TaskCreate): Promise<Task> =>
  update(db, id, { ...blank, ...input });

const flip = statement('tasks.toggle', (slots: Slots<MyTask>) =>
  build
    .update(tasks)
    .set({ completed: sql`not ${tasks.completed}`, updated_at: sql`now()` })
    .where(isMine(slots))
    .returning(),
);

/** Completes a task, or opens it again. @throws TaskNotFound */
export const toggle = async (db: Db, id: string): Promise<Task> =>
  one(await flip(db, myTask(db, id)), TaskNotFound);

const drop = statement('tasks.remove', (slots: Slots<MyTask>) =>
  build.delete(tasks).where(isMine(slots)).returning({ id: tasks.id }),
);

/** @throws TaskNotFound */
export async function remove(db: Db, id: string): Promise<null> {
  one(await drop(db, myTask(db, id)), TaskNotFound);
  return null;
}
