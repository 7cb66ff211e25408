/** Settings of requests: how long, how large, how many, and from where. */
import { Type } from 'typebox';
import { Flag, List, Rate, Text, Whole } from './kinds.ts';

export const requests = {
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
};
