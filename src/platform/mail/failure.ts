/** What a failure of SMTP means: nobody will ever take the letter, or another time they may. */
import { Undeliverable } from '#kernel/mailer.ts';

/** What nodemailer says of an error. */
type Failure = Error & {
  readonly code?: string;
  /** What it was about: `RCPT TO`, `AUTH PLAIN`; `API` where nothing was sent. */
  readonly command?: string;
  readonly responseCode?: number;
  /** That of the socket or of TLS. */
  readonly originalCode?: string;
};

/** Of how the server was talked to, and by whom, even where it was about a recipient. */
const aboutUs: ReadonlySet<number> = new Set([500, 501, 502, 503, 523, 530, 534, 535, 538]);

/** A reply to who is written to, or to what is written (RFC 5321, 4.2.1); all else may pass. */
function isForEver({ code, command, responseCode = 0 }: Failure): boolean {
  if (command === 'API') return code === 'EENVELOPE';
  const isOfLetter = command === 'RCPT TO' || command === 'DATA';
  return isOfLetter && responseCode >= 500 && !aboutUs.has(responseCode);
}

const misconfigured: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'ETLS', 'EDNS', 'ECONFIG']);
const isOfCertificates = /CERT|SIGNATURE|^ERR_(SSL|TLS)/;

/** Nobody but who runs the server can mend it. */
export const isMisconfigured = ({ code = '', originalCode = '' }: Failure): boolean =>
  misconfigured.has(code) || isOfCertificates.test(originalCode);

const longest = 500;

/**
 * The same error in what may be kept and read: what the server said, cut, and without the secrets it may
 * have said again.
 *
 * @param silence a sentence where it did not answer
 */
export function failureOf(error: Failure, secrets: readonly string[], silence?: string): Error {
  let text = silence ?? error.message;
  for (const secret of secrets) text = text.replaceAll(secret, '[redacted]');
  const said = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed();
  return isForEver(error) ? new Undeliverable(said) : new Error(said);
}
