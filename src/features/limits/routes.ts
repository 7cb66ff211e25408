/** Limits: no door of their own, as every door has them. */
import { feature } from '#kernel/feature.ts';

export default feature({
  name: 'limits',
  description: 'What is counted of who asks how often.',
  part: 'The server',
  routes: {},
});
