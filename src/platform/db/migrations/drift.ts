/** How a database differs from the models, in either direction. */
import type pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import { transaction } from '../connection.ts';
import { readCatalog } from './catalog.ts';
import { mend } from './mend.ts';
import { difference, type Models, takeSnapshot } from './snapshot.ts';

/** Where the models are built to be looked at; never committed. */
const scratch = 'plinth_expected';

/**
 * Compares the tables of the database with the models. The models are built beside them, in a schema
 * of a transaction that is rolled back, so that one and the same server words both sides: no types,
 * defaults or expressions have to be normalised here.
 *
 * @returns the statements that would mend the database; none if it is as the models say
 * @throws MissingToolError without drizzle-kit
 * @throws Refusal if the models cannot be built there, such as for want of the right to
 */
export async function databaseDrift(pool: pg.Pool, models: Models): Promise<string[]> {
  const built = await difference(await takeSnapshot([]), await takeSnapshot(models));
  // Roles belong to the whole server and are not made twice.
  const statements = built.filter((statement) => !/^\s*CREATE ROLE/.test(statement));
  const compare = async (client: pg.PoolClient) => {
    await build(client, [`create schema ${scratch}`, ...statements.map(intoScratch)]);
    const expected = await readCatalog(client, scratch);
    return mend(await readCatalog(client, 'plinth'), expected);
  };
  return transaction(pool, compare, 'rollback');
}

const intoScratch = (statement: string) => statement.replaceAll('"plinth".', `"${scratch}".`);

async function build(client: pg.PoolClient, statements: readonly string[]) {
  for (const statement of statements) {
    try {
      await client.query(statement);
    } catch (cause) {
      const { message } = cause as Error;
      throw new Refusal(
        `The models could not be built beside the database to compare the two (${message}): ${statement}`,
        { cause },
      );
    }
  }
}
