/** The way out for letters, whatever carries them. */

/** A letter as it goes out. */
export type Message = {
  /** The same whenever it is sent: whoever gets it twice can tell that it is one. */
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** When it was written. */
  readonly created_at: string;
  /** Where its reader wants no more of its kind, by one POST (RFC 8058). */
  readonly declineUrl?: string | undefined;
};

export type Mailer = {
  /** `mailbox` keeps letters for developers, and `none` can do nothing with them. */
  readonly kind: 'smtp' | 'mailbox' | 'none';
  /**
   * Resolves once somebody else has taken the letter over.
   *
   * @param signal takes it back, if it is not too late
   * @throws Undeliverable; any other error is of the way, and the letter may go another time
   */
  send(message: Message, signal: AbortSignal): Promise<void>;
  /** Resolves if letters can go out; rejects with what is in the way. */
  verify(): Promise<void>;
  /** Lets what is under way end. */
  close(): void;
};

/** Nobody will ever take this letter. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}
