/** A client of a server process: whole requests, and ones that are sent slowly. */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';

export const password = 'correct horse battery 9';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not
  readonly body: any;
};

type More = {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
type At = { readonly url: string };

/** Calls a route of a server: `call(server, 'POST /api/v1/tasks', { token, body })`. */
export async function call(
  { url }: At,
  line: string,
  { token, body, headers }: More = {},
): Promise<Answer> {
  const [method = '', path] = line.split(' ');
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    headers: answer.headers,
    body: isJson && text ? JSON.parse(text) : text,
  };
}

/** Signs a new person up and in. */
export async function signIn(server: At, email = `${randomUUID()}@example.com`) {
  const signedUp = await call(server, 'POST /api/v1/auth/signup', { body: { email, password } });
  const { body } = await call(server, 'POST /api/v1/auth/login', { body: { email, password } });
  return { email, id: signedUp.body.id as string, token: body.access_token as string };
}

/** Creates a task, of which half is sent now and the rest when `finish` is called. */
export async function slowCreate({ url }: At, token: string) {
  const body = JSON.stringify({ title: 'sent slowly' });
  const sending = httpRequest(`${url}/api/v1/tasks`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue', // the server says when it has the request in hand
    },
  });
  const status = new Promise<number>((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
  });
  status.catch(() => {}); // who wants to know awaits it
  sending.flushHeaders();
  await new Promise((resolve, reject) => {
    sending.once('continue', resolve);
    sending.once('error', reject);
  });
  sending.write(body.slice(0, 8));
  return {
    finish() {
      sending.end(body.slice(8));
      return status;
    },
    status,
  };
}
