/** Health: the verbs. */
import type { Ports } from '#kernel/ports.ts';
import { type Health, NotReady } from './model.ts';

/** How long the database may take to answer before it counts as away. */
const patienceMs = 2_000;

/** Everything at once; never throws, so that it can say what is wrong. */
export async function report(ports: Ports): Promise<Health> {
  const { database, clock, settings, version, limits } = ports;
  const status = (await answers(database)) ? 'healthy' : 'unhealthy';
  return {
    status,
    version,
    environment: settings.ENVIRONMENT,
    database: { status, kind: database.kind },
    // Without it the server serves as well, so it makes nothing else unhealthy.
    dependencies: limits.store === 'memory' ? {} : { limits: { status: stateOf(limits) } },
    timestamp: new Date(clock.now()).toISOString(),
  };
}

/** @throws NotReady while the server starts or drains, or the database is away */
export async function ready({ lifecycle, database }: Ports): Promise<{ status: 'ready' }> {
  if (!lifecycle.ready) throw NotReady();
  if (!(await answers(database))) throw NotReady('The database does not answer');
  return { status: 'ready' };
}

const stateOf = (limits: Ports['limits']) => (limits.isWell() ? 'healthy' : 'unhealthy');

async function answers(database: Ports['database']) {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, patienceMs, false);
  });
  const ping = database.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([ping, tooLate]).finally(() => clearTimeout(timer));
}
