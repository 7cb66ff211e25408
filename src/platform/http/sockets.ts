/** What a connection may do: how slowly it sends and reads, how much, and what is said to what is no HTTP. */
import { type IncomingMessage, METHODS, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyInstance, RawServerDefault } from 'fastify';
import { Malformed, type Problem, type ProblemKind, problem, TooLarge } from '#kernel/problem.ts';
import { requestId } from './headers.ts';

export type SocketSettings = {
  readonly CLIENT_TIMEOUT_SECONDS: number;
  readonly REQUEST_TIMEOUT_SECONDS: number;
};

/** The first line and the headers together. */
const maxHeadBytes = 16_384;
const maxHeaders = 100;
/** RFC 9110, section 4.1, wants 8,000 at least. */
const maxAddressLength = 8_000;

export const AddressTooLong = problem(414, 'address_too_long', 'The address is too long');
export const HeadersTooLarge = problem(431, 'headers_too_large', 'The headers are too large');
export const TooSlow = problem(408, 'too_slow', 'The request did not arrive in time');
export const NotImplemented = problem(501, 'not_implemented', 'This method is not known here');
export const WrongVersion = problem(505, 'wrong_version', 'Not this version of HTTP');

/** The options of Fastify that say so. */
export function socketOptions({ CLIENT_TIMEOUT_SECONDS, REQUEST_TIMEOUT_SECONDS }: SocketSettings) {
  const clientMs = CLIENT_TIMEOUT_SECONDS * 1000;
  return {
    requestTimeout: clientMs,
    // Without a byte in either direction, though an answer is due: it is not read.
    connectionTimeout: clientMs + REQUEST_TIMEOUT_SECONDS * 1000,
    http: {
      headersTimeout: Math.min(clientMs, 15_000),
      connectionsCheckingInterval: Math.min(clientMs / 4, 5_000),
      maxHeaderSize: maxHeadBytes,
      // Both are looked at below, where a problem can be answered.
      joinDuplicateHeaders: true,
      requireHostHeader: false,
    },
  } satisfies FastifyHttpOptions<RawServerDefault>;
}

/** The authority of an address in absolute form (RFC 9112, section 3.2.2). */
const authority = /^[^/?]+:\/\/([^/?]*)/;

/**
 * Refuses what Node lets through and others read otherwise than we do: it is how a request is smuggled
 * past a proxy (RFC 9112, sections 3.2, 6.1 and 11).
 */
export function heads(app: FastifyInstance) {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    const { url = '', rawHeaders, headers, httpVersion } = raw;
    if (url.length > maxAddressLength) return done(AddressTooLong());
    if (rawHeaders.length > 2 * maxHeaders) {
      return done(HeadersTooLarge(`There are more than ${maxHeaders} headers`));
    }
    const { host } = headers;
    if (host === undefined ? httpVersion === '1.1' : host.includes(',')) {
      return done(Malformed('A request names one host'));
    }
    if (url.includes('#')) return done(Malformed('An address is sent without its fragment'));
    const [, named] = authority.exec(url) ?? [];
    if (host !== undefined && named !== undefined && named.toLowerCase() !== host.toLowerCase()) {
      return done(Malformed('The address is of another host than the one named'));
    }
    if (httpVersion !== '1.1' && headers['transfer-encoding'] !== undefined) {
      const closing = { headers: { connection: 'close' } }; // where it ends, others see otherwise
      return done(Malformed('HTTP/1.0 has no Transfer-Encoding', closing));
    }
    done();
  });
}

type Headers = Readonly<Record<string, string>>;
/** Node's, as it is: the types of Fastify say otherwise of `rawPacket`. */
type Unreadable = Error & { readonly code?: string; readonly rawPacket?: unknown };

const kinds: Readonly<Record<string, ProblemKind>> = {
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: TooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: TooSlow,
};

const overlong = new RegExp(`^[A-Z]+ \\S{${maxAddressLength},}`);

function problemOf({ code = '', rawPacket }: Unreadable): Problem {
  const start = Buffer.isBuffer(rawPacket) ? rawPacket.toString('latin1') : '';
  const [, method, version] = /^([A-Z]+) \/\S* HTTP\/(\d\.\d)\r\n/.exec(start) ?? [];
  if (code === 'HPE_INVALID_METHOD' && method && !METHODS.includes(method)) return NotImplemented();
  if (code === 'HPE_INVALID_VERSION' && version) return WrongVersion();
  if (code === 'HPE_HEADER_OVERFLOW' && overlong.test(start)) return AddressTooLong();
  return (kinds[code] ?? Malformed)();
}

/**
 * What is no HTTP has no request to answer: the problem goes to the socket as it is, unless the answer
 * to a request before it is due there, which then is the last.
 *
 * @param always the headers of all answers
 * @param dueOn the answer that a socket waits for
 */
export function refusing(always: Headers, dueOn: (socket: Socket) => ServerResponse | undefined) {
  return (error: Unreadable, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    const due = dueOn(socket);
    if (due) {
      socket.pause();
      due.once('finish', () => socket.destroySoon());
      return;
    }
    refuse(socket, problemOf(error), always);
  };
}

function refuse(socket: Socket, refusal: Problem, always: Headers) {
  const id = requestId(undefined);
  const body = JSON.stringify(refusal.body(id));
  const { status } = refusal.kind;
  const headers = {
    ...always,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'x-request-id': id,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

/** What Node does by itself to `CONNECT` and `Expect`, in our way. */
export function unusual({ server }: FastifyInstance, always: Headers) {
  server.on('connect', (_request, socket) => refuse(socket as Socket, NotImplemented(), always));
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Whoever may not come in is told so before the body is sent.
    const read = (event: string) => {
      if (event !== 'data' && event !== 'readable') return;
      request.off('newListener', read);
      response.writeContinue();
    };
    request.on('newListener', read);
    server.emit('request', request, response);
  });
  // RFC 9110, section 10.1.1, lets any other expectation pass.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
