/** plinth openapi: the description of the API, as `openapi.json` holds it. */
import { describe } from '../app.ts';
import { version } from '../ports.ts';
import type { Command } from './command.ts';

export default {
  summary: 'Print the OpenAPI description',
  usage: 'plinth openapi > openapi.json',
  async run() {
    process.stdout.write(`${JSON.stringify(describe('Plinth', version), null, 2)}\n`);
    return 0;
  },
} satisfies Command;
