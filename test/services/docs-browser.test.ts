/** The docs pages in a real browser under the strict policy: nothing refused, nothing from elsewhere. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { chromium, type Page } from 'playwright-core';
import features from '../../src/features.ts';
import { harness, password } from '../harness.ts';

const flags =
  '--disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: false,
  args: flags.split(' '),
});
after(() => browser.close()); // before the server that its connections hold open

const { app, call } = await harness({ env: { CSP_MODE: 'strict', PROJECT_NAME: 'Ada' } });
const origin = await app.listen({ host: '127.0.0.1', port: 0 });

/** Opens a page, and notes whatever it complains of or asks another host for. */
async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) complaints.push(url);
  });
  await page.goto(origin + path);
  return { page, complaints };
}

const tags = features
  .filter(({ routes }) => Object.keys(routes).length > 0)
  .map(({ name }) => name);

test('Swagger UI shows every feature, signs in with a password, and calls as that person', async () => {
  const email = 'grace@example.com';
  const signUp = await call(undefined, 'POST /api/v1/auth/signup', { email, password });
  assert.equal(signUp.status, 201, JSON.stringify(signUp.body));

  const { page, complaints } = await open('/docs');
  await page.locator('.opblock-tag').first().waitFor();
  assert.equal(await page.title(), 'Ada API');
  const shown = await page
    .locator('.opblock-tag')
    .evaluateAll((all) => all.map((one) => one.dataset.tag));
  assert.deepEqual(shown, tags);

  await page.locator('.auth-wrapper > button.authorize').click();
  const form = page.locator('.auth-container', { hasText: 'OAuth2, password' });
  await form.locator('#oauth_username').fill(email);
  await form.locator('#oauth_password').fill(password);
  await form.getByRole('button', { name: 'Apply' }).click();
  await form.getByRole('button', { name: 'Remove' }).waitFor();
  await page.locator('.modal-ux .close-modal').click();

  const me = page.locator('.opblock-get', { has: page.locator('[data-path="/api/v1/users/me"]') });
  await me.locator('.opblock-summary-control').click();
  await me.locator('.try-out__btn').click();
  await me.locator('.execute').click();
  const answer = me.locator('.live-responses-table .response');
  assert.equal(await answer.locator('.response-col_status').textContent(), '200');
  assert.match((await answer.textContent()) ?? '', new RegExp(email));
  assert.equal(await page.evaluate(() => localStorage.length), 0, 'the token stays in memory');
  assert.deepEqual(complaints, []);
});

test('ReDoc shows every feature in its own styles', async () => {
  const { page, complaints } = await open('/redoc');
  await page.getByRole('heading', { name: 'Ada' }).first().waitFor();
  assert.equal(await page.title(), 'Ada API reference');
  for (const tag of tags) assert.ok(await page.locator(`#tag\\/${tag}`).isVisible(), tag);
  const menu = await page.locator('.menu-content').boundingBox();
  assert.ok(menu && menu.width > 200 && menu.width < 400, 'the menu stands beside the text');
  assert.deepEqual(complaints, []);
});
