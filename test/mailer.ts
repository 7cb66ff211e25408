/** A mailer on the settings of a test, and what becomes of a letter there. */
import { createServer, type Socket } from 'node:net';
import { after } from 'node:test';
import { type Mailer, type Message, Undeliverable } from '#kernel/mailer.ts';
import { openMailer } from '#platform/mail/mailer.ts';
import { loadConfig } from '../src/config.ts';

export const letter: Message = {
  id: '019a9c5e-04f8-7996-8da7-63b7a969b102',
  recipient: 'ada@example.com',
  subject: 'Confirm',
  text: 'Hello Ada',
  html: '<p>Hello Ada</p>',
  created_at: '2026-11-20T15:30:00.123Z',
};

const { signal } = new AbortController();
const mailers: Mailer[] = [];
after(() => {
  for (const mailer of mailers) mailer.close();
});

export function mailerOf(env: Readonly<Record<string, string>>, warnings: string[] = []) {
  const mailer = openMailer(loadConfig(env), (sentence) => warnings.push(sentence));
  mailers.push(mailer);
  return mailer;
}

/** What became of a letter: `sent`, `for ever`, or `another time`; and what was said. */
export async function sent(mailer: Mailer, message: Message = letter) {
  try {
    await mailer.send(message, signal);
    return ['sent'];
  } catch (error) {
    const { message } = error as Error;
    return [error instanceof Undeliverable ? 'for ever' : 'another time', message];
  }
}

/** A server of a few lines. @param reply to each line of the client */
export async function talker(greeting: string, reply: (line: string, socket: Socket) => string) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        const said = reply(line, socket);
        if (said && socket.writable) socket.write(`${said}\r\n`);
      }
    });
    if (greeting) socket.write(`${greeting}\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as { port: number };
  return { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), SMTP_TLS: 'false' };
}
