/** The same tasks where the path names the user, as the token names them; the answer does too. */
import { Type } from 'typebox';
import type { Principal } from '#kernel/principal.ts';
import { root } from '#kernel/route.ts';
import {
  NotYourTasks,
  OrganizationNotFound,
  RoleTooLow,
  type Task,
  TaskCreate,
  TaskNotFound,
  TaskQuery,
  UserParams,
  UserTask,
  UserTaskPage,
  UserTaskParams,
} from './model.ts';
import * as tasks from './service.ts';

type ByUser = { readonly principal: Principal; readonly params: { readonly user_id: string } };

/** @throws NotYourTasks unless the path names the caller */
function own({ principal, params: { user_id } }: ByUser) {
  if (user_id !== principal.subject) throw NotYourTasks();
  return (task: Task) => ({ ...task, user_id });
}

const read = { allow: 'tasks:read', params: UserTaskParams } as const;
const write = { allow: 'tasks:write', params: UserTaskParams, answer: UserTask } as const;

export const byUser = {
  listByUser: root.get('/api/:user_id/tasks', {
    ...read,
    params: UserParams,
    summary: 'Tasks of the user in the path',
    query: TaskQuery,
    answer: UserTaskPage,
    problems: [NotYourTasks],
    run: async (call) => {
      const named = own(call);
      const { data, ...page } = await tasks.list(call.db, call.query);
      return { ...page, data: data.map(named) };
    },
  }),

  createByUser: root.post('/api/:user_id/tasks', {
    ...write,
    params: UserParams,
    summary: 'Create a task for the user in the path',
    body: TaskCreate,
    status: 201,
    problems: [NotYourTasks, OrganizationNotFound, RoleTooLow],
    creates: true,
    run: async (call) => own(call)(await tasks.create(call.db, call.body)),
  }),

  getByUser: root.get('/api/:user_id/tasks/:id', {
    ...read,
    summary: 'One task of the user in the path',
    answer: UserTask,
    problems: [NotYourTasks, TaskNotFound],
    run: async (call) => own(call)(await tasks.get(call.db, call.params.id)),
  }),

  replaceByUser: root.put('/api/:user_id/tasks/:id', {
    ...write,
    summary: 'Replace a task of the user in the path',
    body: TaskCreate,
    problems: [NotYourTasks, TaskNotFound, OrganizationNotFound, RoleTooLow],
    run: async (call) => own(call)(await tasks.replace(call.db, call.params.id, call.body)),
  }),

  toggleByUser: root.patch('/api/:user_id/tasks/:id/complete', {
    ...write,
    summary: 'Complete a task of the user in the path, or open it again',
    problems: [NotYourTasks, TaskNotFound, RoleTooLow],
    run: async (call) => own(call)(await tasks.toggle(call.db, call.params.id)),
  }),

  removeByUser: root.delete('/api/:user_id/tasks/:id', {
    ...write,
    summary: 'Delete a task of the user in the path',
    answer: Type.Null(),
    status: 204,
    problems: [NotYourTasks, TaskNotFound, RoleTooLow],
    run: (call) => {
      own(call);
      return tasks.remove(call.db, call.params.id);
    },
  }),
};
