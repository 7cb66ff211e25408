/** Issuers: the door, for whoever runs the server. */
import { feature } from '#kernel/feature.ts';
import { api } from '#kernel/route.ts';
import { others } from './authenticate.ts';
import { IssuerPage } from './model.ts';
import * as issuers from './service.ts';

export default feature({
  name: 'issuers',
  description: 'Who else vouches for callers.',
  part: 'Administration',
  superuserPermissions: ['issuers:read'],
  authenticate: others,
  routes: {
    list: api.get('/issuers', {
      allow: 'issuers:read',
      summary: 'Who else vouches for callers, and how they are',
      description: 'As the process that answers knows it. Nobody is asked for it.',
      answer: IssuerPage,
      run: ({ ports }) => issuers.list(ports),
    }),
  },
});
