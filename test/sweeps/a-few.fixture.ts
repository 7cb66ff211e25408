/**
 * The sweep of tenants by a few of the cast, for a copy of the project.
 *
 * Its argument says whether the policies hold; it writes what it found.
 */
import { harness } from '#test/harness.ts';
import registry from '../../src/features.ts';
import { sweep } from './tenants.ts';

const [, , rowSecurity = 'true'] = process.argv;
const few: ReadonlySet<string> = new Set(['ada', 'a key of ada', 'x-member', 'a key of x']);

const { routes, attack } = await sweep(
  await harness({ env: { DB_ROW_SECURITY: rowSecurity } }),
  registry,
);
const found: string[] = [];
for (const route of routes) found.push(...(await attack(route, ({ name }) => few.has(name))));
process.stdout.write(`found ${JSON.stringify(found)}\n`);
