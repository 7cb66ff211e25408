/** The mailboxes of a test: who got which letters, and the tokens in their links. */

export type Letter = {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
};
type Call = (
  as: string,
  line: string,
) => Promise<{ readonly body: { readonly data: readonly Letter[] } }>;

export const tokenIn = (letter: Pick<Letter, 'text'> | undefined): string =>
  /token=([\w-]{43})$/m.exec(letter?.text ?? '')?.[1] ?? 'no token';

/** @param call as the harness gives it */
export function mailbox(call: Call) {
  /** The letters to an address, newest first. */
  async function lettersTo(recipient: string): Promise<Letter[]> {
    const { body } = await call('root', 'GET /api/v1/private/emails/?limit=100');
    return body.data.filter((letter) => letter.recipient === recipient);
  }
  const tokenTo = async (recipient: string) => tokenIn((await lettersTo(recipient))[0]);
  return { lettersTo, tokenTo };
}
