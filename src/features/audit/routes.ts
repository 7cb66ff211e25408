/** The audit log: the door. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { exportHeads } from './jobs.ts';
import { AuditPage, AuditQuery } from './model.ts';
import * as audit from './service.ts';

export default feature({
  name: 'audit',
  description: 'Who did what, and whether it came off.',
  part: 'Administration',
  permissions: ['audit:read'],
  superuserPermissions: ['audit:manage'],
  jobs: [exportHeads],
  routes: {
    list: api.get('/audit-log', {
      allow: 'audit:manage',
      summary: 'What happened, newest first',
      query: AuditQuery,
      answer: AuditPage,
      run: ({ db, query }) => audit.list(db, query),
    }),
  },
});
