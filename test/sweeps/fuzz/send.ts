/** How a request of the fuzz is written, sent, and told to a person. */
import type { Answer, Harness } from '#test/harness.ts';
import type { Operation } from './document.ts';
import type { Request } from './requests.ts';

/** A request as it goes out. */
export type Sent = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: Buffer;
};

const rawText = /^\{\{raw:(.*)\}\}$/s;
const rawInJson = /"\{\{raw:((?:[^"\\]|\\.)*?)\}\}"/g;

/** As text, outside of JSON. */
function plainText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? '';
  return rawText.exec(value)?.[1] ?? value;
}

/** In a path: what a server would take for another path is left out. */
function segment(value: unknown): string {
  const text = plainText(value).toWellFormed();
  if (/^%(zz|00|2f|ff|2F5)$/.test(text)) return text; // not escaped, so that it is an escape itself
  return /^\.{0,2}$/.test(text) ? '%20' : encodeURIComponent(text);
}

const json = (value: unknown): string =>
  (JSON.stringify(value) ?? '').replaceAll(rawInJson, (_, text) => JSON.parse(`"${text}"`));

function form(value: unknown): string {
  if (typeof value !== 'object' || value === null) return plainText(value);
  const fields = Object.entries(value).map(([name, one]) => [name, plainText(one)]);
  return new URLSearchParams(fields).toString();
}

function spoil(bytes: Buffer, how: Request['spoilt']): Buffer {
  switch (how) {
    case 'cut':
      return bytes.subarray(0, Math.floor(bytes.length / 2));
    case 'doubled':
      return Buffer.concat([bytes, bytes]);
    case 'emptied':
      return Buffer.alloc(0);
    case 'not UTF-8':
      return Buffer.concat([bytes.subarray(0, -2), Buffer.from([0xc3, 0x28]), bytes.subarray(-2)]);
    case 'begun by a mark':
      return Buffer.concat([Buffer.from('\ufeff'), bytes]);
    default:
      return bytes;
  }
}

/** Writes a request in which everything is real. */
export function write(operation: Operation, request: Request): Sent {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => segment(request.path[name]));
  const query = request.query.map(([name, value]) => [name, plainText(value).toWellFormed()]);
  const search = query.length > 0 ? `?${new URLSearchParams(query as [string, string][])}` : '';
  const sent = { method: operation.method, url: path + search, headers: request.headers };
  if (request.body === undefined) return sent;
  const type = operation.body?.type ?? 'application/json';
  const text = type === 'application/json' ? json(request.body) : form(request.body);
  return {
    ...sent,
    headers: { 'content-type': request.contentType ?? type, ...request.headers },
    payload: spoil(Buffer.from(text), request.spoilt),
  };
}

/** @param remoteAddress whose request it is, as far as the network tells */
export function send({ call }: Harness, sent: Sent, remoteAddress: string): Promise<Answer> {
  const { method, url, headers, payload } = sent;
  const more = { headers, remoteAddress, ...(payload && { payload }) };
  return call(undefined, `${method} ${url}`, undefined, more);
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as a line for a shell, on a server that runs. */
export function curlOf({ method, url, headers, payload }: Sent): string {
  const fields = Object.entries(headers).map(
    ([name, value]) => `-H ${quoted(`${name}: ${value}`)}`,
  );
  const text = payload?.toString();
  const isText = payload && text && Buffer.from(text).equals(payload) && !text.includes('\0');
  const base64 = `--data-binary @<(base64 -d <<<${payload?.toString('base64')})`;
  const body = payload && (isText ? `--data-binary ${quoted(text)}` : base64);
  const parts = ['curl -i -X', method, ...fields, body, quoted(`http://127.0.0.1:8000${url}`)];
  return parts.filter(Boolean).join(' ');
}
