/** plinth create-superuser: an account that may do everything. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as audit from '#features/audit/service.ts';
import * as sessions from '#features/sessions/service.ts';
import { changed } from '#features/tokens/service.ts';
import { isEmail } from '#features/users/email.ts';
import { canonicalEmail, EmailTaken, UserNotFound } from '#features/users/model.ts';
import { promote } from '#features/users/promote.ts';
import type { Ports } from '#kernel/ports.ts';
import { system } from '#kernel/principal.ts';
import { Problem } from '#kernel/problem.ts';
import { Refusal } from '#kernel/refusal.ts';
import type { Command } from './command.ts';
import { asking } from './prompt.ts';
import { makeSuperuser } from './superuser.ts';
import { withPorts } from './with-ports.ts';

const usage = `create-superuser [<email>]

  Makes an account that may do everything. Asks at the terminal for what is not given; what is typed
  as a password is not shown. On the embedded database, stop the server first.

  --password-stdin   read the password from the first line of standard input
  --promote          raise the account that is there with this e-mail; its password stays`;

export default {
  summary: 'Make an account that may do everything',
  usage,
  async run(args, config) {
    const given = parsed(args);
    if (typeof given === 'string') {
      process.stderr.write(given);
      return 2;
    }
    const known = await complete(given);
    if (!isEmail(known.email)) throw new Refusal('This e-mail is no address.');
    const sentence = await withPorts(config, (ports) =>
      known.password === undefined
        ? raise(ports, known.email)
        : make(ports, { email: known.email, password: known.password }),
    );
    process.stdout.write(`${sentence}\n`);
    return 0;
  },
} satisfies Command;

type Given = {
  readonly email: string | undefined;
  readonly fromStdin: boolean;
  readonly isThere: boolean;
};

/** @returns what is wrong, and the usage, where it cannot be understood */
function parsed(args: readonly string[]): Given | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'password-stdin': { type: 'boolean' }, promote: { type: 'boolean' } },
    });
    const [email, ...more] = positionals;
    const { 'password-stdin': fromStdin = false, promote: isThere = false } = values;
    if (more.length > 0 || (fromStdin && isThere)) return `${usage}\n`;
    const isComplete = email !== undefined && (fromStdin || isThere);
    if (!isComplete && (fromStdin || !process.stdin.isTTY)) {
      return `Without a terminal to ask at, give the e-mail, and --password-stdin.\n\n${usage}\n`;
    }
    return { email, fromStdin, isThere };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}\n`;
  }
}

/** What is known once everything was asked; no password where the account is there. */
type Known = { readonly email: string; readonly password?: string };

async function complete({ email, fromStdin, isThere }: Given): Promise<Known> {
  if (email !== undefined && fromStdin) return { email, password: await firstLine() };
  if (email !== undefined && isThere) return { email };
  return asking(process.stdin, process.stderr, async (ask) => {
    const address = email ?? (await ask('E-mail: '));
    if (isThere) return { email: address };
    const password = await ask.hidden('Password: ');
    if ((await ask.hidden('Once more: ')) === password) return { email: address, password };
    throw new Refusal('The two passwords differ; nothing was done.');
  });
}

async function firstLine(): Promise<string> {
  try {
    for await (const line of createInterface({ input: process.stdin })) return line;
  } finally {
    process.stdin.destroy(); // whoever holds the other end open does not hold the exit
  }
  throw new Refusal('There is no password on standard input.');
}

async function make({ database }: Ports, known: { email: string; password: string }) {
  try {
    await makeSuperuser(database.as(system), known);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const hint = error.kind === EmailTaken ? '; --promote raises it' : '';
    throw new Refusal(`${error.message}${hint}.`, { cause: error });
  }
  return `${canonicalEmail(known.email)} is a superuser, and can sign in.`;
}

async function raise(ports: Ports, email: string) {
  try {
    await ports.database.as(system).transaction(async (db) => {
      const id = await promote(db, email);
      await sessions.end(db, ports, { user_id: id }); // their tokens say what it was
      await changed(db, ports, id); // what its API keys may do
      await audit.record(db, 'user.promoted', { target_id: id });
    });
  } catch (error) {
    if (!(error instanceof Problem && error.kind === UserNotFound)) throw error;
    throw new Refusal('There is no active account with this e-mail.', { cause: error });
  }
  return `${canonicalEmail(email)} is a superuser. Its sessions have ended.`;
}
