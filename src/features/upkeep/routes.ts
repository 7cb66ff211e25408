/** Upkeep: what the server does for itself. It has no door; people start its jobs as they start others. */
import { feature } from '#kernel/feature.ts';
import { cleanup } from './cleanup.ts';
import { probe } from './probe.ts';
import { report } from './report.ts';

export default feature({
  name: 'upkeep',
  description: 'What the server does for itself.',
  part: 'The server',
  jobs: [cleanup, probe, report],
  routes: {},
});
