/** The statements of the tasks, taken from the service itself by running it on a handle that notes them. */
import { Value } from 'typebox/value';
import { TaskQuery } from '#features/tasks/model.ts';
import * as tasks from '#features/tasks/service.ts';
import { noClient } from '#kernel/client.ts';
import type { Db } from '#kernel/db.ts';
import { type Principal, system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { newTask } from './requests.ts';

/** One value of a statement: the part of the input it comes from, and what it was when noted. */
type Slot = { readonly slot: string; readonly value: unknown };

export type Noted = { readonly name: string; readonly text: string; readonly slots: Slot[] };

/** Runs a verb that finds nothing, and says which statement it ran. */
async function noted(name: string, verb: (db: Db) => Promise<unknown>): Promise<Noted> {
  const all: Noted[] = [];
  const principal: Principal = { ...system, kind: 'user', superuser: false };
  const db: Db = {
    principal,
    client: noClient,
    sign: (text) => Buffer.from(text),
    unscoped: () => db,
    afterCommit: (then) => then(),
    notify: () => {},
    async run(statement, input) {
      const slots = Object.entries(input).map(([slot, value]) => [slot, { slot, value }]);
      const values = statement.values(Object.fromEntries(slots)) as Slot[];
      all.push({ name: statement.name, text: statement.text, slots: values });
      return [];
    },
    transaction: (work) => work(db),
    attempt: (work) => work(db),
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

export type TaskStatements = Readonly<Record<'get' | 'list' | 'create', Noted>>;

export async function taskStatements(): Promise<TaskStatements> {
  const query = Value.Default(TaskQuery, {}) as TaskQuery;
  return {
    get: await noted('tasks.get', (db) => tasks.get(db, '')),
    list: await noted('tasks.list', (db) => tasks.list(db, query)),
    create: await noted('tasks.create', (db) => tasks.create(db, newTask)),
  };
}
