/** What a command of the command line is. */
import type { Config } from '../config.ts';

export type Command = {
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole help of this command. */
  readonly usage: string;
  /** @returns the exit code */
  run(args: readonly string[], config: Config): Promise<number>;
};
