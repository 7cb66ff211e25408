/** What code of jobs says, made fit to be kept: bounded, without secrets, and nothing a column refuses. */
import { isSecret, redacted } from '../log.ts';

/** Of an error that is kept. */
const maxErrorLength = 2_000;

/** A column of text holds no NUL, and one of JSON no half of a pair. */
const clean = (text: string) => text.toWellFormed().replaceAll('\0', '');

/** At most so many characters of a text; a longer one says that it was cut. */
export function cut(text: string, length: number): string {
  return clean(text.length > length ? `${text.slice(0, length - 1)}…` : text);
}

const tooLong = Symbol('too long');

/**
 * JSON of what may be anything, also what refers to itself. What is too long costs no more than what
 * is just short enough.
 *
 * @returns undefined where it is longer than `length`, or no JSON
 */
export function json(value: object, length: number): string | undefined {
  let left = length;
  const within = (key: string, one: unknown) => {
    left -= key.length + (typeof one === 'string' ? one.length : 1);
    if (left < 0) throw tooLong;
    if (isSecret(key)) return redacted;
    return typeof one === 'bigint' ? String(one) : one;
  };
  try {
    const text = JSON.stringify(value, within)?.replaceAll(escapes, storable);
    return text === undefined || Buffer.byteLength(text) > length ? undefined : text;
  } catch {
    return undefined;
  }
}

const escapes = /\\(?:\\|u0000|ud[89a-f][\da-f]{2})/gi;
const storable = (escaped: string) => (escaped === '\\\\' ? escaped : '');

export type StoredError = { readonly message: string; readonly name: string };

/** What is kept of an error: no stack, and of one of the database no value of the statement. */
export function storedError(error: unknown): StoredError {
  try {
    return readError(error);
  } catch {
    return { message: 'What was thrown cannot be read', name: 'Error' }; // a getter of it throws, for one
  }
}

function readError(error: unknown): StoredError {
  if (!(error instanceof Error)) {
    const thrown = typeof error === 'string' ? error : `It threw what is no error: ${typeof error}`;
    return { message: cut(thrown, maxErrorLength), name: 'Error' };
  }
  const message = 'severity' in error ? ofDatabase(error) : error.message;
  return { message: cut(String(message), maxErrorLength), name: cut(String(error.name), 100) };
}

/** What either engine tells beside its message, which may quote a value. */
type Refused = { readonly code?: string; readonly table?: string; readonly constraint?: string };

const ofDatabase = ({ code, table, constraint }: Error & Refused) =>
  `The database refused a statement (${[code, table, constraint].filter(Boolean).join(', ')})`;
