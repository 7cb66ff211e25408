/** Runs: the door, for whoever runs the server. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { functions } from './functions.ts';
import {
  FunctionGone,
  JobFunctionPage,
  JobLogPage,
  JobRun,
  JobRunPage,
  LogQuery,
  RunIsNotOver,
  RunIsOver,
  RunNotFound,
  RunQuery,
} from './model.ts';
import * as runs from './service.ts';

export default feature({
  name: 'runs',
  description: 'What can be run in the background, and what became of each run.',
  part: 'Administration',
  superuserPermissions: ['jobs:read', 'jobs:write'],
  routes: {
    functions: api.get('/jobs/functions', {
      allow: 'jobs:read',
      summary: 'What can be run',
      answer: JobFunctionPage,
      run: ({ db, ports }) => functions(db, ports),
    }),

    list: api.get('/jobs/history', {
      allow: 'jobs:read',
      summary: 'Runs, newest first',
      description: 'Those that wait and those that run are among them.',
      query: RunQuery,
      answer: JobRunPage,
      run: ({ db, query }) => runs.list(db, query),
    }),

    get: api.get('/job-runs/:id', {
      allow: 'jobs:read',
      summary: 'One run',
      answer: JobRun,
      problems: [RunNotFound],
      run: ({ db, params }) => runs.get(db, params.id),
    }),

    logs: api.get('/job-runs/:id/logs', {
      allow: 'jobs:read',
      summary: 'What a run says, while it runs and afterwards',
      query: LogQuery,
      answer: JobLogPage,
      problems: [RunNotFound],
      run: ({ db, params, query }) => runs.logs(db, params.id, query),
    }),

    cancel: api.post('/job-runs/:id/cancel', {
      allow: 'jobs:write',
      summary: 'End a run that waits or runs, or dismiss one that failed',
      description:
        'One that runs is told to stop; what it did until then is done. One that is dismissed is kept as long as others that are over.',
      answer: JobRun,
      problems: [RunNotFound, RunIsOver],
      run: ({ db, params }) => runs.cancel(db, params.id),
    }),

    requeue: api.post('/job-runs/:id/requeue', {
      allow: 'jobs:write',
      summary: 'Queue a run again that failed or was cancelled',
      description: 'It gets one attempt more, and keeps its id.',
      answer: JobRun,
      problems: [RunNotFound, RunIsNotOver, FunctionGone],
      run: ({ db, ports, params }) => runs.requeue(db, ports, params.id),
    }),
  },
});
