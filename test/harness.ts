/** One server for each test file: named callers, real statements, and a count of them. */
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import type { InjectOptions } from 'fastify';
import pino, { type DestinationStream } from 'pino';
import * as sessions from '#features/sessions/service.ts';
import * as users from '#features/users/service.ts';
import type { Feature } from '#kernel/feature.ts';
import type { Job } from '#kernel/job.ts';
import { system } from '#kernel/principal.ts';
import { transaction } from '#platform/db/connection.ts';
import { openLog } from '#platform/log.ts';
import { openWorker, type Worker } from '#platform/queue/worker.ts';
import { build } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { openPorts } from '../src/ports.ts';
import { openTestDatabase } from './database.ts';

/** Everybody's password. */
export const password = 'correct horse battery 9';
const superusers = new Set(['root']);

export type Answer = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The statements services ran for it, by name. */
  readonly statements: readonly string[];
};

type Options = {
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is served; the registry unless given. */
  readonly features?: readonly Feature[];
  /** What may be queued; the jobs of the registry unless given. */
  readonly jobs?: readonly Job[];
  /** Where log lines go; nowhere unless given. */
  readonly logTo?: DestinationStream;
};

export async function harness({ env = {}, features, jobs, logTo }: Options = {}) {
  const config = loadConfig({
    LOG_LEVEL: logTo ? 'trace' : 'silent',
    RATE_LIMIT_ENABLED: 'false',
    ...env,
  });
  const settings = { SECRET_KEY: randomBytes(32).toString('hex'), ...config };
  const offset = { ms: 0 };
  const clock = { now: () => Date.now() + offset.ms };
  const statements: string[] = [];
  // Run beside whatever goes on, and for no request in particular.
  const beside = /^(tokens\.revocations|queue\.(look|beat|log|progress))$/;
  const onStatement = (name: string) => beside.test(name) || statements.push(name);

  const opened = await openTestDatabase();
  const closing: (() => Promise<unknown>)[] = [];
  after(async () => {
    for (const close of closing) await close();
  });
  const declared = jobs && { jobs };
  const ports = await openPorts(settings, opened, { clock, onStatement, ...declared });
  closing.push(ports.database.close, async () => ports.mail.close());
  const log = logTo ? openLog(config, logTo) : pino({ level: 'silent' });
  const app = await build(settings, ports, log, features);
  ports.lifecycle.ready = true;
  closing.unshift(() => app.close());

  /** The tables as whoever owns them sees them, past every policy. */
  const owner = {
    query: (text: string, values?: unknown[]) =>
      transaction(opened.pool, async (client) => {
        await client.query('set local role none');
        return client.query(text, values);
      }),
  };
  const db = ports.database.as(system);
  // What requests of a test say they are: signing in again is no other device.
  const client = { address: '192.0.2.1', userAgent: 'lightMyRequest', requestId: null };
  const device = ports.database.as(system, client);
  let worker: Promise<Worker> | undefined;
  const accounts = new Map<string, Promise<Account>>();
  const callers = new Map<string, Promise<Caller>>();

  /** The account of a person by name, made at first sight. */
  function account(name: string) {
    const found = accounts.get(name) ?? makeAccount(name);
    accounts.set(name, found);
    return found;
  }

  async function makeAccount(name: string): Promise<Account> {
    const superuser = superusers.has(name);
    const email = `${name}@example.com`;
    const password_hash = await users.hashNewPassword(password, [email, name]);
    const row = { email, full_name: name, is_superuser: superuser, is_verified: true };
    const { id } = await users.add(db, { ...row, password_hash });
    return { id, email, superuser };
  }

  /** A new session of a person. */
  async function signIn(name: string): Promise<Caller> {
    const { id, email, superuser } = await account(name);
    const opened = await sessions.open(device, ports, { user_id: id });
    const { access_token: token, refresh_token } = opened;
    const [, claims = ''] = token.split('.');
    const { sid: session_id } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return { id, email, superuser, token, refresh_token, session_id };
  }

  /** The session in which a person calls. */
  function caller(name: string) {
    const found = callers.get(name) ?? signIn(name);
    callers.set(name, found);
    return found;
  }

  /**
   * Calls a route: `call('ada', 'POST /api/v1/tasks', { title: 'Ink' })`.
   *
   * @param as a name, a session, or undefined for nobody
   */
  async function call(
    as: string | Caller | undefined,
    line: string,
    body?: unknown,
    more: InjectOptions = {},
  ) {
    const [method, url] = line.split(' ') as ['GET', string];
    const token = (typeof as === 'string' ? await caller(as) : as)?.token;
    statements.length = 0;
    const response = await app.inject({
      method,
      url,
      ...(body !== undefined && { payload: body as object }),
      ...more,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...more.headers },
    });
    const text = response.body;
    const isJson = /json/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode,
      body: isJson && text ? JSON.parse(text) : text,
      headers: response.headers,
      statements: [...statements],
    } satisfies Answer;
  }

  /** The ports of another process on the same database. */
  async function peer() {
    const shared = { ...opened, close: async () => {} };
    const other = await openPorts(settings, shared, { clock, ...declared });
    closing.unshift(other.database.close);
    return other;
  }

  /** Runs what is queued and due until nothing is; from then on, what comes is run at once. */
  async function runJobs(): Promise<Worker> {
    worker ??= openWorker(ports, log, { drainMs: 0, patienceMs: 0 });
    const opened = await worker;
    if (!closing.includes(opened.close)) closing.unshift(opened.close);
    await opened.idle();
    return opened;
  }

  /** What the audit log tells of a user, a session or a key: each action and its outcome, in order. */
  async function actionsOn(target_id: string): Promise<string[]> {
    const { rows: told } = await owner.query(
      `select action || ' ' || outcome as told from plinth.audit_log where target_id = $1
       order by created_at, id`,
      [target_id],
    );
    return told.map(({ told }) => told);
  }

  return {
    app,
    call,
    actionsOn,
    caller,
    signIn,
    runJobs,
    config,
    ports,
    pool: owner,
    peer,
    advance: (ms: number) => {
      offset.ms += ms;
    },
  };
}

type Account = { readonly id: string; readonly email: string; readonly superuser: boolean };
export type Caller = Account & {
  readonly token: string;
  readonly refresh_token: string;
  readonly session_id: string;
};

export type Harness = Awaited<ReturnType<typeof harness>>;
