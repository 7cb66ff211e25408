/** The server of the mailbox: for this machine alone, and for pages that it served itself. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Mailbox } from './mailbox.ts';
import { summariesOf } from './mailpit.ts';
import { page, type View, views } from './page.ts';

/** Nobody else can reach it. */
const host = '127.0.0.1';
/** What a browser on this machine calls it; a page of another name that was made to lead here is refused. */
const ownName = /^(localhost|127\.0\.0\.1)(:\d{1,5})?$/i;

const always = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** A letter has its styles and nothing else: no script, no form, nothing from elsewhere. */
const letterPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; " +
  "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

const shownAtOnce = 200;
const mostAtOnce = 1_000;

type Answer = { status?: number; type: string; body: string | Buffer; policy?: string };

const types = {
  html: 'text/html; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};
const said = (status: number, body: string): Answer => ({ status, type: types.txt, body });

const asset = (name: string, type: keyof typeof types): Answer => ({
  type: types[type],
  body: readFileSync(`${import.meta.dirname}/${name}.${type}`),
});

/** Links of a letter that stands in a frame lead out of it. */
const embedded = (letter: string) => letter.replace(/<head[^>]*>/i, '$&<base target="_blank">');

/** A number of the query, as Mailpit reads it. */
function whole(text: string | null, otherwise: number) {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : otherwise;
}

async function search(mailbox: Mailbox, asked: URLSearchParams): Promise<Answer> {
  const query = asked.get('query')?.trim();
  if (!query) return said(400, 'Error: no search query');
  const start = whole(asked.get('start'), 0);
  const limit = Math.min(whole(asked.get('limit'), 50), mostAtOnce);
  const { letters, ...counts } = await mailbox.look(query, { start, limit });
  return { type: types.json, body: JSON.stringify(summariesOf(letters, { start, ...counts })) };
}

async function letter(mailbox: Mailbox, id: string, type: string, isEmbedded: boolean) {
  const found =
    id === 'latest'
      ? (await mailbox.look('', { start: 0, limit: 1 })).letters[0]
      : await mailbox.find(id);
  if (!found) return said(404, 'Message not found');
  if (type === 'txt') return { type: types.txt, body: found.text, policy: letterPolicy };
  const body = isEmbedded ? embedded(found.html) : found.html;
  return { type: types.html, body, policy: letterPolicy };
}

async function wholePage(mailbox: Mailbox, project: string, asked: URLSearchParams) {
  const query = asked.get('query')?.trim() ?? '';
  const id = asked.get('id');
  const view: View = views.find((view) => view === asked.get('view')) ?? 'html';
  const found = await mailbox.look(query, { start: 0, limit: shownAtOnce });
  const letter = id && uuid.test(id) ? await mailbox.find(id) : undefined;
  const source = letter && view === 'source' ? await mailbox.source(letter) : '';
  const shown = { project, query, ...found, isMissing: id !== null && !letter };
  const { text } = page({ ...shown, ...(letter && { open: { letter, view, source } }) });
  return { type: types.html, body: text };
}

const id = '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}';
const uuid = new RegExp(`^${id}$`);
const viewed = new RegExp(`^/view/(${id}|latest)\\.(html|txt)$`);

type Serving = { readonly mailbox: Mailbox; readonly project: string };

async function answer({ mailbox, project }: Serving, request: IncomingMessage): Promise<Answer> {
  if (!ownName.test(request.headers.host ?? '')) return said(421, 'Not by this name');
  if (request.method !== 'GET' && request.method !== 'HEAD') return said(405, 'Only to be read');
  const { pathname, searchParams } = new URL(request.url ?? '/', `http://${host}`);
  if (pathname === '/') return wholePage(mailbox, project, searchParams);
  if (pathname === '/api/v1/search') return search(mailbox, searchParams);
  if (pathname === '/mailbox.css') return asset('mailbox', 'css');
  if (pathname === '/mailbox.js') return asset('mailbox', 'js');
  const [, id, type] = viewed.exec(pathname) ?? [];
  if (id && type) return letter(mailbox, id, type, searchParams.get('embed') === '1');
  return said(404, 'There is nothing here');
}

function send(request: IncomingMessage, response: ServerResponse, { policy, ...given }: Answer) {
  response.writeHead(given.status ?? 200, {
    ...always,
    'content-type': given.type,
    'content-length': Buffer.byteLength(given.body),
    'content-security-policy': policy ?? pagePolicy,
    ...(given.status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(request.method === 'HEAD' ? undefined : given.body);
}

/**
 * Listens at this machine alone.
 *
 * @param port 0 takes a free one
 * @throws where it cannot listen there
 */
export async function serveMailbox(serving: Serving, port: number) {
  const server = createServer((request, response) => {
    answer(serving, request).then(
      (given) => send(request, response, given),
      ({ message }) => send(request, response, said(503, `The mailbox is away: ${message}`)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    address: `http://${host}:${taken}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
