/** Jobs: the door, for whoever runs the server. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import {
  FunctionGone,
  Job,
  JobCreate,
  JobExists,
  JobIsBuiltin,
  JobNotFound,
  JobPage,
  JobParams,
  JobQuery,
  JobRun,
  JobRunPage,
  RunsOfJobQuery,
} from './model.ts';
import * as jobs from './service.ts';

const read = { allow: 'jobs:read', params: JobParams } as const;
const write = { allow: 'jobs:write', params: JobParams } as const;

export default feature({
  name: 'jobs',
  description: 'What is run in the background, and when.',
  part: 'Administration',
  superuserPermissions: ['jobs:read', 'jobs:write'],
  routes: {
    list: api.get('/jobs', {
      allow: 'jobs:read',
      summary: 'Jobs, newest first',
      query: JobQuery,
      answer: JobPage,
      run: ({ db, query }) => jobs.list(db, query),
    }),

    create: api.post('/jobs', {
      allow: 'jobs:write',
      summary: 'Create a job',
      description:
        'By a cron expression, by an interval (the sum of its units), or once. What is due while no server runs is made up for: `coalesce` and `misfire_grace_seconds` say how.',
      body: JobCreate,
      answer: Job,
      status: 201,
      problems: [JobExists, JobIsBuiltin],
      creates: true,
      run: ({ db, ports, body }) => jobs.create(db, ports, body),
    }),

    get: api.get('/jobs/:job_id', {
      ...read,
      summary: 'One job',
      answer: Job,
      problems: [JobNotFound],
      run: ({ db, params }) => jobs.get(db, params.job_id),
    }),

    remove: api.delete('/jobs/:job_id', {
      ...write,
      summary: 'Delete a job',
      description: 'Its runs stay in the history, and those that wait are run.',
      answer: Type.Null(),
      status: 204,
      problems: [JobNotFound, JobIsBuiltin],
      run: ({ db, params }) => jobs.remove(db, params.job_id),
    }),

    pause: api.post('/jobs/:job_id/pause', {
      ...write,
      summary: 'Pause a job',
      description: 'Nothing of it is due until it is resumed.',
      answer: Job,
      problems: [JobNotFound],
      run: ({ db, params }) => jobs.pause(db, params.job_id),
    }),

    resume: api.post('/jobs/:job_id/resume', {
      ...write,
      summary: 'Resume a job',
      description: 'What is due next is counted from now; what was due meanwhile is passed over.',
      answer: Job,
      problems: [JobNotFound],
      run: ({ db, ports, params }) => jobs.resume(db, ports, params.job_id),
    }),

    run: api.post('/jobs/:job_id/run', {
      ...write,
      summary: 'Run a job now',
      description: 'Beside what is due, and where it is paused too.',
      answer: JobRun,
      status: 202,
      problems: [JobNotFound, FunctionGone],
      creates: true,
      run: ({ db, ports, params }) => jobs.run(db, ports, params.job_id),
    }),

    history: api.get('/jobs/:job_id/history', {
      ...read,
      summary: 'Runs of a job, newest first',
      description: 'Of one that was deleted too, as long as they are kept.',
      query: RunsOfJobQuery,
      answer: JobRunPage,
      problems: [JobNotFound],
      run: ({ db, params, query }) => jobs.history(db, params.job_id, query),
    }),
  },
});
