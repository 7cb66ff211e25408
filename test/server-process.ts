/** The real server as a process of its own: started, spoken to, and killed after the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '..');
/** How long a start may take on a machine that is busy with other things. */
const startMs = 120_000;

export type Env = Readonly<Record<string, string>>;
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A program that was started, whatever becomes of it. */
export type Started = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Everything it wrote so far. */
  output(): string;
  /** What it wrote on standard error so far. */
  errors(): string;
  kill(signal?: NodeJS.Signals): void;
  /** Types into its standard input. */
  type(text: string): void;
  /** Resolves once it wrote what matches; rejects if it ends before or does not in time. */
  says(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
};

export type Server = Started & { readonly url: string };

const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.once('exit', () => {
  running.forEach(killAll);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Ends a program and what it started. */
function killAll({ pid }: ChildProcess) {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {} // all of it has ended
}

/** A folder of the test's own, removed at the end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-test-'));
  folders.add(folder);
  return folder;
}

/** The environment of a person's shell: what npm and this project added is taken out. */
export function shellEnv(): Env {
  const path = (process.env.PATH ?? '').split(delimiter);
  const { HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  const kept = { HOME, TMPDIR, NODE_COMPILE_CACHE, LANG: 'C.UTF-8' };
  const given = Object.entries(kept).filter((entry): entry is [string, string] => !!entry[1]);
  return {
    ...Object.fromEntries(given),
    PATH: path.filter((folder) => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter),
  };
}

type Where = {
  readonly env?: Env;
  readonly cwd?: string;
  /** As whom it runs; as the user of the test unless said. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
};

/** Starts a program that ends, at the latest, with the test. */
export function start(
  program: string,
  args: readonly string[],
  { env = {}, cwd, user }: Where = {},
): Started {
  // A group of its own, so that all of it can be ended.
  const child = spawn(program, args, {
    cwd,
    env: { ...shellEnv(), ...env },
    detached: true,
    ...user,
  });
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
    errors += chunk;
  });
  child.stdin.on('error', () => {}); // it ended before it read
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      // What it started may hold its output open; who asks for the end does not wait for that.
      const timer = setTimeout(resolve, 1_000, { code, signal });
      child.once('close', () => {
        clearTimeout(timer);
        running.delete(child); // nothing of it is left, and its number may soon be another's
        resolve({ code, signal });
      });
    });
  });
  let ended = false;
  const end = () => {
    ended = true;
  };
  exited.then(end, end);
  after(async () => {
    if (running.has(child)) killAll(child);
    await exited.catch(() => {});
    running.delete(child);
  });

  async function says(pattern: RegExp, withinMs = startMs) {
    for (const until = Date.now() + withinMs; ; await sleep(20)) {
      const found = pattern.exec(output);
      if (found) return found;
      if (ended || Date.now() > until) {
        throw new Error(`${ended ? 'it ended' : 'in time it'} without ${pattern}:\n${output}`);
      }
    }
  }
  return {
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    errors: () => errors,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    type: (text) => void child.stdin.write(text),
    says,
  };
}

type Options = {
  /** The tree whose `plinth.js` runs; this one unless said. */
  readonly tree?: string;
  /** What the server keeps; a folder of its own unless said. */
  readonly data?: string;
  /** The command and its arguments. */
  readonly command?: readonly string[];
};

/** Runs a command of the command line without waiting for anything. */
export function run(env: Env = {}, options: Options = {}): Started {
  const { tree = root, data = temporaryFolder(), command = ['serve'] } = options;
  const given = {
    DATA_DIR: data,
    HOST: '127.0.0.1',
    PORT: '0',
    MAILBOX_PORT: '0',
    LOG_FORMAT_JSON: 'true',
    RATE_LIMIT_ENABLED: 'false',
  };
  // Where the data is there is no `.env` of a developer.
  return start(process.execPath, [join(tree, 'plinth.js'), ...command], {
    cwd: data,
    env: { ...given, ...env },
  });
}

/** Starts the server and waits until it wants work. */
export const startServer = (env: Env = {}, options: Options = {}) => ready(run(env, options));

/** Waits until a server that was started somehow wants work. */
export async function ready(started: Started): Promise<Server> {
  const [url] = await started.says(/http:\/\/127\.0\.0\.1:\d+/);
  for (const until = Date.now() + startMs; ; await sleep(20)) {
    const status = await fetch(`${url}/readyz`).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.status;
      },
      () => 0,
    );
    if (status === 200) return { ...started, url };
    if (Date.now() > until) throw new Error(`it is not ready in time:\n${started.output()}`);
  }
}
