/** Everything the process can be told: one schema, which `.env.example` is made from. */
import { type Static, Type } from 'typebox';

const port = { minimum: 0, maximum: 65_535 };
/** Comma-separated in the environment. */
const List = (description: string, pattern: string) =>
  Type.Array(Type.String({ pattern }), { description, default: [] as string[] });
const Text = (description: string, fallback?: string) =>
  Type.String({ description, ...(fallback !== undefined && { default: fallback }) });
const Whole = (description: string, fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ description, default: fallback, minimum, maximum });
/** So many in so many seconds. */
const Rate = (whose: string, fallback: string) =>
  Type.String({
    description: `${whose}, as requests/seconds.`,
    default: fallback,
    pattern: '^[1-9]\\d{0,6}/[1-9]\\d{0,4}$',
  });
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
  JWT_ISSUER: Type.Optional(
    Type.String({ minLength: 1, description: 'The `iss` of our tokens; PUBLIC_URL unless said.' }),
  ),
  JWT_AUDIENCE: Text('The `aud` of our tokens.', 'plinth'),
  JWT_KEY_ROTATION_DAYS: Whole('After how long a new key signs; 0 is never.', 90, 0, 3650),
  FIRST_SUPERUSER_EMAIL: Type.String({
    pattern: '^[^@\\s]+@[^@\\s]+$',
    default: 'admin@example.com',
    description: 'Made at the first start.',
  }),
  FIRST_SUPERUSER_PASSWORD: Secret('Its password. Needed outside development.', 8),
  EMAIL_RESET_TOKEN_EXPIRE_HOURS: Whole('Life of a link that sets a new password.', 1, 1, 48),
  EMAIL_VERIFY_TOKEN_EXPIRE_HOURS: Whole('Life of a link that confirms an address.', 48, 1, 720),
  INVITATION_EXPIRE_HOURS: Whole('Life of an invitation to an organization.', 168, 1, 2160),

  BETTER_AUTH_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'A Better Auth server whose tokens and API keys are good here too.',
    }),
  ),
  BETTER_AUTH_SECRET: Secret('Its secret, where it signs tokens with that (HS256).', 32),
  JWT_SECRET: Secret('Another name of BETTER_AUTH_SECRET.', 32),
  TRUSTED_ISSUERS: Type.Optional(
    Type.String({
      description:
        'More issuers, as JSON: [{"issuer": "https://id.example.com", "jwks_url": "https://id.example.com/jwks", "audience": "plinth", "algorithms": ["ES256"]}].',
    }),
  ),
  JWKS_CACHE_TTL_SECONDS: Whole('How long the keys of another issuer are kept.', 3600, 1, 86_400),
  ISSUER_TIMEOUT_SECONDS: Whole('How long another issuer may take to answer.', 3, 1, 30),

  CLIENT_TIMEOUT_SECONDS: Whole('How long a client may take to send a request.', 60, 1, 3600),
  REQUEST_TIMEOUT_SECONDS: Whole(
    'How long an answer may take; after that its statement is cancelled, and it is a 503.',
    30,
    1,
    3600,
  ),
  BODY_LIMIT_BYTES: Whole('The largest body that is read.', 1_048_576, 16_384, 104_857_600),
  OVERLOAD_EVENT_LOOP_DELAY_MS: Whole(
    'How late the process may be, on average over a second, before it answers 503; 0 is never.',
    1000,
    0,
    60_000,
  ),
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
  IF_MATCH_REQUIRED: Flag(
    'Refuses changes of what has an ETag without If-Match; clients must be ready for it.',
    false,
  ),
  RATE_LIMIT_ENABLED: Flag('Limits per caller, or per network where nobody is signed in.', true),
  RATE_LIMIT_REQUESTS_PER_MINUTE: Whole('Of who is signed in.', 600, 1, 10_000_000),
  RATE_LIMIT_ANONYMOUS_PER_MINUTE: Whole('Of a network, by nobody known.', 600, 1, 10_000_000),
  RATE_LIMIT_API_KEY_PER_MINUTE: Whole('Of an API key.', 1200, 1, 10_000_000),
  RATE_LIMIT_LOGIN: Rate('Sign-ins of a network', '60/60'),
  RATE_LIMIT_SIGNUP: Rate('Sign-ups of a network', '50/3600'),
  RATE_LIMIT_RECOVERY: Rate('Letters a network may ask for, and passwords set by them', '30/900'),
  RATE_LIMIT_INVITATIONS: Rate('Invitations a caller may send', '100/3600'),
  RATE_LIMIT_UPLOADS: Rate('Uploads of a caller', '100/600'),
  RATE_LIMIT_STORE: Type.Optional(
    Type.Union([Type.Literal('memory'), Type.Literal('redis'), Type.Literal('postgresql')], {
      description:
        'Where limits are counted; Redis where REDIS_URL is set, unless said, else memory. Memory is for one process. PostgreSQL takes two connections more.',
    }),
  ),
  REDIS_URL: Type.Optional(
    Type.String({
      pattern: '^rediss?://',
      writeOnly: true,
      description: 'A Redis in which all processes count limits together.',
    }),
  ),

  JOB_WORKER: Flag('Runs jobs in the serving process; off where `plinth worker` does.', true),
  JOB_POLL_SECONDS: Whole(
    'How often a process looks for jobs whose time has come; new ones it is told of.',
    2,
    1,
    60,
  ),
  JOB_HISTORY_DAYS: Whole('How long runs are kept that came off.', 7, 1, 3650),
  JOB_FAILED_HISTORY_DAYS: Whole('How long runs are kept that failed.', 90, 1, 3650),

  SMTP_HOST: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'The mail server; without it development keeps letters in a mailbox of its own.',
    }),
  ),
  SMTP_PORT: Type.Integer({ ...port, minimum: 1, default: 587, description: 'Its port.' }),
  SMTP_TLS: Flag('Insists on STARTTLS.', true),
  SMTP_SSL: Flag('TLS from the first byte, as on port 465; SMTP_TLS says nothing then.', false),
  SMTP_USER: Type.Optional(Type.String({ minLength: 1, description: 'Who signs in there.' })),
  SMTP_PASSWORD: Secret('Its password.', 1),
  SMTP_POOL_SIZE: Whole('Connections to it at most, in each process.', 5, 1, 100),
  SMTP_TIMEOUT_SECONDS: Whole('How long it may be silent.', 30, 1, 600),
  EMAILS_FROM_EMAIL: Type.String({
    pattern: '^[^@\\s]+@[^@\\s]+$',
    default: 'noreply@example.com',
    description: 'The sender of letters.',
  }),
  EMAILS_FROM_NAME: Type.Optional(
    Type.String({ minLength: 1, description: 'Its name; PROJECT_NAME unless said.' }),
  ),
  MAILBOX_PORT: Type.Integer({
    ...port,
    default: 8025,
    description: 'Where the mailbox of development is; 0 takes a free one.',
  }),

  LOG_LEVEL: Type.Union(
    (['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const).map((l) => Type.Literal(l)),
    { default: 'info', description: 'The least serious lines that are written.' },
  ),
  LOG_FORMAT_JSON: Type.Optional(
    Type.Boolean({ description: 'JSON lines; unless said, everywhere but in development.' }),
  ),
});
export type Config = Readonly<Static<typeof Config>>;
