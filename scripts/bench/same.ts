/** Before anything is measured: both servers answer the same, and ours has everything on. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import type { Person } from './fill.ts';
import { BenchError } from './processes.ts';
import { headersOf, type Load, type Request } from './requests.ts';

/** Signs people in, as a client does. @returns their tokens by the id of the user */
export async function signIn(url: string, people: readonly Person[]) {
  const tokens = new Map<string, string>();
  for (const { id, email, password } of people) {
    const response = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    const answer = (await response.json()) as { access_token?: string; detail?: string };
    if (!answer.access_token) throw new BenchError(`${email} cannot sign in: ${answer.detail}`);
    tokens.set(id, answer.access_token);
  }
  return tokens;
}

const send = (url: string, request: Request) =>
  fetch(url + request.path, {
    method: request.method,
    headers: headersOf(request),
    ...(request.body !== undefined && { body: request.body }),
  });

/** What differs by nature: the form of times, and what a creation makes up. */
function comparable(value: unknown, created: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => comparable(one, created));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key === 'next_cursor') return [key, typeof inner];
    if (created && /^(id|created_at|updated_at)$/.test(key)) return [key, typeof inner];
    if (key.endsWith('_at') && inner !== null) return [key, new Date(inner).toISOString()];
    return [key, comparable(inner, created)];
  });
  return Object.fromEntries(entries.sort());
}

/**
 * Sends the first request of each caller to both.
 *
 * @throws BenchError where an answer is no success, or they differ
 */
export async function answerTheSame(loads: readonly Load[], ours: string, bare: string) {
  for (const { name, requests } of loads) {
    const first = requests.filter(
      (one, index) => requests.findIndex(({ userId }) => userId === one.userId) === index,
    );
    for (const request of first) {
      const [our, their] = await Promise.all([send(ours, request), send(bare, request)]);
      const [ourBody, theirBody] = [await our.json(), await their.json()];
      if (!our.ok || our.status !== their.status) {
        throw new BenchError(`${name}: ours says ${our.status}, the bare server ${their.status}.`);
      }
      const created = request.method === 'POST';
      const difference = differenceOf(comparable(ourBody, created), comparable(theirBody, created));
      if (difference) throw new BenchError(`${name}: the answers differ.\n${difference}`);
    }
  }
}

function differenceOf(ours: unknown, bare: unknown): string | undefined {
  try {
    assert.deepEqual(ours, bare);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const headersWanted = [
  'x-request-id',
  'ratelimit',
  'content-security-policy',
  'strict-transport-security',
];

/** @throws BenchError where ours saves itself the work it is measured with */
export async function everythingOn(url: string, loads: readonly Load[], log: string) {
  const request = loads[0]?.requests[0];
  if (!request) throw new BenchError('There is nothing to send.');
  const { headers } = await send(url, request);
  const missing = headersWanted.filter((name) => !headers.has(name));
  const anonymous = await fetch(url + request.path);
  if (anonymous.status !== 401) missing.push('the guard');
  if (statSync(log).size === 0) missing.push('the log');
  if (missing.length > 0) throw new BenchError(`Ours runs without ${missing.join(' and ')}.`);
}
