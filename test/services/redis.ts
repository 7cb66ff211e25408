/** A Redis of a test's own, which it may stop. It wants a password, and does not run yet. */
import { start, temporaryFolder } from '../server-process.ts';
import { freePort, program } from './postgres.ts';

export async function ownRedis() {
  const [folder, port, password] = [temporaryFolder(), await freePort(), 'own-redis-7'];

  /** Starts it, with nothing in it, and waits until it answers. */
  async function run() {
    const settings = { port, bind: '127.0.0.1', requirepass: password, dir: folder, save: '' };
    const redis = start(
      program('redis-server'),
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    );
    await redis.says(/Ready to accept connections/);
    return redis;
  }
  return { url: `redis://:${password}@127.0.0.1:${port}`, password, run };
}
