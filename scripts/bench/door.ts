/** Ours with one more route, which answers at once and to whom `DOOR` says: what it costs to know who asks. */
import { Type } from 'typebox';
import { feature } from '#kernel/feature.ts';
import type { Allow } from '#kernel/principal.ts';
import { api } from '#kernel/route.ts';
import { openPool } from '#platform/db/open.ts';
import { openLog } from '#platform/log.ts';
import { build } from '../../src/app.ts';
import { withSecrets } from '../../src/cli/secrets.ts';
import { loadConfig } from '../../src/config.ts';
import registry from '../../src/features.ts';
import { openPorts } from '../../src/ports.ts';

const config = withSecrets(loadConfig(process.env));
const ports = await openPorts(config, await openPool(config));
const door = feature({
  name: 'door',
  description: 'One route.',
  routes: {
    open: api.get('/door', {
      allow: process.env.DOOR as Allow,
      summary: 'Answer at once',
      answer: Type.Object({ open: Type.Boolean() }, { title: 'Door' }),
      run: () => ({ open: true }),
    }),
  },
});
const app = await build(config, ports, openLog(config), [...registry, door]);
await app.listen({ host: config.HOST, port: config.PORT });
ports.lifecycle.ready = true;
process.once('SIGTERM', () => process.exit());
