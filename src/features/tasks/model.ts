/** Tasks: what a person means to do. */
import { boolean, text } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import {
  ofOrganization,
  tenantColumns,
  tenantFields,
  tenantRules,
  toOrganization,
} from '#features/organizations/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { problem } from '#kernel/problem.ts';
import {
  Change,
  createdBetween,
  dueBetween,
  Expiry,
  Id,
  Input,
  Nullable,
  Page,
  paging,
  Query,
  Resource,
  Search,
  Sort,
  Title,
} from '#kernel/schema.ts';

export { OrganizationNotFound, RoleTooLow } from '#features/organizations/model.ts';

const priorities = ['low', 'medium', 'high'] as const;

export const tasks = plinth.table(
  'tasks',
  {
    ...tenantColumns('tasks'),
    title: text().notNull(),
    description: text(),
    completed: boolean().notNull().default(false),
    due_at: instant('due_at'),
    priority: text({ enum: priorities }),
  },
  tenantRules('tasks'),
);

const description = Nullable(
  Type.String({ maxLength: 5_000, examples: ['Two thousand, of stiff card, for the mill.'] }),
);
const completed = Type.Boolean({ description: 'Whether it is done.', examples: [false] });
const due_at = Nullable(Expiry);
const priority = Nullable(Type.Enum(priorities, { examples: ['high'] }));

const task = { ...tenantFields, title: Title, description, completed, due_at, priority };
export const Task = Resource('Task', task);
export type Task = Static<typeof Task>;
export const TaskPage = Page('TaskPage', Task);

/** The answer where the path names the user: with the name it used. */
export const UserTask = Resource('UserTask', {
  ...task,
  user_id: Type.String({
    description: 'The user as the path names them.',
    examples: ['019a9c5e-04f8-7996-8da7-63b7a969b102'],
  }),
});
export const UserTaskPage = Page('UserTaskPage', UserTask);

export const TaskCreate = Input('TaskCreate', {
  title: Title,
  description: Type.Optional(description),
  completed: Type.Optional(completed),
  due_at: Type.Optional(due_at),
  priority: Type.Optional(priority),
  organization_id: Type.Optional(toOrganization),
});
export type TaskCreate = Static<typeof TaskCreate>;

export const TaskUpdate = Change('TaskUpdate', {
  title: Title,
  description,
  completed,
  due_at,
  priority,
  organization_id: toOrganization,
});
export type TaskUpdate = Static<typeof TaskUpdate>;

export const TaskQuery = Query({
  ...paging,
  ...ofOrganization,
  ...createdBetween,
  ...dueBetween,
  completed: Type.Optional(
    Type.Boolean({ description: 'Only those that are completed, or that are not.' }),
  ),
  priority: Type.Optional(Type.Enum(priorities, { description: 'Only those of this priority.' })),
  search: Search('In the title or description.'),
  sort: Sort('created_at', 'updated_at', 'title', 'due_at', 'priority'),
});
export type TaskQuery = Static<typeof TaskQuery>;

/** Path parameters of the routes that name the user. */
export const UserParams = Type.Object({
  user_id: Type.String({
    maxLength: 255,
    description: 'The caller’s own id, as their token has it.',
    examples: ['019a9c5e-04f8-7996-8da7-63b7a969b102'],
  }),
});
export const UserTaskParams = Type.Object({ ...UserParams.properties, id: Id });

export const TaskNotFound = problem(404, 'task_not_found', 'There is no such task');
export const NotYourTasks = problem(403, 'not_your_tasks', 'These are the tasks of somebody else');
