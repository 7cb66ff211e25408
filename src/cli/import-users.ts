/** plinth import-users: the accounts of another system, from a file of JSON lines. */
import { createReadStream, existsSync, openSync, realpathSync, statSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MultiBar } from 'cli-progress';
import { type ForeignUser, readUser } from '#features/users/foreign-user.ts';
import { type Imported, importUsers } from '#features/users/import.ts';
import type { Db } from '#kernel/db.ts';
import { system } from '#kernel/principal.ts';
import { Refusal } from '#kernel/refusal.ts';
import type { Command } from './command.ts';
import { jsonLines } from './json-lines.ts';
import { withPorts } from './with-ports.ts';

const usage = `import-users <file>

  Brings in accounts, one JSON object on each line; - reads standard input. Passwords keep working,
  from hashes of bcrypt, argon2 and Better Auth's scrypt, and are hashed anew at the next sign-in.
  Who is there already is left alone, so the same file may be read again after a failure. On the
  embedded database, stop the server first.

  --with-superusers   superusers there are superusers here; without it they are ordinary users
  --report <file>     where to write which lines were refused and why, as JSON lines; without it
                      that goes to standard error

  It reads the words of
    Plinth            id, email, full_name, is_active, is_superuser, is_verified, password_hash,
                      created_at
    the full-stack FastAPI template, its table of users
                      hashed_password instead of password_hash
    Better Auth, its table of users
                      name, emailVerified, banned, createdAt, and password, or the user's rows of
                      the table of accounts as "accounts"
  and needs only the email. An id that is a UUID is kept. Exits with 1 if a line was refused.`;

/** So many go in by one statement, and one transaction. */
const batchSize = 500;

type Count = keyof Imported | 'refused';

/** How each count is told, in this order. */
const labels: Readonly<Record<Count, string>> = {
  imported: 'imported',
  already_there: 'already there',
  refused: 'refused',
  not_superusers: 'superusers there, ordinary users here',
  without_password: 'without a password, who need a letter to set one',
  without_two_factor: 'without the second factor they had',
};
const countsOf = (of: (name: Count) => number) =>
  Object.fromEntries((Object.keys(labels) as Count[]).map((name) => [name, of(name)])) as Record<
    Count,
    number
  >;

export default {
  summary: 'Bring in the accounts of another system',
  usage,
  async run(args, config) {
    const given = parsed(args);
    if (typeof given === 'string') {
      process.stderr.write(given);
      return 2;
    }
    const input = openInput(given.file);
    const report = openReport(given);
    const progress = openProgress(input);
    const refuse: Refuse = report ?? ((line, reason) => progress.say(`Line ${line}: ${reason}`));
    const work = { ...given, chunks: input.chunks, refuse, advance: progress.advance };
    const counts = await withPorts(config, ({ database }) =>
      importAll(database.as(system), work),
    ).finally(progress.stop);
    const lines = Object.entries(labels).map(
      ([name, label]) => `${String(counts[name as Count]).padStart(9)}  ${label}\n`,
    );
    process.stdout.write(lines.join(''));
    return counts.refused > 0 ? 1 : 0;
  },
} satisfies Command;

type Given = {
  readonly file: string;
  readonly withSuperusers: boolean;
  readonly report: string | undefined;
};

/** @returns what is wrong, and the usage, where it cannot be understood */
function parsed(args: readonly string[]): Given | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'with-superusers': { type: 'boolean' }, report: { type: 'string' } },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return `${usage}\n`;
    return { file, withSuperusers: values['with-superusers'] === true, report: values.report };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}\n`;
  }
}

type Input = {
  readonly chunks: AsyncIterable<Buffer>;
  /** In bytes; undefined where the end is not known. */
  readonly size?: number;
  bytesRead(): number;
};

/** @throws Refusal if the file cannot be opened */
function openInput(file: string): Input {
  if (file === '-') return { chunks: process.stdin, bytesRead: () => 0 };
  return opened(() => {
    const chunks = createReadStream(file, { fd: openSync(file, 'r') });
    return { chunks, size: statSync(file).size, bytesRead: () => chunks.bytesRead };
  });
}

function opened<Result>(open: () => Result): Result {
  try {
    return open();
  } catch (cause) {
    throw new Refusal(`It cannot be opened: ${(cause as Error).message}.`, { cause });
  }
}

/** Says of a refused line its number and the reason, and nothing it holds. */
type Refuse = (line: number, reason: string) => void;

/** @throws Refusal if the report cannot be opened */
function openReport({ file, report }: Given): Refuse | undefined {
  if (report === undefined) return undefined;
  if (existsSync(report) && existsSync(file) && realpathSync(report) === realpathSync(file)) {
    throw new Refusal('The report would overwrite the file that is read.');
  }
  const fd = opened(() => openSync(report, 'w', 0o600));
  return (line, reason) => void writeSync(fd, `${JSON.stringify({ line, reason })}\n`);
}

/** A bar for a person who watches; nothing in a log. */
function openProgress({ size, bytesRead }: Input) {
  const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
  if (!process.stderr.isTTY || size === undefined) return { say, advance() {}, stop() {} };
  const bars = new MultiBar({ format: '{bar} {percentage}%  {duration_formatted}' });
  const bar = bars.create(size, 0);
  return {
    say: (sentence: string) => bars.log(`${sentence}\n`),
    advance: () => bar.update(bytesRead()),
    stop() {
      bars.update(); // or what was said last would not be shown
      bars.stop();
    },
  };
}

type Work = Pick<Given, 'withSuperusers'> & {
  readonly chunks: AsyncIterable<Buffer>;
  readonly refuse: Refuse;
  /** Called after each batch. */
  readonly advance: () => void;
};

/** @throws Refusal that says how far it came */
async function importAll(db: Db, { chunks, withSuperusers, refuse, advance }: Work) {
  let counts = countsOf(() => 0);
  let batch: ForeignUser[] = [];
  let number = 0;
  let lastDone = 0;

  async function finishBatch() {
    const more: Partial<Record<Count, number>> = await importUsers(db, batch, withSuperusers);
    const before = counts;
    counts = countsOf((name) => before[name] + (more[name] ?? 0));
    batch = [];
    lastDone = number;
    advance();
  }

  try {
    for await (const line of jsonLines(chunks)) {
      number = line.number;
      const read = line.fault ?? accountOf(line.value);
      if (typeof read === 'string') {
        refuse(number, read);
        counts.refused += 1;
      } else if (batch.push(read) === batchSize) await finishBatch();
    }
    await finishBatch();
  } catch (cause) {
    const sentence = `It stopped after line ${lastDone}: ${(cause as Error).message}. What was imported stays; do it again to go on.`;
    throw new Refusal(sentence, { cause });
  }
  return counts;
}

/** @returns why it is none, where it is none */
function accountOf(value: unknown): ForeignUser | string {
  try {
    return readUser(value);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
