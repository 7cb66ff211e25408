/** Tasks: the door. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { byUser } from './by-user.ts';
import {
  OrganizationNotFound,
  RoleTooLow,
  Task,
  TaskCreate,
  TaskNotFound,
  TaskPage,
  TaskQuery,
  TaskUpdate,
} from './model.ts';
import * as tasks from './service.ts';

export default feature({
  name: 'tasks',
  description: 'What a person or an organization means to do.',
  permissions: ['tasks:read', 'tasks:write'],
  routes: {
    list: api.get('/tasks', {
      allow: 'tasks:read',
      summary: 'Tasks of mine or of an organization, newest first',
      query: TaskQuery,
      answer: TaskPage,
      run: ({ db, query }) => tasks.list(db, query),
    }),

    create: api.post('/tasks', {
      allow: 'tasks:write',
      summary: 'Create a task',
      body: TaskCreate,
      answer: Task,
      status: 201,
      problems: [OrganizationNotFound, RoleTooLow],
      creates: true,
      run: ({ db, body }) => tasks.create(db, body),
    }),

    get: api.get('/tasks/:id', {
      allow: 'tasks:read',
      summary: 'One task',
      answer: Task,
      problems: [TaskNotFound],
      run: ({ db, params }) => tasks.get(db, params.id),
    }),

    replace: api.put('/tasks/:id', {
      allow: 'tasks:write',
      summary: 'Replace a task',
      description: 'What is not given is blank again, but whose it is.',
      body: TaskCreate,
      answer: Task,
      problems: [TaskNotFound, OrganizationNotFound, RoleTooLow],
      run: ({ db, params, body }) => tasks.replace(db, params.id, body),
    }),

    update: api.patch('/tasks/:id', {
      allow: 'tasks:write',
      summary: 'Change a task',
      body: TaskUpdate,
      answer: Task,
      problems: [TaskNotFound, OrganizationNotFound, RoleTooLow],
      run: ({ db, params, body }) => tasks.update(db, params.id, body),
    }),

    toggle: api.patch('/tasks/:id/complete', {
      allow: 'tasks:write',
      summary: 'Complete a task, or open it again',
      answer: Task,
      problems: [TaskNotFound, RoleTooLow],
      run: ({ db, params }) => tasks.toggle(db, params.id),
    }),

    remove: api.delete('/tasks/:id', {
      allow: 'tasks:write',
      summary: 'Delete a task',
      answer: Type.Null(),
      status: 204,
      problems: [TaskNotFound, RoleTooLow],
      run: ({ db, params }) => tasks.remove(db, params.id),
    }),

    ...byUser,
  },
});
