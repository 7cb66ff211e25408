/** Jobs to try things on: one that is told a name, one of every night, and one that is nobody’s business. */
import { setTimeout as pause } from 'node:timers/promises';
import { Type } from 'typebox';
import { GiveUp, job } from '#kernel/job.ts';
import { Input } from '#kernel/schema.ts';

/** Whom it greets: it gives up on `nobody`, and on `everybody` it never ends. */
const greet = job({
  name: 'test.greet',
  summary: 'Greets somebody.',
  payload: Input('TestGreet', { name: Type.String({ maxLength: 20 }) }),
  retries: 0,
  async run({ payload: { name }, log, signal, progress }) {
    log(`Hello, ${name}.`, { name });
    progress(0.5);
    if (name === 'nobody') throw new GiveUp('there is nobody');
    if (name === 'everybody') await pause(60_000, undefined, { signal });
    log('That is all.');
    return { greeted: name };
  },
});

const nightly = job({
  name: 'test.nightly',
  summary: 'Does nothing, every night.',
  payload: Input('TestNightly', {}),
  cron: '0 3 * * *',
  run: async () => undefined,
});

const inner = job({ ...nightly, name: 'test.inner', cron: '0 4 * * *', isInternal: true });

export const testJobs = { greet, nightly, inner };
