/** Issuers: who else vouches for people, and which of our users those are. */
import { index, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { type Static, Type } from 'typebox';
import { users } from '#features/users/model.ts';
import { instant, plinth } from '#kernel/db.ts';
import { personalPolicies } from '#kernel/row-security.ts';
import { Nullable, Page, Timestamp } from '#kernel/schema.ts';

/** A person in the words of another issuer. Their id there is never one of ours. */
export const identities = plinth.table(
  'identities',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    user_id: uuid()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    created_at: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index('identities_user').on(table.user_id),
    ...personalPolicies('identities'),
  ],
);

/** What this process knows of an issuer at the moment. */
const IssuerState = Type.Object(
  {
    issuer: Type.String({
      description: 'The name under which its people are kept.',
      examples: ['https://auth.example.com'],
    }),
    kind: Type.Enum(['jwks', 'secret', 'api_keys'], {
      description: 'By what it is known: published keys, a shared secret, or its own answer.',
    }),
    reachable: Nullable(
      Type.Boolean({
        description: 'Whether it answered when it was last asked; null before that.',
      }),
    ),
    circuit: Nullable(
      Type.Enum(['closed', 'half_open', 'open'], {
        description: 'Open while nobody asks it, after it failed several times.',
      }),
    ),
    keys: Nullable(
      Type.Integer({ description: 'How many of its public keys are known.', examples: [2] }),
    ),
    keys_fetched_at: Nullable(Timestamp),
  },
  { title: 'Issuer' },
);
export type IssuerState = Static<typeof IssuerState>;
export const IssuerPage = Page('IssuerPage', IssuerState);
