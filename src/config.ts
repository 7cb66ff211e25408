/** Everything the process can be told: one schema, read once, passed by argument. */

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from '#kernel/refusal.ts';

const port = { minimum: 0, maximum: 65_535 };
/** Comma-separated in the environment. */
const List = (description: string, pattern: string) =>
  Type.Array(Type.String({ pattern }), { description, default: [] as string[] });
const Text = (description: string, fallback?: string) =>
  Type.String({ description, ...(fallback !== undefined && { default: fallback }) });
const Whole = (description: string, fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ description, default: fallback, minimum, maximum });
const Flag = (description: string, fallback: boolean) =>
  Type.Boolean({ description, default: fallback });
const Secret = (description: string, minLength: number) =>
  Type.Optional(Type.String({ description, minLength, writeOnly: true }));

export const Config = Type.Object({
  ENVIRONMENT: Type.Union(
    [Type.Literal('development'), Type.Literal('staging'), Type.Literal('production')],
    {
      default: 'development',
      description: 'Development makes what is missing; staging and production refuse to start.',
    },
  ),
  PROJECT_NAME: Text('The name in the docs and the banner.', 'Plinth'),
  HOST: Text('The address to listen on; 0.0.0.0 for all.', '127.0.0.1'),
  PORT: Type.Integer({ ...port, default: 8000, description: 'The port; 0 takes a free one.' }),
  PUBLIC_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'Where clients reach the server.' }),
  ),
  DATA_DIR: Text(
    'What the server keeps: embedded database, secrets made for development.',
    './data',
  ),

  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?(\\+asyncpg)?://',
      writeOnly: true,
      description: 'A PostgreSQL 15 or newer; without it the database is embedded in DATA_DIR.',
    }),
  ),
  DATABASE_LISTEN_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?(\\+asyncpg)?://',
      writeOnly: true,
      description: 'The same database without a pooler, where DATABASE_URL goes through one.',
    }),
  ),
  DB_POOL_SIZE: Whole('Connections at most.', 10, 1, 1000),
  DB_POOL_TIMEOUT: Whole('Seconds to wait for a connection before answering 503.', 10, 1, 600),
  DB_POOL_RECYCLE: Whole(
    'Seconds after which a connection is made anew; 0 is never.',
    3600,
    0,
    86_400,
  ),
  DB_PREPARED_STATEMENTS: Flag(
    'Named statements; turn off behind pgbouncer older than 1.21.',
    true,
  ),

  SECRET_KEY: Secret(
    'Encrypts what must not lie open in the database. Needed outside development.',
    32,
  ),
  ACCESS_TOKEN_EXPIRE_MINUTES: Whole('Life of an access token.', 15, 1, 1440),
  REFRESH_TOKEN_EXPIRE_DAYS: Whole('Life of a session that is not used.', 7, 1, 30),
  JWT_ALGORITHM: Type.Union([Type.Literal('EdDSA'), Type.Literal('ES256')], {
    default: 'EdDSA',
    description: 'ES256 for verifiers that do not know EdDSA yet.',
  }),
  JWT_ISSUER: Text('The `iss` of our tokens.', 'plinth'),
  JWT_AUDIENCE: Text('The `aud` of our tokens.', 'plinth'),
  FIRST_SUPERUSER_EMAIL: Text('Made at the first start.', 'admin@example.com'),
  FIRST_SUPERUSER_PASSWORD: Secret('Its password. Needed outside development.', 8),

  CORS_ORIGINS: List(
    'Origins of web pages that may call, such as http://localhost:3000.',
    '^https?://[^/*\\s]+$',
  ),
  TRUSTED_PROXIES: List(
    'CIDRs of proxies whose X-Forwarded-For is believed.',
    '^[\\da-fA-F.:]+(/\\d{1,3})?$',
  ),
  CSP_MODE: Type.Union(
    [Type.Literal('strict'), Type.Literal('relaxed'), Type.Literal('disabled')],
    { default: 'strict', description: 'The Content-Security-Policy of all answers.' },
  ),
  HSTS_MAX_AGE: Whole(
    'Seconds of Strict-Transport-Security, sent in production.',
    31_536_000,
    0,
    63_072_000,
  ),
  PERMISSIONS_POLICY: Text(
    'The Permissions-Policy of all answers.',
    'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  ),
  RATE_LIMIT_ENABLED: Flag('Limits per user, or per address where nobody is signed in.', true),
  RATE_LIMIT_REQUESTS_PER_MINUTE: Whole(
    'Requests a caller may make in a minute.',
    600,
    1,
    10_000_000,
  ),

  LOG_LEVEL: Type.Union(
    (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((l) => Type.Literal(l)),
    { default: 'info', description: 'The least serious lines that are written.' },
  ),
  LOG_FORMAT_JSON: Type.Optional(
    Type.Boolean({ description: 'JSON lines; unless said, everywhere but in development.' }),
  ),
});
export type Config = Readonly<Static<typeof Config>>;

