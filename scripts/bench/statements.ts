/** The statements of the tasks, taken from the service itself by running it on a handle that notes them. */
import { Value } from 'typebox/value';
import type { TaskCreate } from '#features/tasks/model.ts';
import * as tasks from '#features/tasks/service.ts';
import type { Compiled, Db } from '#kernel/db.ts';
import { type Principal, system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { PageQuery } from '#kernel/schema.ts';

export type Noted = { readonly statement: Compiled; readonly input: Record<string, unknown> };

/** Runs a verb that finds nothing, and says which statement it ran with which input. */
async function noted(name: string, verb: (db: Db) => Promise<unknown>): Promise<Noted> {
  const all: Noted[] = [];
  const principal: Principal = { ...system, kind: 'user', superuser: false };
  const db: Db = {
    principal,
    run: async (statement, input) => {
      all.push({ statement, input });
      return [];
    },
    transaction: (work) => work(db),
  };
  await verb(db).catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error; // it is not there: nothing is
  });
  const [only] = all;
  if (!only || all.length > 1) {
    throw new Error(`${name} runs ${all.length} statements; let the bare server run them too`);
  }
  return only;
}

/** @param body the fields of the creation that is measured */
export async function taskStatements(body: TaskCreate) {
  const query = Value.Default(PageQuery, {}) as PageQuery;
  return {
    get: await noted('tasks.get', (db) => tasks.get(db, '')),
    list: await noted('tasks.list', (db) => tasks.list(db, query)),
    create: await noted('tasks.create', (db) => tasks.create(db, body)),
  };
}
