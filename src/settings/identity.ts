/** Settings of who signs in, by what, and for how long. */
import { Type } from 'typebox';
import { Secret, Text, Whole } from './kinds.ts';

export const identity = {
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
};
