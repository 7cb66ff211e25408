/** The jobs of a program: found by name, their payloads checked, their queues there. */
import type { Job, Jobs } from '#kernel/job.ts';
import type { Database } from '#kernel/ports.ts';
import { misfit } from '../http/misfit.ts';
import { exactly } from '../http/validation.ts';
import { noCounts } from './counts.ts';
import { queueSchemaName } from './tables.ts';

/**
 * Makes the queues that are missing: one for each job, under its name.
 *
 * @throws where two jobs have one name, or a payload is open
 */
export async function openJobs(database: Database, declared: readonly Job[]): Promise<Jobs> {
  const checks = new Map<string, ReturnType<typeof exactly>>();
  for (const { name, payload } of declared) {
    if (checks.has(name)) throw new Error(`two jobs are named ${name}`);
    if (!isClosed(payload)) throw new Error(`the payload of ${name} is open`);
    checks.set(name, exactly(payload));
  }
  await database.execute(missing, [[...checks.keys()]]);
  return {
    byName: new Map(declared.map((job) => [job.name, job])),
    counts: new Map(declared.map(({ name }) => [name, noCounts()])),
    check({ name }, payload) {
      const failures = checks.get(name)?.(payload) ?? [];
      if (failures.length > 0) throw misfit(failures, ['body', 'payload']);
    },
  };
}

const isClosed = (payload: object) =>
  'additionalProperties' in payload && payload.additionalProperties === false;

const missing = `select ${queueSchemaName}.create_queue(wanted, '{"policy": "standard"}')
from unnest($1::text[]) wanted
where not exists (select from ${queueSchemaName}.queue where name = wanted)`;
