/** Both engines a server process can stand on, as its environment names them. */
import type { Env } from '../server-process.ts';
import { emptyDatabase } from './postgres.ts';

export const engines: Readonly<Record<string, () => Promise<Env>>> = {
  PostgreSQL: async () => ({ DATABASE_URL: (await emptyDatabase()).url }),
  'the embedded database': async () => ({}),
};
