/** Clients that do not stop asking, and what they were answered. */
import { type Answer, call, password } from '../process/client.ts';
import type { Server } from '../server-process.ts';

type Person = { readonly token: string; readonly email: string };
type Timed = Answer & { readonly line: string; readonly ms: number };

/** What each client does, over and over: reads, writes, and a sign-in, which is a transaction. */
const habits = [
  'GET /api/v1/tasks',
  'POST /api/v1/tasks',
  'POST /api/v1/tasks',
  'GET /api/v1/users/me',
];
const signingIn = 'POST /api/v1/auth/login';

/** Starts clients; `end` stops them and tells every answer. A connection that is cut is an error. */
export function load(server: Server, { token, email }: Person) {
  const answers: Timed[] = [];
  let ended = false;

  async function ask(line: string, body?: unknown) {
    while (!ended) {
      const askedAt = performance.now();
      const answer = await call(server, line, { token, body });
      answers.push({ ...answer, line, ms: performance.now() - askedAt });
    }
  }
  const clients = habits.map((line) =>
    ask(line, line.startsWith('POST') ? { title: 'under load' } : undefined),
  );
  clients.push(ask(signingIn, { email, password }));
  const done = Promise.all(clients);
  done.catch(() => {}); // `end` tells

  return {
    async end() {
      ended = true;
      await done;
      return answers;
    },
  };
}
