/** The figures as a table for a person. */
import { availableParallelism } from 'node:os';
import type { Compared, Ratio } from './measure.ts';
import type { Usage } from './servers.ts';

export type Figures = {
  readonly compared: readonly Compared[];
  /** Against measures of their own, which stand where the bare server does. */
  readonly rowSecurity: readonly Compared[];
  readonly identity: readonly Compared[];
  readonly firstStartMs: number;
  readonly nextStartMs: number;
  /** After the start, and after the last load. */
  readonly memory: Readonly<
    Record<'ours' | 'bare', { readonly idle: Usage; readonly used: Usage }>
  >;
  readonly circumstances: string;
};

const whole = (number: number) => Math.round(number).toLocaleString('en');
const fine = (number: number) => number.toFixed(number < 10 ? 2 : 1);
const spread = ({ median, lowest, highest }: Ratio) =>
  `${median.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`;

type Column = { readonly head: string; cell(compared: Compared): string };

const columns: readonly Column[] = [
  { head: '', cell: ({ load }) => load },
  { head: 'ours /s', cell: ({ ours }) => whole(ours.perSecond) },
  { head: 'bare /s', cell: ({ bare }) => whole(bare.perSecond) },
  { head: 'ratio (rounds)', cell: ({ perSecond }) => spread(perSecond) },
  { head: 'ours CPU µs', cell: ({ ours }) => whole(ours.cpuMicroseconds) },
  { head: 'bare', cell: ({ bare }) => whole(bare.cpuMicroseconds) },
  { head: 'ratio (rounds)', cell: ({ cpu }) => spread(cpu) },
  { head: 'ours p50 ms', cell: ({ ours }) => fine(ours.p50Ms) },
  { head: 'bare', cell: ({ bare }) => fine(bare.p50Ms) },
  { head: 'ours p99 ms', cell: ({ ours }) => fine(ours.p99Ms) },
  { head: 'bare', cell: ({ bare }) => fine(bare.p99Ms) },
];

function table(compared: readonly Compared[]): string {
  const filled = columns.map(({ head, cell }) => [head, ...compared.map(cell)]);
  const widths = filled.map((cells) => Math.max(...cells.map(({ length }) => length)));
  const line = (row: number) =>
    filled.map((cells, column) => {
      const [text = '', width = 0] = [cells[row], widths[column]];
      return column === 0 ? text.padEnd(width) : text.padStart(width);
    });
  return [...compared.keys(), compared.length].map((row) => line(row).join('  ')).join('\n');
}

/** @returns lines for a terminal */
export function report({
  compared,
  rowSecurity,
  identity,
  firstStartMs,
  nextStartMs,
  memory,
  circumstances,
}: Figures) {
  const memoryOf = ({ idle, used }: Figures['memory']['ours']) =>
    `${whole(idle.residentMb)} MB after its start, ${whole(used.residentMb)} MB after the loads`;
  return [
    table(compared),
    '',
    table(rowSecurity),
    '',
    table(identity),
    '',
    'A ratio of 1 is as fast as the bare server. Requests a second depend on the whole machine; the',
    'processor time of a request is the server’s own, and steadier where cores are few or busy.',
    '',
    `Start    ${whole(firstStartMs)} ms the first time, with migrations and keys; ${whole(nextStartMs)} ms after that`,
    `Memory   ${memoryOf(memory.ours)} (bare: ${memoryOf(memory.bare)})`,
    `Machine  ${availableParallelism()} cores, Node ${process.versions.node}, ${circumstances}`,
  ].join('\n');
}
