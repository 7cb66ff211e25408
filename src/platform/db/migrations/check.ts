/** Everything that can be wrong between models, migrations and database. */
import type pg from 'pg';
import { databaseDrift } from './drift.ts';
import { MissingToolError } from './error.ts';
import { type Migration, readMigrations, readSnapshot } from './files.ts';
import { diverged } from './generate.ts';
import { readHistory } from './history.ts';
import { difference, type Models, takeSnapshot } from './snapshot.ts';
import { type Finding, pending, verify } from './verify.ts';

export type Report = {
  /** What is wrong; nothing if all is well. */
  readonly findings: readonly Finding[];
  /** What was not looked at, and why. */
  readonly notes: readonly string[];
};

export type CheckOptions = { readonly folder: string; readonly models: Models };

/**
 * Looks at everything, changes nothing. The database is compared with the models only where no
 * migration waits and the models are those of the last one: else the difference is known already.
 *
 * @param database the pool, or why there is none; undefined to look at the files only
 * @throws Refusal if the folder cannot be read
 */
export async function check(
  database: pg.Pool | Error | undefined,
  options: CheckOptions,
): Promise<Report> {
  const migrations = readMigrations(options.folder);
  const notes: string[] = [];
  const noting = async (look: () => Promise<Finding[]>) => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof MissingToolError)) throw error;
      if (!notes.includes(error.message)) notes.push(error.message);
      return [];
    }
  };
  const files = [
    ...diverged(migrations.map(readSnapshot)),
    ...(await noting(() => modelsDrift(migrations, options.models))),
  ];
  if (!database) return { findings: files, notes };
  const history = await historyFindings(database, migrations);
  const findings = [...history, ...files];
  if (database instanceof Error || findings.length > 0) return { findings, notes };
  const drift = await noting(async () => {
    const statements = await databaseDrift(database, options.models);
    const message = 'The database is not as the models say; these statements would mend it.';
    return statements.length > 0 ? [{ kind: 'database_drift', message, statements }] : [];
  });
  return { findings: drift, notes };
}

async function historyFindings(
  database: pg.Pool | Error,
  migrations: readonly Migration[],
): Promise<Finding[]> {
  let unreachable = database instanceof Error ? database : undefined;
  if (!(database instanceof Error)) {
    try {
      const history = await readHistory(database);
      const waiting = pending(migrations, history).map(
        ({ id }): Finding => ({ kind: 'pending', id, message: `${id} is not applied.` }),
      );
      const wrong = verify(migrations, history);
      const named = new Set<string | undefined>(wrong.map(({ id }) => id));
      return [...wrong, ...waiting.filter(({ id }) => !named.has(id))];
    } catch (error) {
      unreachable = error as Error;
    }
  }
  const { message, code } = unreachable as NodeJS.ErrnoException;
  return [{ kind: 'unreachable', message: `The database cannot be reached: ${message || code}` }];
}

async function modelsDrift(migrations: readonly Migration[], models: Models): Promise<Finding[]> {
  const last = migrations.map(readSnapshot).findLast((snapshot) => snapshot !== undefined);
  const statements = await difference(last ?? (await takeSnapshot([])), await takeSnapshot(models));
  if (statements.length === 0) return [];
  const message = 'The models changed since the last migration: run migrate generate.';
  return [{ kind: 'models_changed', message, statements }];
}
