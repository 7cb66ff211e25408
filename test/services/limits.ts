/** Server processes that count limits together, and how many of many requests they let pass. */
import { call, signIn } from '../process/client.ts';
import { type Env, type Server, startServer } from '../server-process.ts';
import { emptyDatabase } from './postgres.ts';

const superuser = { email: 'admin@example.com', password: 'correct horse battery 10' };

/** Two processes on one database. */
export async function twoServers(env: Env): Promise<[Server, Server]> {
  const { url: DATABASE_URL } = await emptyDatabase();
  const given = {
    DATABASE_URL,
    RATE_LIMIT_ENABLED: 'true',
    SECRET_KEY: 'a-key-that-both-of-them-have-72641',
    FIRST_SUPERUSER_PASSWORD: superuser.password,
    ...env,
  };
  const one = await startServer(given);
  return [one, await startServer(given)];
}

/** The answers to so many requests of one person at once, by turns to each server. */
export async function askAtOnce(servers: readonly Server[], requests: number) {
  const { token } = await signIn(servers[0] as Server);
  return Promise.all(
    Array.from({ length: requests }, (_, index) =>
      call(servers[index % servers.length] as Server, 'GET /api/v1/tasks', { token }),
    ),
  );
}

/** How many of so many letters that are asked for one after the other, by turns, are not refused. */
export async function lettersThatPass(servers: readonly Server[], requests: number) {
  let passed = 0;
  for (let index = 0; index < requests; index++) {
    const server = servers[index % servers.length] as Server;
    const body = { email: `nobody-${index}@example.com` };
    const { status } = await call(server, 'POST /api/v1/auth/forgot-password', { body });
    if (status !== 429) passed++;
  }
  return passed;
}

/** The metrics of a process, as its superuser reads them. */
export async function metricsOf(server: Server): Promise<string> {
  const { body } = await call(server, 'POST /api/v1/auth/login', { body: superuser });
  return (await call(server, 'GET /metrics', { token: body.access_token })).body;
}
