/** Tokens: the keys that sign them, and what of a key the world may see. */
import { sql } from 'drizzle-orm';
import { jsonb, text, uniqueIndex } from 'drizzle-orm/pg-core';
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
    /** Since when it only verifies. */
    retired_at: instant('retired_at'),
  },
  (table) => [
    // One key signs per algorithm, so that processes that start together agree on it.
    uniqueIndex('signing_keys_current').on(table.algorithm).where(sql`retired_at is null`),
  ],
);
export type SigningKey = typeof signingKeys.$inferSelect;
export type Algorithm = SigningKey['algorithm'];

export const Jwks = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        { kid: Type.String(), kty: Type.String(), alg: Type.String() },
        { title: 'PublicJwk', description: 'A public key (RFC 7517).', additionalProperties: true },
      ),
    ),
  },
  { title: 'Jwks' },
);
