/** Everything the process can be told: one schema, which `.env.example` is made from. */
import { type Static, Type } from 'typebox';
import { background } from './settings/background.ts';
import { identity } from './settings/identity.ts';
import { Flag, port, Text, Whole } from './settings/kinds.ts';
import { requests } from './settings/requests.ts';

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
  FRONTEND_HOST: Type.String({
    pattern: '^https?://',
    default: 'http://localhost:5173',
    description: 'Where the pages are that links in letters lead to.',
  }),
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
  DB_ROW_SECURITY: Flag(
    'The policies under every tenant table; false only to prove what they are good for.',
    true,
  ),

  ...identity,

  ...requests,

  ...background,

  LOG_LEVEL: Type.Union(
    (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((l) => Type.Literal(l)),
    { default: 'info', description: 'The least serious lines that are written.' },
  ),
  LOG_FORMAT_JSON: Type.Optional(
    Type.Boolean({ description: 'JSON lines; unless said, everywhere but in development.' }),
  ),
});
export type Config = Readonly<Static<typeof Config>>;
