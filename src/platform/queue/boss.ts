/** pg-boss on our own connections. Its schema is a migration, and what it would do by a clock is done here. */
import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Database } from '#kernel/ports.ts';
import { queueSchemaName } from './tables.ts';

/** Its supervisor and scheduler stay off: they count whole tables, and fire once a minute at most. */
const options = {
  schema: queueSchemaName,
  migrate: false,
  createSchema: false,
  supervise: false,
  schedule: false,
};

export async function openBoss(database: Database, log: Pick<Logger, 'warn'>): Promise<PgBoss> {
  const boss = new PgBoss({
    ...options,
    db: { executeSql: (text, values) => database.execute(text, values) },
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the queue reports an error'));
  await boss.start();
  return boss;
}
