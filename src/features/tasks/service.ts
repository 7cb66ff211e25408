/** Tasks: the verbs. Each is one statement; whose task it is, is part of its WHERE. */
import { and, eq, ilike, or, sql } from 'drizzle-orm';
import { changedOne, inOrganization } from '#features/organizations/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import { pages } from '#platform/db/page.ts';
import {
  type Asking,
  asking,
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
type Fields = Omit<TaskUpdate, 'organization_id'>;
type New = Omit<TaskCreate, 'organization_id'> & { id: string };
type Filter = Tenant & { completed?: boolean | undefined; pattern?: string | undefined };

const { isReadable, isWritable, isListed, given, moved } = tenancy(tasks, 'tasks');

const page = pages('tasks.list', tasks, ({ completed, pattern, ...tenant }: Slots<Filter>) =>
  and(
    isListed(tenant),
    completed && eq(tasks.completed, completed),
    pattern && or(ilike(tasks.title, pattern), ilike(tasks.description, pattern)),
  ),
);

/** The caller's, or an organization's. */
export function list(db: Db, { organization_id, completed, search, ...query }: TaskQuery) {
  const pattern = search && `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return page(db, { ...tenantOf(db, organization_id), completed, pattern }, query);
}

const select = statement('tasks.get', ({ id, ...who }: Slots<Asked>) =>
  build
    .select()
    .from(tasks)
    .where(and(eq(tasks.id, id), isReadable(who))),
);

/** @throws TaskNotFound */
export const get = async (db: Db, id: string): Promise<Task> =>
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
  return one(await inOrganization(db, organization_id, insert(db, row)), TaskNotFound);
}

const change = statement(
  'tasks.update',
  ({ id, caller, to_owner, to_organization, ...fields }: Slots<Asked & Move & Fields>) =>
    build
      .update(tasks)
      .set({ ...fields, ...moved({ to_owner, to_organization, caller }), updated_at: sql`now()` })
      .where(and(eq(tasks.id, id), isWritable({ caller })))
      .returning(),
);

/** Changes the fields that are given. @throws TaskNotFound, OrganizationNotFound, RoleTooLow */
export async function update(
  db: Db,
  id: string,
  { organization_id, ...fields }: TaskUpdate,
): Promise<Task> {
  const row = { ...fields, id, ...asking(db), ...moving(db, organization_id) };
  const rows = await inOrganization(db, organization_id, change(db, row));
  return changedOne(rows, () => get(db, id));
}

const blank = { description: null, completed: false, due_at: null, priority: null };

/** Puts another task in its place: what is not given is blank again, but whose it is. */
export const replace = (db: Db, id: string, input: TaskCreate): Promise<Task> =>
  update(db, id, { ...blank, ...input });

const flip = statement('tasks.toggle', ({ id, ...who }: Slots<Asked>) =>
  build
    .update(tasks)
    .set({ completed: sql`not ${tasks.completed}`, updated_at: sql`now()` })
    .where(and(eq(tasks.id, id), isWritable(who)))
    .returning(),
);

/** Completes a task, or opens it again. @throws TaskNotFound, RoleTooLow */
export const toggle = async (db: Db, id: string): Promise<Task> =>
  changedOne(await flip(db, { id, ...asking(db) }), () => get(db, id));

const drop = statement('tasks.remove', ({ id, ...who }: Slots<Asked>) =>
  build
    .delete(tasks)
    .where(and(eq(tasks.id, id), isWritable(who)))
    .returning({ id: tasks.id }),
);

/** @throws TaskNotFound, RoleTooLow */
export async function remove(db: Db, id: string): Promise<null> {
  await changedOne(await drop(db, { id, ...asking(db) }), () => get(db, id));
  return null;
}
