/** The mailbox of development, as its server sees it. */
import type { Message } from '#kernel/mailer.ts';

/** A letter that was written. */
export type Kept = Message & {
  readonly from: { readonly name: string; readonly address: string };
  readonly kind: string;
  /** What became of it. */
  readonly state: string;
};

export type Mailbox = {
  /**
   * Looks for letters, newest first.
   *
   * @param query in Mailpit's words
   * @returns some of those that were found, how many were found, and how many there are
   */
  look(
    query: string,
    window: { readonly start: number; readonly limit: number },
  ): Promise<{ readonly letters: readonly Kept[]; readonly found: number; readonly total: number }>;
  find(id: string): Promise<Kept | undefined>;
  /** The letter as it goes over the wire, headers first. */
  source(letter: Kept): Promise<string>;
};
