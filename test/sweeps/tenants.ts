/** Looks for leaks: one user plants rows, another tries every route on them. */
import assert from 'node:assert/strict';
import type { Feature } from '#kernel/feature.ts';
import type { Harness } from '../harness.ts';
import { bodyOf, lineOf, routesOf, type Swept } from './routes.ts';
import { sample } from './samples.ts';

const canary = 'canary-of-ada';

type Planted = { readonly feature: string; readonly id: string };

/** @returns a sentence for each way in which bob sees or changes what is ada's */
export async function leaks({ call, caller, signIn }: Harness, features: readonly Feature[]) {
  const routes = routesOf(features).filter(({ allow }) => allow !== 'public');
  const ada = await caller('ada');
  const planted = await plant();
  const before = await rowsOfAda();
  const secrets = [canary, ada.id, ada.email, ada.session_id, ...planted.map(({ id }) => id)];
  const found: string[] = [];

  for (const route of routes) {
    // Somebody new each time, since the route before may have signed him out, or deleted him.
    const bob = await signIn(`bob-${route.operation}`);
    for (const line of await attacks(route)) {
      const { body, more } = bodyOf(route, 'bob was here');
      const answer = await call(bob, line, body, more);
      // What bob sends comes back in a problem; only what he did not send is a leak.
      const sent = `${decodeURIComponent(line)} ${JSON.stringify(body ?? '')}`;
      const text = JSON.stringify(answer.body);
      for (const secret of secrets) {
        if (text.includes(secret) && !sent.includes(secret)) found.push(`${line} shows ${secret}`);
      }
      const names = /:(id|user_id|email)\b/.test(route.path);
      if (names && answer.status < 400) found.push(`${line} answers ${answer.status}`);
    }
  }
  for (const [line, row] of await rowsOfAda()) {
    try {
      assert.deepEqual(row, before.get(line));
    } catch {
      found.push(`what ada sees at ${line} has changed`);
    }
  }
  return found;

  /** Two rows of everything that can be created, so that lists have a next page. */
  async function plant() {
    const rows: Planted[] = [
      { feature: 'sessions', id: ada.session_id },
      { feature: 'user-management', id: ada.id },
    ];
    for (const route of routes.filter(
      ({ method, path, body }) => method === 'POST' && body && !/:id\b/.test(path),
    )) {
      for (const _ of [1, 2]) {
        const { body, more } = bodyOf(route, canary);
        const answer = await call('ada', lineOf(route, { user_id: ada.id }), body, more);
        const { id } = answer.status < 300 ? answer.body : {};
        if (id) rows.push({ feature: route.feature, id });
      }
    }
    for (const { feature, path, operation } of routes) {
      const planted = rows.some((row) => row.feature === feature);
      assert.ok(planted || !/:id\b/.test(path), `${operation} is tried on no row`);
    }
    return rows;
  }

  async function rowsOfAda() {
    const seen = new Map<string, unknown>();
    for (const route of routes.filter(
      ({ method, path }) => method === 'GET' && /:id\b/.test(path),
    )) {
      for (const { id } of planted.filter(({ feature }) => feature === route.feature)) {
        const line = lineOf(route, { id, user_id: ada.id });
        const answer = await call('ada', line);
        assert.equal(answer.status, 200, line);
        seen.set(line, answer.body);
      }
    }
    return seen;
  }

  /** The request lines by which bob tries a route: ada's ids, ada's marker in filters, ada's cursor. */
  async function attacks(route: Swept) {
    if (/:id\b/.test(route.path)) {
      return planted.map(({ id }) => lineOf(route, { id, user_id: ada.id }));
    }
    const line = lineOf(route, { user_id: ada.id, email: ada.email });
    if (!route.query) return [line];
    const filters = Object.entries(route.query.properties)
      .filter(([name]) => name !== 'cursor')
      .map(([name, schema]) => `${name}=${encodeURIComponent(String(sample(schema, canary)))}`);
    const queries = ['', ...filters];
    if ('cursor' in route.query.properties) {
      const { body } = await call('ada', `${line}?limit=1`);
      if (body.next_cursor) queries.push(`cursor=${body.next_cursor}`);
    }
    return queries.map((query) => `${line}?${query}`);
  }
}
