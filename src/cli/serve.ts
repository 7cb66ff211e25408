/** plinth serve: from the configuration to a listening server, and back down in order. */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Limits } from '#kernel/limits.ts';
import { Refusal } from '#kernel/refusal.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { type OpenPool, openPool } from '#platform/db/open.ts';
import { openLimits } from '#platform/limits/store.ts';
import { openLog } from '#platform/log.ts';
import { build } from '../app.ts';
import type { Config } from '../config.ts';
import { openPorts } from '../ports.ts';
import { banner } from './banner.ts';
import type { Command } from './command.ts';
import { firstSuperuser } from './first-superuser.ts';
import { migrationsFolder } from './migrate.ts';
import { withSecrets } from './secrets.ts';
import { stopSignal } from './stop-signal.ts';
import { upkeep } from './upkeep.ts';

/** How long what is under way may take once the server is told to stop. */
const drainMs = 10_000;
/** How long the database may take to close after that. */
const closeMs = 5_000;

export default {
  summary: 'Serve the API',
  usage: 'plinth serve\n\nEverything it can be told is in .env.example.',
  async run(args, given) {
    if (args.length > 0) throw new Refusal(`serve takes no arguments, and not ${args[0]}.`);
    const log = openLog(given);
    const stop = stopSignal();
    const pool = await openPool(given, {
      attempts: Number.POSITIVE_INFINITY,
      say: (sentence) => log.warn(sentence),
      signal: stop.signal,
    }).catch((error) => {
      if (stop.signal.aborted) return undefined; // told to stop while it waited
      throw error;
    });
    if (!pool) return 0;
    let { close } = pool;
    let limits: Limits | undefined;
    try {
      const config = withSecrets(given);
      await migrate(pool.pool, { folder: migrationsFolder, log: (line) => log.info(line) });
      limits = await openLimits(config, pool, log);
      const ports = await openPorts(config, pool, { limits });
      close = ports.database.close; // with what listens beside the pool
      const superuser = await firstSuperuser(config, ports, log);
      const app = await build(config, ports, log);
      const address = await listen(app, config);
      ports.lifecycle.ready = true;
      const endUpkeep = upkeep(ports, log);
      banner({ config, ports, address, superuser, log });
      if (config.ENVIRONMENT !== 'development') {
        log.warn('Letters are written and kept: there is no mail server to send them by.');
      }
      const signal = await stop.received;
      log.info(`${signal}: finishing what is under way`);
      endUpkeep();
      ports.lifecycle.ready = false;
      await drain(app);
    } finally {
      await closed(async () => {
        await limits?.close();
        await close();
      });
      await flushed(log);
    }
    return 0;
  },
} satisfies Command;

/** @throws Refusal where this address cannot be listened at */
async function listen(app: FastifyInstance, { HOST: host, PORT: port }: Config) {
  try {
    return await app.listen({
      host,
      port,
      listenTextResolver: (address) => `listening at ${address}`,
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const sentence =
      code === 'EADDRINUSE'
        ? `Port ${port} is in use by another program; set PORT to another.`
        : `The server cannot listen at ${host}, port ${port} (${message}); set HOST and PORT.`;
    throw new Refusal(sentence, { cause: error });
  }
}

async function drain(app: FastifyInstance) {
  // One that was busy when the signal came is kept open for the next request, and none is wanted.
  const idle = setInterval(() => app.server.closeIdleConnections(), 100);
  const late = setTimeout(() => app.server.closeAllConnections(), drainMs);
  await app.close();
  clearInterval(idle);
  clearTimeout(late);
}

/** A statement that hangs in the database does not hold the exit either. */
async function closed(close: OpenPool['close']) {
  const timer = setTimeout(() => process.exit(), closeMs);
  await close();
  clearTimeout(timer);
}

const flushed = (log: Logger) => new Promise<void>((resolve) => log.flush(() => resolve()));
