/** Idempotency: no door of its own, as every door that makes something has it. */
import { feature } from '#kernel/feature.ts';

export default feature({
  name: 'idempotency',
  description: 'The first answers to requests that make something, kept for a day.',
  part: 'The server',
  routes: {},
});
