/** plinth env-example: every variable with what it means, as `.env.example` holds it. */
import type { TSchema } from 'typebox';
import { Config } from '../settings.ts';
import type { Command } from './command.ts';

type Described = TSchema & {
  description: string;
  default?: unknown;
  anyOf?: readonly { const?: unknown }[];
};

export default {
  summary: 'Print every variable of the environment',
  usage: 'plinth env-example > .env.example',
  async run() {
    const entries = Object.entries(Config.properties) as unknown as [string, Described][];
    process.stdout.write(`${entries.map(paragraph).join('\n')}`);
    return 0;
  },
} satisfies Command;

function paragraph([name, { description, default: fallback, anyOf = [] }]: [string, Described]) {
  const choices = anyOf.map((choice) => choice.const).join(' | ');
  const value = Array.isArray(fallback) ? fallback.join(',') : (fallback ?? '');
  return `# ${description}${choices && ` (${choices})`}\n#${name}=${value}\n`;
}
