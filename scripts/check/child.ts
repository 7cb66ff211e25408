/** Runs another program and keeps what it says. */
import { execFile } from 'node:child_process';

export type Outcome = {
  readonly code: number;
  readonly output: string;
  readonly complaints: string;
};

type Options = {
  readonly cwd: string;
  /** The whole environment of the program; ours unless said. */
  readonly env?: NodeJS.ProcessEnv;
};

const maxBuffer = 64 * 1024 * 1024;

/** Never rejects: a program that cannot be started has the code -1 and says why. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = process.env }: Options,
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, maxBuffer }, (error, output, complaints) => {
      if (!error) resolve({ code: 0, output, complaints });
      else if (typeof error.code === 'number') resolve({ code: error.code, output, complaints });
      else resolve({ code: -1, output, complaints: complaints || error.message });
    });
  });
}

/** Runs a JavaScript or TypeScript program on the Node that runs this one. */
export const runNode = (args: readonly string[], options: Options): Promise<Outcome> =>
  runProgram(process.execPath, args, options);
