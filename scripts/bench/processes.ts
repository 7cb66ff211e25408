/** The programs a run starts: none of them outlives it, whatever happens. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A reason to stop that one sentence explains. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}

/** How long a program may take to end before it is killed. */
const patienceMs = 10_000;

type Options = Pick<SpawnOptions, 'cwd' | 'env' | 'stdio' | 'uid' | 'gid'> & {
  /** What asks this program to end; SIGTERM unless said. */
  readonly stopWith?: NodeJS.Signals;
};

export class Processes {
  /** In the order of their start. */
  readonly #running = new Map<ChildProcess, NodeJS.Signals>();
  #closed = false;

  start(command: string, args: readonly string[], options: Options = {}): ChildProcess {
    if (this.#closed) throw new BenchError('The run is over.');
    const { stopWith = 'SIGTERM', ...rest } = options;
    const child = spawn(command, args, rest);
    this.#running.set(child, stopWith);
    child.once('exit', () => this.#running.delete(child));
    child.once('error', () => this.#running.delete(child));
    return child;
  }

  /**
   * Runs a program to its end.
   *
   * @returns what it wrote on standard output
   * @throws BenchError with what it wrote on standard error, where it fails
   */
  async run(command: string, args: readonly string[], options: Options = {}): Promise<string> {
    const child = this.start(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const written = { out: '', err: '' };
    child.stdout?.on('data', (chunk) => {
      written.out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      written.err += chunk;
    });
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code === 0) return written.out;
    throw new BenchError(
      `${command} failed (${code}): ${written.err.trim() || written.out.trim()}`,
    );
  }

  async stop(child: ChildProcess): Promise<void> {
    const signal = this.#running.get(child);
    if (signal === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(timer);
  }

  /** Ends everything, the newest first, and lets nothing start after that. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const child of [...this.#running.keys()].reverse()) await this.stop(child);
  }
}

/** Where a program is: on the PATH or in one of `folders`; undefined where it is missing. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders, ...path]
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
