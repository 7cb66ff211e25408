/** npm run bench: ours with everything on, against bare `node:http` and `pg` running the same SQL. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fill, tidy } from './bench/fill.ts';
import { compareIdentity } from './bench/identity.ts';
import { benchJobs } from './bench/jobs.ts';
import { loader } from './bench/load.ts';
import { type Compared, compare, median } from './bench/measure.ts';
import { startPostgres } from './bench/postgres.ts';
import { BenchError, Processes } from './bench/processes.ts';
import { report } from './bench/report.ts';
import { loads } from './bench/requests.ts';
import { compareRowSecurity } from './bench/row-security.ts';
import { answerTheSame, everythingOn, signIn } from './bench/same.ts';
import { type Server, type Servers, servers, usageOf } from './bench/servers.ts';

type Options = {
  readonly what: 'requests' | 'jobs';
  /** Of each measurement. */
  readonly seconds: number;
  /** Measurements of each load and server. */
  readonly rounds: number;
  readonly connections: number;
};

/** Callers of the loads, each with a token. */
const callers = 10;
/** Who sign in, many, since one person is slowed down. */
const people = 200;
const restarts = 3;

function options(): Options {
  const number = (fallback: string) => ({ type: 'string', default: fallback }) as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: number('5'), rounds: number('5'), connections: number('50') },
  });
  const read = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) {
      throw new BenchError(`--${name} takes a whole number from 1, not ${values[name]}.`);
    }
    return value;
  };
  const [what = 'requests', ...more] = positionals;
  if (more.length > 0 || !(what === 'requests' || what === 'jobs')) {
    throw new BenchError(`It measures requests, or jobs, and not ${positionals.join(' ')}.`);
  }
  return {
    what,
    seconds: read('seconds'),
    rounds: read('rounds'),
    connections: read('connections'),
  };
}

const say = (sentence: string) => console.error(sentence);

async function bench(processes: Processes, folder: string, given: Options): Promise<string> {
  const { what, seconds, rounds, connections } = given;
  if (what === 'jobs') return benchJobs(await startPostgres(processes, folder), rounds);
  const send = loader(processes, folder, connections);
  if (send.tool !== 'wrk') {
    say(
      'wrk is not installed (apt install wrk): autocannon loads less, and shares a core with us.',
    );
  }
  const postgres = await startPostgres(processes, folder);
  const programs = servers(processes, folder, postgres);
  const first = await programs.ours(); // migrates
  await first.stop();
  say('Filling 100,000 tasks of 1,000 users');
  const filled = await fill(postgres.admin, people);
  const nextStartMs = await startTime(programs.ours);

  const both = { ours: await programs.ours(), bare: await programs.bare() };
  const { ours, bare } = both;
  const usage = ({ pid }: Server) => usageOf(processes, pid);
  const idle = { ours: await usage(ours), bare: await usage(bare) };
  const all = loads(
    { ...filled, people: filled.people.slice(0, callers) },
    await signIn(ours.url, filled.people.slice(0, callers)),
  );
  await answerTheSame(all, ours.url, bare.url);
  await everythingOn(ours.url, all, join(folder, 'ours.log'));
  const compared: Compared[] = [];
  const cpuMs = async (server: Server) => (await usage(server)).cpuMs;
  const plan = { rounds, seconds, send, say, cpuMs };
  const tidied = { ...plan, tidy: () => tidy(postgres.admin) };
  for (const load of all) compared.push(await compare(load, { ...tidied, servers: both }));
  const memory = {
    ours: { idle: idle.ours, used: await usage(ours) },
    bare: { idle: idle.bare, used: await usage(bare) },
  };
  await Promise.all([ours.stop(), bare.stop()]);
  const rowSecurity = await compareRowSecurity({ ...tidied, servers: programs, loads: all });
  const identity = await compareIdentity({ ...plan, servers: programs, people: filled.people });
  return report({
    compared,
    rowSecurity,
    identity,
    firstStartMs: first.startMs,
    nextStartMs,
    memory,
    circumstances:
      `PostgreSQL ${postgres.version}; ${send.tool}, ${connections} connections, ` +
      `${rounds} rounds of ${seconds} s`,
  });
}

/** The median of several starts on a database that is ready. */
async function startTime(start: Servers['ours']) {
  const times: number[] = [];
  for (let round = 0; round < restarts; round++) {
    const server = await start();
    times.push(server.startMs);
    await server.stop();
  }
  return median(times);
}

/** Rejects when somebody asks the run to end: Ctrl-C, a closed terminal, SIGTERM. */
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => reject(new BenchError('Interrupted.')));
  }
});

const folder = mkdtempSync(join(tmpdir(), 'plinth-bench-'));
const processes = new Processes();
try {
  chmodSync(folder, 0o711); // PostgreSQL may run as another user
  console.log(await Promise.race([bench(processes, folder, options()), interrupted]));
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = 1;
} finally {
  await processes.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
