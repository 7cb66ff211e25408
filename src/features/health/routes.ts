/** Health: the door, for people and for load balancers. */
import { feature } from '#kernel/feature.ts';
import { root } from '#kernel/route.ts';
import { Alive, Health, NotReady, Ready, Welcome } from './model.ts';
import * as health from './service.ts';

const open = { allow: 'public', limited: false } as const;

export default feature({
  name: 'health',
  description: 'What the server says of itself.',
  superuserPermissions: ['metrics:read'],
  part: 'The server',
  routes: {
    welcome: root.get('/', {
      ...open,
      summary: 'Where to go from here',
      answer: Welcome,
      run: ({ ports: { settings, version } }) => ({
        name: settings.PROJECT_NAME,
        version,
        docs: '/docs',
        health: '/health',
      }),
    }),

    report: root.get('/health', {
      ...open,
      summary: 'The state of everything',
      answer: Health,
      variant: { status: 503, when: ({ status }) => status === 'unhealthy' },
      run: ({ ports }) => health.report(ports),
    }),

    live: root.get('/livez', {
      ...open,
      summary: 'Whether the process lives',
      answer: Alive,
      run: () => ({ status: 'alive' as const }),
    }),

    ready: root.get('/readyz', {
      ...open,
      summary: 'Whether it wants work',
      answer: Ready,
      problems: [NotReady],
      run: ({ ports }) => health.ready(ports),
    }),
  },
});
