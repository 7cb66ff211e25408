/** What is generated and committed is what the code generates now. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Outcome, runNode } from './child.ts';

/** The surroundings of a developer must not show in what is compared. */
const env = { PATH: process.env.PATH ?? '' };

const plinth = (root: string, ...args: string[]): Promise<Outcome> =>
  runNode(['plinth.js', ...args], { cwd: root, env });

/** The line of what a program said that says most. */
function gist({ complaints, output }: Outcome): string {
  const lines = (complaints.trim() || output.trim()).split('\n');
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '';
}

/** The first line, from 1, in which two texts differ; undefined where they are the same. */
function firstDifference(one: string, other: string): number | undefined {
  if (one === other) return undefined;
  const others = other.split('\n');
  const line = one.split('\n').findIndex((text, index) => text !== others[index]);
  return line === -1 ? others.length : line + 1;
}

/** A file that a command prints. */
async function printed(root: string, file: string, command: string): Promise<string[]> {
  const outcome = await plinth(root, command);
  if (outcome.code !== 0)
    return [`${file}:1: plinth.js ${command} fails, so it cannot be compared: ${gist(outcome)}`];
  const kept = path.join(root, file);
  if (!existsSync(kept)) return [`${file}:1: is missing; run npm run ${command}`];
  const line = firstDifference(readFileSync(kept, 'utf8'), outcome.output);
  return line ? [`${file}:${line}: is not what the code says now; run npm run ${command}`] : [];
}

/** The models and the snapshot of the last migration. */
async function migrated(root: string): Promise<string[]> {
  const outcome = await plinth(root, 'migrate', 'check', '--models');
  if (outcome.code === 0) return [];
  return [
    `migrations:1: the models are not what the last migration left (${gist(outcome)}); run npm run migrate -- generate "what changed"`,
  ];
}

/** @returns a sentence for everything generated that has drifted from the code */
export async function drift(root: string): Promise<string[]> {
  const found = await Promise.all([
    printed(root, 'openapi.json', 'openapi'),
    printed(root, '.env.example', 'env-example'),
    migrated(root),
  ]);
  return found.flat();
}
