/** Upkeep: the job that tries what the server leans on, and fails where something is wrong. */
import { lateTriggers } from '#features/jobs/service.ts';
import type { Db } from '#kernel/db.ts';
import { job } from '#kernel/job.ts';
import type { Ports } from '#kernel/ports.ts';
import { Input } from '#kernel/schema.ts';

/** A trigger may be this late: whoever fires it looks every few seconds. */
const lateSeconds = 60;

/** @returns a sentence where something is wrong */
type Probe = (db: Db, ports: Ports) => Promise<string | undefined>;

const probes: readonly Probe[] = [
  (_db, { database }) =>
    database.ping().then(
      () => undefined,
      ({ message }) => `The database does not answer (${message}).`,
    ),
  async (_db, { limits }) =>
    limits.isWell() ? undefined : `Limits are counted in memory: ${limits.store} does not answer.`,
  // One that nobody named is no fault of today's: the start has warned of it.
  async (_db, { mail }) => {
    if (mail.kind === 'none') return undefined;
    return mail.verify().then(
      () => undefined,
      ({ message }) => `The mail server takes no letters (${message}).`,
    );
  },
  async (db) => {
    const late = await lateTriggers(db, lateSeconds);
    return late > 0
      ? `Triggers that are late by more than ${lateSeconds} seconds: ${late}.`
      : undefined;
  },
];

export const probe = job({
  name: 'upkeep.probe',
  summary: 'Tries the database, the store of limits, the mail server and the triggers.',
  payload: Input('UpkeepProbe', {}),
  cron: '*/5 * * * *',
  timeoutSeconds: 60,
  retries: 0,
  async run({ db, ports, log }) {
    const found = await Promise.all(
      probes.map((probe) =>
        probe(db, ports).catch(({ message }) => `It could not be probed (${message}).`),
      ),
    );
    const wrong = found.filter((sentence) => sentence !== undefined);
    for (const sentence of wrong) log(sentence);
    if (wrong.length > 0) throw new Error(wrong.join(' '));
    return undefined;
  },
});
