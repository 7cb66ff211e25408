/** Measures two servers in turn, so that what else the machine does meets both. */
import type { Loader, Outcome } from './load.ts';
import type { Load } from './requests.ts';
import type { Server } from './servers.ts';

type Measured = Outcome & {
  /** Processor time of the server's own process. */
  readonly cpuMicroseconds: number;
};

/** Of ours to bare: the median of the rounds, and how far they lie apart. */
export type Ratio = { readonly median: number; readonly lowest: number; readonly highest: number };

export type Compared = {
  readonly load: string;
  readonly ours: Measured;
  readonly bare: Measured;
  readonly perSecond: Ratio;
  /** Turned round, so that it is what `perSecond` would be if nothing but the servers took time. */
  readonly cpu: Ratio;
};

export type Plan = {
  readonly rounds: number;
  readonly seconds: number;
  readonly servers: { readonly ours: Server; readonly bare: Server };
  readonly send: Loader;
  cpuMs(server: Server): Promise<number>;
  /** Makes the tables what they were. */
  tidy(): Promise<void>;
  /** Hears of each measurement. */
  say(sentence: string): void;
};

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

const warmUpSeconds = 3;

/** A warm-up of each, then rounds; who begins alternates. */
export async function compare(load: Load, plan: Plan): Promise<Compared> {
  const { servers, send, rounds, tidy, say } = plan;
  const names = ['ours', 'bare'] as const;
  const measured = { ours: [] as Measured[], bare: [] as Measured[] };
  for (const name of names) await send(load, servers[name].url, warmUpSeconds);
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 ? names.toReversed() : names) {
      await tidy();
      const one = await measure(load, servers[name], plan);
      measured[name].push(one);
      const figures = `${Math.round(one.perSecond)}/s, ${Math.round(one.cpuMicroseconds)} µs`;
      say(`${load.name}, round ${round + 1}, ${name}: ${figures}`);
    }
  }
  await tidy();
  const { ours, bare } = measured;
  return {
    load: load.name,
    ours: middle(ours),
    bare: middle(bare),
    perSecond: ratio(ours, bare, (our, their) => our.perSecond / their.perSecond),
    cpu: ratio(ours, bare, (our, their) => their.cpuMicroseconds / our.cpuMicroseconds),
  };
}

async function measure(load: Load, server: Server, plan: Plan): Promise<Measured> {
  const before = await plan.cpuMs(server);
  const outcome = await plan.send(load, server.url, plan.seconds);
  const usedMs = (await plan.cpuMs(server)) - before;
  return { ...outcome, cpuMicroseconds: (usedMs * 1000) / outcome.requests };
}

/** Of each pair of measurements that followed one another. */
function ratio(
  ours: readonly Measured[],
  bare: readonly Measured[],
  of: (our: Measured, their: Measured) => number,
): Ratio {
  const all = ours.flatMap((our, round) => (bare[round] ? of(our, bare[round]) : []));
  return { median: median(all), lowest: Math.min(...all), highest: Math.max(...all) };
}

/** Each figure's own median. */
function middle(measured: readonly Measured[]): Measured {
  const of = (name: keyof Measured) => median(measured.map((one) => one[name]));
  return {
    requests: of('requests'),
    perSecond: of('perSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMicroseconds: of('cpuMicroseconds'),
  };
}
