/** plinth migrate: the schema of the database, forward and back. */
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import { migrate } from '#platform/db/migrations/apply.ts';
import { check } from '#platform/db/migrations/check.ts';
import { downgrade } from '#platform/db/migrations/downgrade.ts';
import { generate } from '#platform/db/migrations/generate.ts';
import { type ListedMigration, list } from '#platform/db/migrations/list.ts';
import { openPool } from '#platform/db/open.ts';
import type { Config } from '../config.ts';
import type { Command } from './command.ts';

const root = join(import.meta.dirname, '../..');

/** Where the migrations of this project are. */
export const migrationsFolder = join(root, 'migrations');

const usage = `migrate <command>

  generate <message>   write a migration from what changed in the models; needs no database
    --rename <old>=<new>   a table (tasks=todos) or column (tasks.title=name) has a new name
    --drop <name>          a table or column may go with its data, though another comes
    --empty                write the SQL by hand; only the snapshot is generated
  apply [<id>]         apply what is pending, up to and with <id>
  auto <message>       generate, then apply; takes the options of generate
  downgrade <target>   take back: -1 the last one, <id> all after it, base all
  current              the last migration that was applied
  list                 all migrations and whether they are applied
  check                exit with 1 if anything is pending, changed, missing, out of order or has
                       drifted between models, migrations and database
    --models               look at models and migrations only; needs no database

An id may be shortened to how it starts.`;

/** Imports every feature's models. */
async function loadModels(): Promise<object[]> {
  const files = globSync('src/features/*/model.ts', { cwd: root }).sort();
  return Promise.all(files.map((file) => import(pathToFileURL(join(root, file)).href)));
}

const say = (sentence: string) => console.log(sentence);

type Run = (args: readonly string[], config: Config) => Promise<number>;

const commands: Record<string, Run> = {
  async generate(args) {
    await generateFrom(args);
    return 0;
  },

  async apply(args, config) {
    const [to] = words(args, 0, 1);
    await withPool(config, (pool) => apply(pool, to));
    return 0;
  },

  async auto(args, config) {
    await generateFrom(args);
    await withPool(config, (pool) => apply(pool));
    return 0;
  },

  async downgrade(args, config) {
    const [target] = words(args, 1, 1) as [string];
    const options = { folder: migrationsFolder, target, log: say };
    const reverted = await withPool(config, (pool) => downgrade(pool, options));
    if (reverted.length === 0) say('Nothing to take back.');
    return 0;
  },

  async current(args, config) {
    words(args, 0, 0);
    const listed = await withPool(config, (pool) => list(pool, migrationsFolder));
    say(listed.findLast(({ applied_at }) => applied_at)?.id ?? 'Nothing is applied.');
    return 0;
  },

  async list(args, config) {
    words(args, 0, 0);
    const { listed, unreachable } = await withPoolOrWhyNot(config, async (database) => {
      if (!(database instanceof Error)) return { listed: await list(database, migrationsFolder) };
      return { listed: await list(undefined, migrationsFolder), unreachable: database.message };
    });
    for (const line of listed.map(row)) say(line);
    if (listed.length === 0) say('There are no migrations yet.');
    if (unreachable) say(`What is applied is not known: ${unreachable}`);
    return 0;
  },

  async check(args, config) {
    const [only] = words(args, 0, 1);
    if (only !== undefined && only !== '--models') throw new Refusal(usage);
    const options = { folder: migrationsFolder, models: await loadModels() };
    const report = only
      ? await check(undefined, options)
      : await withPoolOrWhyNot(config, (database) => check(database, options));
    for (const { kind, message, statements = [] } of report.findings) {
      say(`${kind.replaceAll('_', ' ').padEnd(14)}  ${message}`);
      for (const statement of statements) say(indented(statement));
    }
    for (const note of report.notes) say(`${'not looked at'.padEnd(14)}  ${note}`);
    if (report.findings.length === 0)
      say(only ? 'Models and migrations agree.' : 'Models, migrations and database agree.');
    return report.findings.length > 0 ? 1 : 0;
  },
};

async function generateFrom(args: readonly string[]): Promise<void> {
  const { values, positionals } = parsed(args);
  const message = positionals.join(' ');
  const id = await generate({
    folder: migrationsFolder,
    models: await loadModels(),
    message,
    renames: values.rename,
    drops: values.drop,
    empty: values.empty,
  });
  if (id === undefined) say('The models did not change since the last migration.');
  else
    say(
      `Wrote ${join(relative(process.cwd(), migrationsFolder), id)}; read it before you apply it.`,
    );
}

async function apply(pool: pg.Pool, to?: string): Promise<void> {
  const applied = await migrate(pool, { folder: migrationsFolder, to, log: say });
  if (applied.length === 0) say('Nothing to apply.');
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rename: { type: 'string', multiple: true, default: [] },
        drop: { type: 'string', multiple: true, default: [] },
        empty: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}

/** The words of a command without options; `-1` is one of them. */
function words(args: readonly string[], least: number, most: number): readonly string[] {
  if (args.length < least || args.length > most) throw new Refusal(usage);
  return args;
}

async function withPool<Result>(config: Config, work: (pool: pg.Pool) => Promise<Result>) {
  const { pool, close } = await openPool(config);
  try {
    return await work(pool);
  } finally {
    await close();
  }
}

async function withPoolOrWhyNot<Result>(
  config: Config,
  work: (database: pg.Pool | Error) => Promise<Result>,
): Promise<Result> {
  const opened = await openPool(config).catch((error: Error) => error);
  if (opened instanceof Error) return work(opened);
  try {
    return await work(opened.pool);
  } finally {
    await opened.close();
  }
}

function row({ id, state, applied_at, duration_ms }: ListedMigration): string {
  const when = applied_at ? `  ${applied_at}  ${duration_ms} ms` : '';
  return `${state.replaceAll('_', ' ').padEnd(12)}  ${id}${when}`;
}

const indented = (text: string) => text.trim().replace(/^/gm, ' '.repeat(16));

export default {
  summary: 'Change the schema of the database, forward and back',
  usage,
  async run([name = '', ...args], config) {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new Refusal(usage);
    return command(args, config);
  },
} satisfies Command;
