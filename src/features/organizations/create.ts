/** Organizations: founding one. */
import { and, eq, sql } from 'drizzle-orm';
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { one, Unavailable } from '#kernel/problem.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import {
  maxOwned,
  members,
  type Organization,
  type OrganizationCreate,
  organizations,
  SlugTaken,
  TooManyOrganizations,
} from './model.ts';
import { otherSlug, slugOf } from './slug.ts';

type New = OrganizationCreate & { id: string; slug: string };

const insert = statement('organizations.create', (row: Slots<New>) =>
  build
    .insert(organizations)
    .values(row)
    .onConflictDoNothing({ target: organizations.slug })
    .returning(),
);

type Founder = { id: string; organization_id: string; user_id: string };

const insertFounder = statement('organizations.addFounder', (row: Slots<Founder>) => {
  const before = build.$count(
    members,
    and(eq(members.user_id, row.user_id), sql`${members.role} = 'owner'`),
  );
  return build
    .insert(members)
    .values({ ...row, role: 'owner' })
    .returning({ owned_before: sql<number>`${before}`.as('owned_before') });
});

/**
 * The caller becomes its owner.
 *
 * @throws SlugTaken where it was given, one that is made gives way; TooManyOrganizations
 */
export const create = (db: Db, input: OrganizationCreate): Promise<Organization> =>
  db.unscoped('an organization that is founded has no member yet').transaction(async (db) => {
    const founded = await insertAs(db, input);
    const { id, slug } = founded;
    const founder = { id: newId(), organization_id: id, user_id: db.principal.userId };
    const { owned_before } = one(await insertFounder(db, founder), Unavailable);
    if (owned_before >= maxOwned) throw TooManyOrganizations();
    await audit.record(db, 'organization.created', {
      target_id: id,
      organization_id: id,
      detail: { slug },
    });
    return { ...founded, role: 'owner' };
  });

async function insertAs(db: Db, input: OrganizationCreate) {
  const row = { slug: slugOf(input.name), ...input, id: newId() };
  const [founded] = await insert(db, row);
  if (founded) return founded;
  if (input.slug) throw SlugTaken();
  const [other] = await insert(db, { ...row, slug: otherSlug(row.slug) });
  if (!other) throw SlugTaken();
  return other;
}
