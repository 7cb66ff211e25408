/** Mail: what is done with a letter once it is written. */
import { job } from '#kernel/job.ts';
import { deliver } from './delivery.ts';
import { DeliverPayload, deliveryRetries } from './model.ts';

/** Tried for about a day: after the first minutes once in a quarter of an hour. */
export const delivery = job({
  name: 'mail.deliver',
  summary: 'Send a letter',
  payload: DeliverPayload,
  retries: deliveryRetries,
  retryDelaySeconds: 5,
  retryDelayMaxSeconds: 900,
  // Every step of SMTP may be as slow as the settings allow; a process that is gone is noticed sooner.
  timeoutSeconds: 1_800,
  concurrency: 5,
  isInternal: true,
  run: deliver,
});
