/** The audit log: the door. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { PageQuery } from '#kernel/schema.ts';
import { AuditPage } from './model.ts';
import * as audit from './service.ts';

export default feature({
  name: 'audit',
  description: 'Who did what, and whether it came off.',
  superuserPermissions: ['audit:read'],
  routes: {
    list: api.get('/audit-log', {
      allow: 'audit:read',
      summary: 'What happened, newest first',
      query: PageQuery,
      answer: AuditPage,
      run: ({ db, query }) => audit.list(db, query),
    }),
  },
});