type Env = Readonly<Record<string, string | undefined>>;

/** Values that stand in tutorials and templates, where a secret should be. */
const placeholder =
  /change.?(me|this)|placeholder|your.?(secret|password)|^(secret|password|admin)+\d*$|example/i;

function read(name: string, schema: TSchema, text: string): unknown {
  const type = (schema as { type?: string }).type;
  if (type === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
  if (type === 'boolean')
    return { true: true, '1': true, false: false, '0': false }[text.toLowerCase()] ?? text;
  if (type === 'array')
    return text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  return name === 'LOG_LEVEL' ? text.toLowerCase() : text;
}

/**
 * Reads, defaults and checks the environment.
 *
 * @throws Refusal naming every bad variable at once, and no value
 */
export function loadConfig(env: Env): Config {
  const given = Object.entries(Config.properties)
    .filter(([name]) => env[name]) // an empty variable is an unset one, as in compose files
    .map(([name, schema]) => [name, read(name, schema, env[name] as string)] as const);
  const config = Value.Default(Config, Object.fromEntries(given)) as Config;
  const wrong = Object.entries(Config.properties).flatMap(([name, schema]) =>
    fault(name, schema, config),
  );
  wrong.push(...weaknesses(config));
  if (wrong.length > 0) throw new Refusal(`The configuration is wrong:\n  ${wrong.join('\n  ')}`);
  return Object.freeze(config);
}

/** What is wrong with one variable, in a sentence; each is asked by itself, so that none hides another. */
function fault(name: string, schema: TSchema, config: Config): string[] {
  const value = (config as Record<string, unknown>)[name];
  if (value === undefined || Value.Check(schema, value)) return [];
  const { anyOf } = schema as { anyOf?: readonly { const: string }[] };
  const choices = anyOf?.map((choice) => choice.const).join(', ');
  const [first] = Value.Errors(schema, value);
  return [`${name} ${choices ? `must be one of ${choices}` : first?.message}`];
}

/** What is fine on a developer's machine and nowhere else. */
function weaknesses(config: Config): string[] {
  if (config.ENVIRONMENT === 'development') return [];
  const wrong: string[] = [];
  for (const name of ['SECRET_KEY', 'FIRST_SUPERUSER_PASSWORD'] as const) {
    const secret = config[name];
    if (secret === undefined) wrong.push(`${name} must be set in ${config.ENVIRONMENT}`);
    else if (placeholder.test(secret) || new Set(secret).size < 6) {
      wrong.push(`${name} is a well-known placeholder, or as easy to guess`);
    }
  }
  return wrong;
}

/** The environment of this process; in development `.env` fills in what is not set. */
export function processEnv(): Env {
  const { ENVIRONMENT } = process.env;
  if (ENVIRONMENT && ENVIRONMENT !== 'development') return process.env;
  try {
    const file = parseEnv(readFileSync('.env', 'utf8'));
    if (file.ENVIRONMENT && file.ENVIRONMENT !== 'development') {
      throw new Refusal('.env is for development; set ENVIRONMENT in the environment itself.');
    }
    return { ...file, ...process.env };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return process.env;
    throw error;
  }
}
