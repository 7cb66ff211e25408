/** Every law of the house, by name. */
import { cycles } from './cycles.ts';
import { docs } from './docs.ts';
import { drift } from './drift.ts';
import { emails } from './emails.ts';
import { environment } from './environment.ts';
import { layers } from './layers.ts';
import { leaks } from './leaks.ts';
import { passages } from './passages.ts';
import { runnable } from './runnable.ts';
import { silencers } from './silencers.ts';
import { sizes } from './sizes.ts';
import { statements } from './statements.ts';
import { words } from './words.ts';

/** Sentences, each `path:line: what is wrong; what to do`; none where the law is kept. */
export type Check = (root: string) => string[] | Promise<string[]>;

/** Laws that only read: fast, and good for any folder that holds the files. */
export const textLaws: Readonly<Record<string, Check>> = {
  layers,
  cycles,
  environment,
  runnable,
  sizes,
  words,
  silencers,
  leaks,
  statements,
  passages,
};

/** Laws that run the project's own code. */
export const codeLaws: Readonly<Record<string, Check>> = { docs, drift, emails };
