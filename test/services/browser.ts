/** A real browser for tests, and pages that are watched. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { chromium, type Page } from 'playwright-core';

const flags =
  '--disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';

/** A browser, closed after the test. Ask for it before servers: they wait for what holds them open. */
export async function openBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    args: flags.split(' '),
  });
  after(() => browser.close());

  /** Opens a page, and notes whatever it complains of or asks another host for. */
  async function open(url: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
    });
    const { origin } = new URL(url);
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${origin}/`) && !/^(data|blob):/.test(asked)) complaints.push(asked);
    });
    await page.goto(url);
    return { page, complaints };
  }
  return { open };
}

/** Another website: every path of it is this page. `asked` is what it was asked for, in order. */
export async function openSite(
  html = '<!doctype html><title>Elsewhere</title>',
  type = 'text/html',
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', type).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, asked };
}
