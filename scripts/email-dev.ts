/**
 * Shows every letter in a browser, made of its example: `npm run email:dev`. Each look compiles the
 * templates and runs the code anew, and what changes on disk shows at once.
 */
import { watch } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runNode } from './check/child.ts';
import { brokenPage, darkened, previewOf } from './emails/preview.ts';
import type { Shown } from './emails/render.ts';

const root = path.resolve(import.meta.dirname, '..');
const defaultPort = '8030';
const { values } = parseArgs({ options: { port: { type: 'string', default: defaultPort } } });

/** Both in processes of their own: a module is read once in each. */
async function render(): Promise<readonly Shown[] | string> {
  const compiled = await runNode(['scripts/emails/write.ts'], { cwd: root });
  if (compiled.code !== 0) return compiled.complaints;
  const rendered = await runNode(['scripts/emails/render.ts'], { cwd: root });
  if (rendered.code !== 0) return rendered.complaints;
  return JSON.parse(rendered.output) as Shown[];
}

let latest: Promise<readonly Shown[] | string> = render();
const watching = new Set<ServerResponse>();

const settleMs = 100;
let settling: NodeJS.Timeout | undefined;
watch(path.join(root, 'src'), { recursive: true }, (_, file) => {
  if (!/\.(ts|mjml)$/.test(file ?? '')) return;
  clearTimeout(settling);
  settling = setTimeout(() => {
    for (const response of watching) response.write('data: changed\n\n');
  }, settleMs);
});

type Page = { readonly status: number; readonly html: string };

/** `/3/` is the page of a letter, `/3/dark` the same in the dark; in its frames are `letter` and `letter-dark`. */
async function pageAt(url: string): Promise<Page> {
  const [, at, part] = /^\/(\d+)\/(dark|letter|letter-dark|)$/.exec(url) ?? [];
  if (at === undefined || part === undefined) return { status: 404, html: '' };
  const isFrame = part.startsWith('letter');
  if (!isFrame) latest = render();
  const letters = await latest;
  if (typeof letters === 'string') return { status: 500, html: brokenPage(letters) };
  if (isFrame) {
    const html = letters[Number(at)]?.html ?? '';
    return { status: html ? 200 : 404, html: part === 'letter-dark' ? darkened(html) : html };
  }
  const html = previewOf({ letters, at: Number(at), isDark: part === 'dark', origin });
  return { status: html ? 200 : 404, html: html ?? brokenPage('There is no such letter.') };
}

const server = createServer(async ({ url = '/' }, response) => {
  if (url === '/changes') {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    watching.add(response);
    response.on('close', () => watching.delete(response));
    return;
  }
  if (url === '/') return response.writeHead(302, { location: '/0/' }).end();
  const { status, html } = await pageAt(url);
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
});
let origin = '';
server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
  const isTaken = code === 'EADDRINUSE';
  console.error(isTaken ? `Port ${values.port} is taken; choose another with -- --port` : message);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(`Letters are at ${origin}`);
});
