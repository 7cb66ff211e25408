/** The command line: which command was meant, and what becomes of its failure. */
import { Refusal } from '#kernel/refusal.ts';
import type { Command } from './cli/command.ts';
import { loadConfig, processEnv } from './config.ts';

const commands: Record<string, () => Promise<{ default: Command }>> = {
  serve: () => import('./cli/serve.ts'),
  worker: () => import('./cli/worker.ts'),
  migrate: () => import('./cli/migrate.ts'),
  'rotate-keys': () => import('./cli/rotate-keys.ts'),
  'create-superuser': () => import('./cli/create-superuser.ts'),
  'import-users': () => import('./cli/import-users.ts'),
  audit: () => import('./cli/audit.ts'),
  openapi: () => import('./cli/openapi.ts'),
  'env-example': () => import('./cli/env-example.ts'),
};

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const load = commands[name];
  if (name === 'help' || name === '--help') {
    process.stdout.write(await help());
    return 0;
  }
  if (!load) {
    process.stderr.write(`There is no command ${name}.\n\n${await help()}`);
    return 2;
  }
  const { default: command } = await load();
  if (args.includes('--help')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(args, loadConfig(processEnv()));
}

async function help() {
  const lines = Object.entries(commands).map(async ([name, load]) => {
    const { summary } = (await load()).default;
    return `  ${name.padEnd(18)}${summary}\n`;
  });
  const all = (await Promise.all(lines)).join('');
  return `Usage: plinth <command>\n\n${all}\nplinth <command> --help tells more of one.\n`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const sentence = error instanceof Refusal ? error.message : ((error as Error).stack ?? error);
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
