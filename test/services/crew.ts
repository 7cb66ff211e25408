/** A crew of processes that are killed again and again, each started anew after it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Env, type Started, start, temporaryFolder } from '../server-process.ts';

/** What there is, as a process of the crew tells it. */
export type Told = {
  readonly changes: readonly string[] | null;
  readonly effects: readonly string[] | null;
  readonly jobs: Readonly<Record<string, number>> | null;
  readonly letters: Readonly<Record<string, number>> | null;
};

/** From a kill until the one who came after was at work: what was on its way may have been heard by then. */
export type Cut = { readonly from: number; to: number };

const file = join(import.meta.dirname, 'crew-program.ts');
const program = (env: Env, cwd: string, tasks: readonly string[]) =>
  start(process.execPath, [file, ...tasks], { cwd, env: { DATA_DIR: cwd, ...env } });

/**
 * @param tasks of each process, in the words of the program
 * @param env of all of them; they stand in one folder, as those on the embedded database must
 */
export function crewOf(tasks: readonly (readonly string[])[], env: Env) {
  const data = temporaryFolder();
  const lives: Started[] = [];
  const cuts: Cut[] = [];
  const begin = (words: readonly string[]) => {
    const life = program(env, data, words);
    lives.push(life);
    return life;
  };
  let members = tasks.map((words) => ({ words, life: begin(words) }));

  async function end({ life }: (typeof members)[number]) {
    const cut = { from: performance.now(), to: Number.POSITIVE_INFINITY };
    cuts.push(cut);
    life.kill('SIGKILL');
    await life.exited;
    return cut;
  }

  /** All that was acknowledged in any life. */
  const committed = () =>
    new Set(
      lives
        .flatMap((life) => [...life.output().matchAll(/^committed (\S+)$/gm)])
        .flatMap(([, made = '']) => made.split(',')),
    );

  return {
    /** One for each kill. */
    cuts,
    /** Kills one that is at work, any of them, and starts it anew. */
    async kill() {
      const member = members[Math.floor(Math.random() * members.length)];
      if (!member) throw new Error('nobody is left');
      await member.life.says(/^at work/m);
      await sleep(Math.random() * 500);
      const cut = await end(member);
      member.life = begin(member.words);
      const isBack = () => {
        cut.to = performance.now();
      };
      member.life.says(/^at work/m).then(isBack, isBack);
    },
    /** Kills all that do anything but `work`, for good, and leaves as many that do. */
    async onlyWork() {
      await Promise.all(members.filter(({ words }) => words.join() !== 'work').map(end));
      const left = members.filter(({ words }) => words.includes('work'));
      members = left.map(({ words, life }) => ({
        words: ['work'],
        life: words.length > 1 ? begin(['work']) : life,
      }));
    },
    committed,
    /** Waits until so much was acknowledged. */
    async untilCommitted(count: number) {
      while (committed().size < count) {
        const gone = await Promise.race([sleep(100), ...members.map(({ life }) => life.exited)]);
        if (gone) throw new Error(members.map(({ life }) => life.output()).join('\n'));
      }
    },
    /** Asks until what is told satisfies. */
    async until(isEnough: (told: Told) => boolean, withinMs = 180_000): Promise<Told> {
      const [member] = members;
      if (!member) throw new Error('nobody is left');
      for (const until = Date.now() + withinMs; ; await sleep(200)) {
        const said = member.life.output().length;
        await member.life.says(/^at work/m);
        member.life.type('tell\n');
        const told = await newlyTold(member.life, said);
        if (isEnough(told)) return told;
        if (Date.now() > until) {
          throw new Error(`it does not come to that: ${JSON.stringify([told.jobs, told.letters])}`);
        }
      }
    },
  };
}

async function newlyTold(life: Started, from: number): Promise<Told> {
  for (;;) {
    const [, told] = /^told (.*)\n/m.exec(life.output().slice(from)) ?? [];
    if (told) return JSON.parse(told);
    await life.says(/^told /m); // throws where it has ended
    await sleep(20);
  }
}
