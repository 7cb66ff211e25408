/** Asking a person at a terminal. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Refusal } from '#kernel/refusal.ts';

type Ask = {
  (question: string): Promise<string>;
  /** What is typed is not shown. */
  hidden(question: string): Promise<string>;
};

/**
 * Asks what `work` wants to know.
 *
 * @throws Refusal if the person leaves, by Ctrl-C or Ctrl-D
 */
export async function asking<Result>(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> {
  let isHidden = false;
  const shown = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  // Without a history, or the arrow keys would show what was typed unseen.
  const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
  const left = new AbortController();
  lines.once('close', () => left.abort());

  const question = (text: string) => lines.question(text, { signal: left.signal });
  const hidden = async (text: string) => {
    output.write(text);
    isHidden = true;
    try {
      return await question('');
    } finally {
      isHidden = false;
      output.write('\n');
    }
  };
  try {
    return await work(Object.assign(question, { hidden }));
  } catch (error) {
    if (left.signal.aborted) throw new Refusal('Left before the end; nothing was done.');
    throw error;
  } finally {
    lines.close();
  }
}
