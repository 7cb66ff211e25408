/** Tasks: the door. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { byUser } from './by-user.ts';
import { Task, TaskCreate, TaskNotFound, TaskPage, TaskQuery, TaskUpdate } from './model.ts';
import * as tasks from './service.ts';

export default feature({
  name: 'tasks',
  description: 'What the caller means to do.',
  permissions: ['tasks:read', 'tasks:write'],
  routes: {
    list: api.get('/tasks', {
      allow: 'tasks:read',
      summary: 'My tasks, newest first',
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
      description: 'What is not given is blank again.',
      body: TaskCreate,
      answer: Task,
      problems: [TaskNotFound],
      run: ({ db, params, body }) => tasks.replace(db, params.id, body),
    }),

    update: api.patch('/tasks/:id', {
      allow: 'tasks:write',
      summary: 'Change a task',
      body: TaskUpdate,
      answer: Task,
      problems: [TaskNotFound],
      run: ({ db, params, body }) => tasks.update(db, params.id, body),
    }),

    toggle: api.patch('/tasks/:id/complete', {
      allow: 'tasks:write',
      summary: 'Complete a task, or open it again',
      answer: Task,
      problems: [TaskNotFound],
      run: ({ db, params }) => tasks.toggle(db, params.id),
    }),

    remove: api.delete('/tasks/:id', {
      allow: 'tasks:write',
      summary: 'Delete a task',
      answer: Type.Null(),
      status: 204,
      problems: [TaskNotFound],
      run: ({ db, params }) => tasks.remove(db, params.id),
    }),

    ...byUser,
  },
});
