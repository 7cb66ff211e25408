/** The loads, as the requests both servers are sent in turn. */
import type { Filled } from './fill.ts';

export type Request = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  /** For ours; empty where nobody is signed in. */
  readonly token: string;
  /** For the bare server, which believes it. */
  readonly userId: string;
  readonly body?: string;
};

export type Load = { readonly name: string; readonly requests: readonly Request[] };

/** What is created: always these fields, so that it is always one statement. */
export const newTask = {
  title: 'Compare the offers of three suppliers',
  description:
    'Prices, delivery times and who pays for the way back; a table of one page is enough.',
  due_at: '2030-05-01T09:00:00.000Z',
  priority: 'medium' as const,
};

/** Each person reads this many tasks of theirs. */
const readEach = 50;

/** @param tokens by the id of the user */
export function loads({ people, tasks }: Filled, tokens: ReadonlyMap<string, string>) {
  const path = '/api/v1/tasks';
  const callers = people.map(({ id }) => ({ userId: id, token: tokens.get(id) ?? '' }));
  const body = JSON.stringify(newTask);
  return [
    {
      name: 'GET one task',
      requests: callers.flatMap((caller) =>
        (tasks.get(caller.userId) ?? [])
          .slice(0, readEach)
          .map((id) => ({ ...caller, method: 'GET', path: `${path}/${id}` }) as const),
      ),
    },
    {
      name: 'GET 50 of 100,000',
      requests: callers.map((caller) => ({ ...caller, method: 'GET', path }) as const),
    },
    {
      name: 'POST one task',
      requests: callers.map((caller) => ({ ...caller, method: 'POST', path, body }) as const),
    },
  ] satisfies Load[];
}

/** One more, which the bare server does not know. */
export function updates(reads: Load): Load {
  const body = JSON.stringify({ title: newTask.title, completed: true });
  const requests = reads.requests.map((one) => ({ ...one, method: 'PATCH', body }) as const);
  return { name: 'PATCH one task', requests };
}

/** The headers of a request. */
export const headersOf = ({ token, userId, body }: Request): Record<string, string> => ({
  ...(token && { authorization: `Bearer ${token}` }),
  'x-user-id': userId,
  ...(body !== undefined && { 'content-type': 'application/json' }),
});
