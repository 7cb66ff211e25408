/** Reading the configuration: once, all that is wrong at once, and passed by argument from then on. */

import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Refusal } from '#kernel/refusal.ts';
import { Config } from './settings.ts';

export type { Config } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Values that stand in tutorials and templates, where a secret should be. */
const placeholder =
  /change.?(me|this)|placeholder|your.?(secret|password)|^(secret|password|admin)+\d*$|example/i;

/** How people say yes and no. */
const words: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  '1': true,
  false: false,
  off: false,
  '0': false,
};

function read(name: string, schema: TSchema, text: string): unknown {
  const type = (schema as { type?: string }).type;
  if (type === 'integer') return /^\d+$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return words[text.toLowerCase()] ?? text;
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
  wrong.push(...gaps(config), ...weaknesses(config));
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

/** What one variable needs of another. */
function gaps(config: Config): string[] {
  const { RATE_LIMIT_STORE: store, REDIS_URL, DATABASE_URL, SMTP_USER, SMTP_PASSWORD } = config;
  const wrong: string[] = [];
  if (store === 'redis' && !REDIS_URL) wrong.push('RATE_LIMIT_STORE=redis needs REDIS_URL');
  // The embedded database has one process and one connection, for which a transaction may wait.
  if (store === 'postgresql' && !DATABASE_URL) {
    wrong.push(
      'RATE_LIMIT_STORE=postgresql needs DATABASE_URL; in one process memory does as well',
    );
  }
  if (!SMTP_USER !== !SMTP_PASSWORD) {
    wrong.push(SMTP_USER ? 'SMTP_USER needs SMTP_PASSWORD' : 'SMTP_PASSWORD needs SMTP_USER');
  }
  return wrong;
}

/** This machine, to which nobody else listens. */
const loopback = /^(localhost|127(\.\d+){3}|::1)$/i;

const secrets = [
  'SECRET_KEY',
  'FIRST_SUPERUSER_PASSWORD',
  'BETTER_AUTH_SECRET',
  'JWT_SECRET',
] as const;

/** What is fine on a developer's machine and nowhere else. */
function weaknesses(config: Config): string[] {
  if (config.ENVIRONMENT === 'development') return [];
  const wrong: string[] = [];
  if (!config.DB_ROW_SECURITY) {
    wrong.push(`DB_ROW_SECURITY cannot be turned off in ${config.ENVIRONMENT}`);
  }
  const { SMTP_USER, SMTP_TLS, SMTP_SSL, SMTP_HOST = '' } = config;
  if (SMTP_USER && !SMTP_TLS && !SMTP_SSL && !loopback.test(SMTP_HOST)) {
    wrong.push('SMTP_PASSWORD would be sent for all to read; set SMTP_TLS or SMTP_SSL');
  }
  for (const name of secrets) {
    const secret = config[name];
    const isNeeded = name === 'SECRET_KEY' || name === 'FIRST_SUPERUSER_PASSWORD';
    if (secret === undefined) {
      if (isNeeded) wrong.push(`${name} must be set in ${config.ENVIRONMENT}`);
    } else if (placeholder.test(secret) || new Set(secret).size < 6) {
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
