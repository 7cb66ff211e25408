/** The docs pages in a real browser, under each content policy: all is shown, nothing comes from elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import features from '../../src/features.ts';
import { harness, password } from '../harness.ts';
import { openBrowser } from './browser.ts';

const { open } = await openBrowser();

async function serve(env: Record<string, string>) {
  const server = await harness({ env: { PROJECT_NAME: 'Ada', ...env } });
  const origin = await server.app.listen({ host: '127.0.0.1', port: 0 });
  return { ...server, origin };
}

const operations = features.flatMap(({ name, routes }) =>
  Object.keys(routes).map((route) => ({ tag: name, id: `${name}-${route}` })),
);
const tags = new Set(operations.map(({ tag }) => tag));

const block = (page: Page, path: string) =>
  page.locator('.opblock-get', { has: page.locator(`[data-path="${path}"]`) });

/** Tries a GET in Swagger UI, and @returns the status and the text that it shows. */
async function tried(page: Page, path: string) {
  const operation = block(page, path);
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('.try-out__btn').click();
  await operation.locator('.execute').click();
  const answer = operation.locator('.live-responses-table .response');
  const status = await answer.locator('.response-col_status').textContent();
  return { status: status?.trim(), text: (await answer.textContent()) ?? '' };
}

const openAuthorization = (page: Page) =>
  page.locator('.auth-wrapper > button.authorize').first().click();
const closeAuthorization = (page: Page) => page.locator('.modal-ux .close-modal').click();

const modes = ['strict', 'disabled'];
const served = modes.map(async (mode) => ({ mode, ...(await serve({ CSP_MODE: mode })) }));

for (const { mode, origin, call, caller } of await Promise.all(served)) {
  test(`under ${mode}, Swagger UI shows every operation, and calls with a token`, async () => {
    const { token } = await caller('ada');
    await call('ada', 'POST /api/v1/items/', { title: 'A Swiss clock' });
    const { page, complaints } = await open(`${origin}/docs`);
    await page.locator('.opblock').last().waitFor();
    assert.equal(await page.title(), 'Ada API');
    const shown = await page.locator('.opblock').evaluateAll((all) => all.map(({ id }) => id));
    const expected = operations.map(({ tag, id }) => `operations-${tag}-${id}`);
    assert.deepEqual(shown.sort(), expected.sort());

    await openAuthorization(page);
    const form = page.locator('.auth-container', { hasText: 'http, Bearer' });
    await form.locator('input').fill(token);
    await form.getByRole('button', { name: 'Apply' }).click();
    await form.getByRole('button', { name: 'Remove' }).waitFor();
    await closeAuthorization(page);
    const { status, text } = await tried(page, '/api/v1/items/');
    assert.deepEqual([status, /A Swiss clock/.test(text)], ['200', true]);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  test(`under ${mode}, ReDoc shows every operation in its own styles`, async () => {
    const { page, complaints } = await open(`${origin}/redoc`);
    await page.getByRole('heading', { name: 'Ada' }).first().waitFor();
    assert.equal(await page.title(), 'Ada API reference');
    for (const tag of tags) assert.ok(await page.locator(`#tag\\/${tag}`).isVisible(), tag);
    const sections = page.locator('[data-section-id*="/operation/"]');
    const ids = await sections.evaluateAll((all) => all.map((one) => one.dataset.sectionId ?? ''));
    const expected = operations.map(({ tag, id }) => `tag/${tag}/operation/${id}`);
    assert.deepEqual(ids.sort(), expected.sort());
    const menu = await page.locator('.menu-content').boundingBox();
    assert.ok(menu && menu.width > 200 && menu.width < 400, 'the menu stands beside the text');
    assert.deepEqual(complaints, []);
    await page.close();
  });
}

test('Swagger UI signs in with a password, and calls as that person', async () => {
  const { origin, call } = await serve({ CSP_MODE: 'strict' });
  const email = 'grace@example.com';
  const signUp = await call(undefined, 'POST /api/v1/auth/signup', { email, password });
  assert.equal(signUp.status, 201, JSON.stringify(signUp.body));

  const { page, complaints } = await open(`${origin}/docs`);
  await openAuthorization(page);
  const form = page.locator('.auth-container', { hasText: 'OAuth2, password' });
  await form.locator('#oauth_username').fill(email);
  await form.locator('#oauth_password').fill(password);
  await form.getByRole('button', { name: 'Apply' }).click();
  await form.getByRole('button', { name: 'Remove' }).waitFor();
  await closeAuthorization(page);
  const { status, text } = await tried(page, '/api/v1/users/me');
  assert.equal(status, '200');
  assert.match(text, new RegExp(email));
  assert.equal(await page.evaluate(() => localStorage.length), 0, 'the token stays in memory');
  assert.deepEqual(complaints, []);
});
