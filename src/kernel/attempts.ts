/** Guessing made slow: failures counted by account and by the network they come from. */
export type Attempts = {
  /**
   * Asks whether this network may try this account now. An attempt counts as failed until it is
   * said to have succeeded, so that many at once are no way round.
   *
   * @param account an e-mail address, in whatever spelling, of an account that need not exist
   * @param address of the client
   * @param isKnown asked only where an account is guessed at from many networks: whether its owner was
   *   seen at this one, who is not kept out by strangers
   * @returns what to call once the secret proved right
   * @throws TooManyRequests with `Retry-After`
   */
  begin(
    account: string,
    address: string,
    isKnown: () => Promise<boolean>,
  ): Promise<() => Promise<void>>;
};
