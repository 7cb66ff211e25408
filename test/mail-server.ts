/** A mail server for tests, in this process: real SMTP, and what it does can be changed while it runs. */
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Received = {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came. */
  readonly raw: string;
};

/** Refuses something with a reply, such as `550 5.1.1 No such user`; a 2 takes it. */
type Refusal = (address: string) => string | undefined;

const refused = (reply: string | undefined) => {
  if (!reply) return null;
  const [, code, text] = /^(\d+) (.*)$/.exec(reply) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
};

/** @returns a server that takes everything without TLS, unless the options say otherwise */
export async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const ways: { recipient: Refusal; data: Refusal } = {
    recipient: () => undefined,
    data: () => undefined,
  };
  const opened = new Set<SMTPServer>();

  async function listen(port: number): Promise<number> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: options.key ? [] : ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 10,
      onRcptTo: ({ address }, _session, done) => done(refused(ways.recipient(address))),
      onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
        const parts: Buffer[] = [];
        stream.on('data', (part) => parts.push(part));
        stream.on('end', () => {
          const [to = ''] = rcptTo.map(({ address }) => address);
          const reply = refused(ways.data(to));
          if (reply) return done(reply);
          received.push({
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(parts).toString(),
          });
          done();
        });
      },
      ...options,
    });
    server.on('error', () => {}); // of clients that go away, or do not trust it
    opened.add(server);
    const listening = Promise.withResolvers<void>();
    server.listen(port, '127.0.0.1', () => listening.resolve());
    await listening.promise;
    return (server.server.address() as AddressInfo).port;
  }

  async function close() {
    await Promise.all(
      [...opened].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
    );
    opened.clear();
  }

  const port = await listen(0);
  after(close);
  return {
    received,
    ways,
    /** Nobody listens any more. */
    close,
    /** Somebody listens again, at the same port. */
    open: () => listen(port),
    env: { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), SMTP_TLS: 'false' },
  };
}
