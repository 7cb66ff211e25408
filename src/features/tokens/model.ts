/** Tokens: the keys that sign them, and what of a key the world may see. */
import { sql } from 'drizzle-orm';
import { customType, index, jsonb, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { Type } from 'typebox';
import { instant, plinth } from '#kernel/db.ts';
import type { PublicJwk } from '#kernel/tokens.ts';

export const signingKeys = plinth.table(
  'signing_keys',
  {
    /** The key's thumbprint (RFC 7638). */
    kid: text().primaryKey(),
    algorithm: text({ enum: ['EdDSA', 'ES256'] }).notNull(),
    public_jwk: jsonb().$type<PublicJwk>().notNull(),
    /** The private key as JSON, sealed with the server's secret. */
    sealed_jwk: text().notNull(),
    created_at: instant('created_at').notNull().defaultNow(),
    /** Published before it signs, so that verifiers know it by then. */
    signs_from: instant('signs_from').notNull().defaultNow(),
    /** When its successor takes over; from then on it only verifies. */
    retired_at: instant('retired_at'),
  },
  (table) => [
    // One key signs per algorithm, so that processes that start together agree on it.
    uniqueIndex('signing_keys_current').on(table.algorithm).where(sql`retired_at is null`),
  ],
);
export type SigningKey = typeof signingKeys.$inferSelect;
export type Algorithm = SigningKey['algorithm'];

/** Stands for all the keys where processes tell each other what changed. */
export const keyringId = 'ffffffff-ffff-8fff-bfff-ffffffffffff';

/** The id of a transaction; later ones have greater ids. */
const transactionId = customType<{ data: string }>({ dataType: () => 'xid8' });

/**
 * Sessions that ended while tokens of them may still be about, and users and API keys that changed
 * while a process may remember them otherwise.
 */
export const revocations = plinth.table(
  'revocations',
  {
    subject_id: uuid().primaryKey(),
    /** By which a process asks for what it has not seen, whatever order transactions commit in. */
    transaction_id: transactionId().notNull().default(sql`pg_current_xact_id()`),
    revoked_at: instant('revoked_at').notNull().defaultNow(),
  },
  (table) => [
    index('revocations_transaction').on(table.transaction_id),
    index('revocations_time').on(table.revoked_at),
  ],
);

/** The channel on which processes tell each other of them: `id transaction_id`. */
export const revocationChannel = 'plinth_revocations';

const thisTransaction = sql`pg_current_xact_id()`;

/** What tells the other processes, as a column of a statement that writes revocations. */
export const told = sql`pg_notify(${sql.raw(`'${revocationChannel}'`)},
  ${revocations.subject_id}::text || ' ' || ${revocations.transaction_id}::text)::text`.as('told');

/** A subject that changes again is news again. */
export const again = {
  target: revocations.subject_id,
  set: { transaction_id: thisTransaction, revoked_at: sql`now()` },
};

/** RFC 8414, which OpenID Connect Discovery 1.0 has the same names as. */
export const Discovery = Type.Object(
  {
    issuer: Type.String({
      description: 'The `iss` of access tokens.',
      examples: ['https://api.example.com'],
    }),
    jwks_uri: Type.String({
      format: 'uri',
      description: 'Where the public keys are.',
      examples: ['https://api.example.com/.well-known/jwks.json'],
    }),
    token_endpoint: Type.String({
      format: 'uri',
      examples: ['https://api.example.com/api/v1/login/access-token'],
    }),
    grant_types_supported: Type.Array(Type.String(), { examples: [['password']] }),
    response_types_supported: Type.Array(Type.String(), { examples: [[]] }),
    subject_types_supported: Type.Array(Type.String(), { examples: [['public']] }),
    id_token_signing_alg_values_supported: Type.Array(Type.String(), { examples: [['EdDSA']] }),
    token_endpoint_auth_methods_supported: Type.Array(Type.String(), { examples: [['none']] }),
  },
  { title: 'Discovery' },
);

export const Jwks = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          kid: Type.String({
            description: 'Its name, as in the header of a token.',
            examples: ['kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
          }),
          kty: Type.String({ description: 'Its kind.', examples: ['OKP'] }),
          alg: Type.String({ description: 'The algorithm it signs by.', examples: ['EdDSA'] }),
        },
        { title: 'PublicJwk', description: 'A public key (RFC 7517).', additionalProperties: true },
      ),
    ),
  },
  { title: 'Jwks' },
);
