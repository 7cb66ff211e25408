/** What was said to the mail server last: of one that is silent nodemailer tells no more than that. */

/** A line of nodemailer's log; `sid` is the connection. */
type Entry = { readonly sid?: string; readonly tnx?: string; readonly err?: Error };
type Talk = { readonly waiting: string[]; answered?: string | undefined };

/** Older connections are over. */
const mostTalks = 200;

/** Only these words of a command are kept: what follows may be a secret. */
const command = /^(EHLO|HELO|STARTTLS|AUTH|MAIL FROM|RCPT TO|DATA|RSET|QUIT)\b/;

export function dialogues(host: string) {
  const talks = new Map<string, Talk>();
  const steps = new WeakMap<Error, string>();

  function talkOf(sid: string): Talk {
    const talk = talks.get(sid) ?? { waiting: [] };
    talks.set(sid, talk);
    const [oldest] = talks.keys();
    if (talks.size > mostTalks && oldest !== undefined) talks.delete(oldest);
    return talk;
  }

  function note({ sid, tnx, err }: Entry, text = '') {
    if (sid === undefined) return;
    const talk = talkOf(sid);
    // Who signs in says more than one line, which are all of AUTH.
    if (tnx === 'client') talk.waiting.push(command.exec(text)?.[1] ?? talk.answered ?? '');
    if (tnx === 'server') talk.answered = talk.waiting.shift() ?? talk.answered;
    const step = talk.waiting[0] ?? talk.answered;
    if (err && step) steps.set(err, step);
  }

  return {
    /** Options of a transport. */
    hear: {
      transactionLog: true,
      logger: { trace: note, debug: note, info: note, warn: note, error: note, fatal: note },
    },
    /** @returns what it did not answer to; undefined where the error is no silence */
    silenceOf(error: Error & { readonly timeoutType?: string }): string | undefined {
      if (!error.timeoutType) return undefined;
      const step = error.timeoutType === 'SOCKET_TIMEOUT' && steps.get(error);
      return step ? `${host} did not answer to ${step}` : `${host}: ${error.message}`;
    },
  };
}
