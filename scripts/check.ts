/** Checks the project: its types, its format, its description and the laws of the house; `--staged` before a commit. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { codeLaws, textLaws } from './check/laws.ts';
import { changes } from './check/openapi-changes.ts';
import { linters } from './check/openapi-linters.ts';
import { problems } from './check/openapi-problems.ts';
import { report } from './check/report.ts';
import { withStaged } from './check/staged.ts';
import { biome, types } from './check/tools.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { staged: { type: 'boolean', default: false } } });

const programs = { types, biome };
const description = { linters, changes, problems };
const all = () =>
  report({ ...programs, ...description, ...textLaws, ...codeLaws }, root, console.log);
const staged = () =>
  withStaged(root, (folder, changed) =>
    report({ biome: () => biome(folder, changed), ...textLaws }, folder, console.log),
  );

const holds = await (values.staged ? staged() : all());
process.exitCode = holds ? 0 : 1;
