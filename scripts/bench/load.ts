/** Puts a server under load from a process of its own: with wrk, or with autocannon where it is missing. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError, findProgram, type Processes } from './processes.ts';
import { headersOf, type Load } from './requests.ts';

export type Outcome = {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** Answers outside 2xx, and requests without an answer: there may be none of either. */
type Counted = Outcome & { readonly refused: number; readonly lost: number };

export type Loader = {
  readonly tool: 'wrk' | 'autocannon';
  /** @throws BenchError if any answer was not a success */
  (load: Load, url: string, seconds: number): Promise<Outcome>;
};

export function loader(processes: Processes, folder: string, connections: number): Loader {
  const wrk = findProgram('wrk');
  const run = async (load: Load, url: string, seconds: number) => {
    const place = { folder, url, seconds, connections };
    const counted = wrk
      ? await byWrk(processes, wrk, load, place)
      : await byAutocannon(processes, load, place);
    const { refused, lost } = counted;
    if (refused + lost > 0) {
      throw new BenchError(`${load.name}: ${refused} answers were no success, ${lost} were lost.`);
    }
    return counted;
  };
  return Object.assign(run, { tool: wrk ? 'wrk' : 'autocannon' } as const);
}

type Place = {
  readonly folder: string;
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
};

const replay = join(import.meta.dirname, 'replay.lua');

async function byWrk(processes: Processes, wrk: string, { requests }: Load, place: Place) {
  const { folder, url, seconds, connections } = place;
  const lines = requests.map((request) => {
    const headers = Object.entries(headersOf(request)).map(([name, value]) => `${name}: ${value}`);
    return [request.method, request.path, headers.join('|'), request.body ?? ''].join('\t');
  });
  const file = join(folder, 'requests.tsv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const length = ['--threads=1', `--connections=${connections}`, `--duration=${seconds}s`];
  const script = [`--script=${replay}`, url, '--', file];
  const said = await processes.run(wrk, [...length, '--timeout=10s', ...script]);
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Counted;
}

/** It reads its requests from an HTTP archive. */
async function byAutocannon(processes: Processes, { requests }: Load, place: Place) {
  const { folder, url, seconds, connections } = place;
  const entries = requests.map((request) => ({
    request: {
      method: request.method,
      url: url + request.path,
      headers: Object.entries(headersOf(request)).map(([name, value]) => ({ name, value })),
      ...(request.body && { postData: { mimeType: 'application/json', text: request.body } }),
    },
  }));
  const file = join(folder, 'requests.har');
  writeFileSync(file, JSON.stringify({ log: { entries } }));
  const program = fileURLToPath(import.meta.resolve('autocannon'));
  const length = ['--connections', String(connections), '--duration', String(seconds)];
  const said = await processes.run(process.execPath, [
    ...[program, ...length, '--json', '--no-progress', '--har', file, url],
  ]);
  const { requests: sent, duration, latency, non2xx, errors, timeouts } = JSON.parse(said);
  return {
    requests: sent.total,
    perSecond: sent.total / duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    refused: non2xx,
    lost: errors + timeouts,
  } satisfies Counted;
}
