/** For commands that work on what the server keeps: the database, brought up to date, and its ports. */
import type { Ports } from '#kernel/ports.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { openPool } from '#platform/db/open.ts';
import type { Config } from '../config.ts';
import { openPorts } from '../ports.ts';
import { migrationsFolder } from './migrate.ts';
import { withSecrets } from './secrets.ts';

/** @throws Refusal where the embedded database is held by a server that runs */
export async function withPorts<Result>(
  config: Config,
  work: (ports: Ports) => Promise<Result>,
): Promise<Result> {
  const pool = await openPool(config);
  let { close } = pool;
  try {
    await migrate(pool.pool, { folder: migrationsFolder });
    const ports = await openPorts(withSecrets(config), pool);
    close = ports.database.close; // with what listens beside the pool
    return await work(ports);
  } finally {
    await close();
  }
}
