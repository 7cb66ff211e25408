/** The two servers, each in a process of its own: ours with everything on, and the bare one. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type Postgres } from './postgres.ts';
import { BenchError, type Processes } from './processes.ts';
import { taskStatements } from './statements.ts';

export type Server = {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process to its first answer. */
  readonly startMs: number;
  stop(): Promise<void>;
};

/** Both have as many connections to the database. */
const poolSize = 10;
const startLimitMs = 60_000;
const root = join(import.meta.dirname, '../..');

type Program = {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

export type Servers = {
  ours(): Promise<Server>;
  bare(): Promise<Server>;
  /** Ours with a route that answers at once, to everybody or to who signed in. */
  door(allow: 'public' | 'signed-in'): Promise<Server>;
  /** Ours as a superuser: under row-level security, or without it, which production refuses. */
  rowSecurity(on: boolean): Promise<Server>;
  /** One hash for each request. */
  hash(): Promise<Server>;
};

/** @param folder where each writes its log, `ours.log` and `bare.log`, anew at every start */
export function servers(
  processes: Processes,
  folder: string,
  { url: databaseUrl, adminUrl }: Pick<Postgres, 'url' | 'adminUrl'>,
): Servers {
  const environment = {
    PATH: process.env.PATH ?? '',
    TMPDIR: folder, // caches of compiled code too are the run's own, and empty at first
    DATABASE_URL: databaseUrl,
    DB_POOL_SIZE: String(poolSize),
  };
  const production = {
    ENVIRONMENT: 'production',
    HOST: '127.0.0.1',
    DATA_DIR: join(folder, 'data'),
    SECRET_KEY: randomBytes(32).toString('hex'),
    FIRST_SUPERUSER_PASSWORD: randomBytes(16).toString('hex'),
    ACCESS_TOKEN_EXPIRE_MINUTES: '1440', // a long run signs in once
    RATE_LIMIT_ENABLED: 'true',
    RATE_LIMIT_REQUESTS_PER_MINUTE: '10000000',
    RATE_LIMIT_ANONYMOUS_PER_MINUTE: '10000000',
    RATE_LIMIT_LOGIN: '1000000/60',
    RATE_LIMIT_SIGNUP: '1000000/60',
    LOG_LEVEL: 'info',
    LOG_FORMAT_JSON: 'true',
  };
  const start = (program: Program) => startServer(processes, folder, program);
  return {
    ours: () =>
      start({
        name: 'ours',
        args: [join(root, 'plinth.js'), 'serve'],
        env: { ...environment, ...production },
      }),
    bare: async () =>
      start({
        name: 'bare',
        args: [join(import.meta.dirname, 'bare.ts')],
        // It tells the database nothing, so policies must not bind it.
        env: {
          ...environment,
          DATABASE_URL: adminUrl,
          STATEMENTS: JSON.stringify(await taskStatements()),
        },
      }),
    door: (DOOR) =>
      start({
        name: `door-${DOOR}`,
        args: [join(import.meta.dirname, 'door.ts')],
        env: { ...environment, ...production, DOOR },
      }),
    rowSecurity: (on) =>
      start({
        name: `row-security-${on}`,
        args: [join(root, 'plinth.js'), 'serve'],
        env: {
          ...environment,
          ...production,
          ENVIRONMENT: 'development',
          DATABASE_URL: adminUrl,
          DB_ROW_SECURITY: String(on),
        },
      }),
    hash: () =>
      start({ name: 'hash', args: [join(import.meta.dirname, 'hash.ts')], env: environment }),
  };
}

async function startServer(processes: Processes, folder: string, { name, args, env }: Program) {
  const file = join(folder, `${name}.log`);
  const log = openSync(file, 'w');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = processes.start(process.execPath, args, {
    cwd: root,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await answering(child, url).catch((error: Error) => {
    const said = readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new BenchError(`${name}: ${error.message}. It said:\n${said}`);
  });
  const startMs = performance.now() - startedAt;
  return { url, pid: child.pid ?? 0, startMs, stop: () => processes.stop(child) };
}

/** Any answer will do but one that says it is not ready. */
async function answering(child: ChildProcess, url: string) {
  for (const until = Date.now() + startLimitMs; Date.now() < until; await sleep(5)) {
    if (child.exitCode !== null || child.signalCode) throw new BenchError('it ended');
    const status = await fetch(`${url}/readyz`).then(
      (response) => response.status,
      () => 503,
    );
    if (status !== 503) return;
  }
  throw new BenchError(`it did not answer within ${startLimitMs / 1000} s`);
}

export type Usage = {
  readonly residentMb: number;
  /** Processor time since the start. */
  readonly cpuMs: number;
};

/** Of Linux on every architecture Node runs on. */
const ticksPerSecond = 100;

/** What a process has taken of the machine. */
export async function usageOf(processes: Processes, pid: number): Promise<Usage> {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
    const ticks = Number(user) + Number(system);
    return { residentMb: kilobytes / 1024, cpuMs: (ticks * 1000) / ticksPerSecond };
  }
  const said = await processes.run('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [kilobytes, time = ''] = said.trim().split(/\s+/);
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { residentMb: Number(kilobytes) / 1024, cpuMs: seconds * 1000 };
}
