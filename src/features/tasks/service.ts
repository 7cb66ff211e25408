/** Tasks: the verbs. Each is one statement; whose task it is, is part of its WHERE. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { changedOne, inOrganization } from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import {
  anywhere,
  type FilterOf,
  filterOf,
  isWithin,
  oneIsLike,
  refuseBackward,
} from '#platform/db/filters.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Asking,
  asking,
  type Changing,
  changing,
  type Move,
  moving,
  type Tenant,
  tenancy,
  tenantOf,
} from '#platform/db/tenancy.ts';
import {
  type Task,
  type TaskCreate,
  TaskNotFound,
  type TaskQuery,
  type TaskUpdate,
  tasks,
} from './model.ts';

type Asked = Asking & { id: string };
type Changed = Changing & { id: string };
type Fields = Omit<TaskUpdate, 'organization_id'>;
type New = Omit<TaskCreate, 'organization_id'> & { id: string };
type Filter = Tenant & Omit<FilterOf<TaskQuery>, 'search'> & { pattern?: string | undefined };

const { isReadable, isWritable, isListed, given, moved } = tenancy(tasks, 'tasks');

const page = pages(
  'tasks.list',
  tasks,
  ({ completed, priority, pattern, ...asked }: Slots<Filter>) =>
    and(
      isListed(asked),
      completed && eq(tasks.completed, completed),
      priority && eq(tasks.priority, priority as SQL<never>),
      isWithin(tasks.created_at, asked.created_after, asked.created_before),
      isWithin(tasks.due_at, asked.due_after, asked.due_before),
      oneIsLike(pattern, tasks.title, tasks.description),
    ),
);

/** The caller's, or an organization's. @throws Invalid where a time ends before it begins */
export function list(db: Db, query: TaskQuery) {
  refuseBackward(query, 'created_after', 'created_before');
  refuseBackward(query, 'due_after', 'due_before');
  const { organization_id, search, ...filter } = filterOf(query);
  const asked = { ...filter, ...tenantOf(db, organization_id), pattern: anywhere(search) };
  return page(db, asked, query);
}

const select = statement('tasks.get', ({ id, ...who }: Slots<Asked>) =>
  build
    .select()
    .from(tasks)
    .where(and(eq(tasks.id, id), isReadable(who))),
);

/** @throws TaskNotFound */
export const get = async (db: Db, id: string) =>
  one(await select(db, { id, ...asking(db) }), TaskNotFound);

const insert = statement(
  'tasks.create',
  ({ owner_id, organization_id, caller, ...row }: Slots<New & Tenant>) =>
    build
      .insert(tasks)
      .values({ ...row, ...given({ owner_id, organization_id, caller }) })
      .returning(),
);

/** @throws OrganizationNotFound, RoleTooLow */
export async function create(db: Db, { organization_id, ...input }: TaskCreate): Promise<Task> {
  const row = { ...input, id: newId(), ...tenantOf(db, organization_id) };
  return one(await inOrganization(db, organization_id, (db) => insert(db, row)), TaskNotFound);
}

const change = statement(
  'tasks.update',
  ({
    id,
    caller,
    versions,
    to_owner,
    to_organization,
    ...fields
  }: Slots<Changed & Move & Fields>) =>
    build
      .update(tasks)
      .set({ ...fields, ...moved({ to_owner, to_organization, caller }) })
      .where(and(eq(tasks.id, id), isWritable({ caller, versions })))
      .returning(),
);

/** Changes the fields that are given. @throws TaskNotFound, OrganizationNotFound, RoleTooLow */
export async function update(
  db: Db,
  id: string,
  { organization_id, ...fields }: TaskUpdate,
): Promise<Task> {
  const row = { ...fields, id, ...changing(db), ...moving(db, organization_id) };
  const rows = await inOrganization(db, organization_id, (db) => change(db, row));
  return changedOne(db, rows, () => get(db, id));
}

const blank = { description: null, completed: false, due_at: null, priority: null };

/** Puts another task in its place: what is not given is blank again, but whose it is. */
export const replace = (db: Db, id: string, input: TaskCreate): Promise<Task> =>
  update(db, id, { ...blank, ...input });

const flip = statement('tasks.toggle', ({ id, ...who }: Slots<Changed>) =>
  build
    .update(tasks)
    .set({ completed: sql`not ${tasks.completed}` })
    .where(and(eq(tasks.id, id), isWritable(who)))
    .returning(),
);

/** Completes a task, or opens it again. @throws TaskNotFound, RoleTooLow */
export const toggle = async (db: Db, id: string): Promise<Task> =>
  changedOne(db, await flip(db, { id, ...changing(db) }), () => get(db, id));

const drop = statement('tasks.remove', ({ id, ...who }: Slots<Changed>) =>
  build
    .delete(tasks)
    .where(and(eq(tasks.id, id), isWritable(who)))
    .returning({ id: tasks.id }),
);

/** @throws TaskNotFound, RoleTooLow */
export async function remove(db: Db, id: string): Promise<null> {
  await changedOne(db, await drop(db, { id, ...changing(db) }), () => get(db, id));
  return null;
}
