/** Tokens: the job that gives a key that has served its time a successor. */
import { job } from '#kernel/job.ts';
import { Input } from '#kernel/schema.ts';
import { rotateKeys } from './rotation.ts';

export const rotate = job({
  name: 'keys.rotate',
  summary: 'Publishes a new signing key where the one in service has served its time.',
  payload: Input('KeysRotate', {}),
  cron: '5 * * * *',
  timeoutSeconds: 60,
  async run({ db, ports, log }) {
    const { JWT_KEY_ROTATION_DAYS: days } = ports.settings;
    const kid = days > 0 ? await rotateKeys(db, ports, days) : undefined;
    if (!kid) return undefined;
    log('A new signing key is published.', { kid });
    return { kid };
  },
});
