/** Letters by SMTP: a few connections that stay open, made when the first letter goes out. */
import type { Transporter } from 'nodemailer';
import { type Mailer, Undeliverable } from '#kernel/mailer.ts';
import type { Settings } from '#kernel/ports.ts';
import { dialogues } from './dialogue.ts';
import { failureOf, isMisconfigured } from './failure.ts';
import { written } from './message.ts';

const barMs = 30_000;

/** @param warn hears of what only who runs the server can mend, once until letters go out again */
export function smtp(settings: Settings, warn: (sentence: string) => void): Mailer {
  const secrets = secretsOf(settings);
  const { hear, silenceOf } = dialogues(settings.SMTP_HOST ?? '');
  let opening: Promise<Transporter> | undefined;
  /** Why the server cannot be used, and until when nobody asks it again: it may lock out who guesses. */
  let barred: { readonly failure: Error; readonly untilMs: number } | undefined;

  async function open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport({ ...transportOptions(settings), ...hear });
  }

  async function attempt(work: (transport: Transporter) => Promise<unknown>): Promise<void> {
    if (barred && performance.now() < barred.untilMs) throw barred.failure;
    opening ??= open();
    try {
      await work(await opening);
      barred = undefined;
    } catch (error) {
      if (error instanceof Undeliverable) throw error;
      const failure = failureOf(error as Error, secrets, silenceOf(error as Error));
      if (isMisconfigured(error as Error)) {
        if (!barred) warn(`Letters wait, as the mail server cannot be used: ${failure.message}`);
        barred = { failure, untilMs: performance.now() + barMs };
      }
      throw failure;
    }
  }

  return {
    kind: 'smtp',
    send: (message, signal) =>
      attempt((transport) => transport.sendMail({ ...written(settings, message), signal })),
    verify: () => attempt((transport) => transport.verify()),
    close: () => void opening?.then((transport) => transport.close()),
  };
}

function transportOptions(settings: Settings) {
  const { SMTP_HOST: host, SMTP_PORT: port, SMTP_USER: user, SMTP_PASSWORD: pass = '' } = settings;
  const { SMTP_SSL: secure, SMTP_TLS, SMTP_POOL_SIZE, SMTP_TIMEOUT_SECONDS } = settings;
  const timeoutMs = SMTP_TIMEOUT_SECONDS * 1000;
  return {
    pool: true as const,
    host,
    port,
    secure,
    requireTLS: SMTP_TLS,
    ignoreTLS: !secure && !SMTP_TLS,
    ...(user && { auth: { user, pass } }),
    maxConnections: SMTP_POOL_SIZE,
    // The queue tries again; here only a connection that was idle is replaced.
    maxRequeues: 1,
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 1_000,
  };
}

/** A password in every spelling in which SMTP says it. */
function secretsOf({ SMTP_USER: user = '', SMTP_PASSWORD: password }: Settings): string[] {
  if (!password) return [];
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return [password, base64(password), base64(`\0${user}\0${password}`)];
}
