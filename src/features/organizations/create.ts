/** Organizations: founding one. */
import * as audit from '#features/audit/service.ts';
import { build, type Db } from '#kernel/db.ts';
import { newId } from '#kernel/id.ts';
import { type Slots, statement } from '#kernel/statement.ts';
import {
  members,
  type Organization,
  type OrganizationCreate,
  organizations,
  SlugTaken,
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

const insertFounder = statement('organizations.addFounder', (row: Slots<Founder>) =>
  build
    .insert(members)
    .values({ ...row, role: 'owner' })
    .returning({ role: members.role }),
);

/** The caller becomes its owner. @throws SlugTaken where it was given; one that is made gives way */
export const create = (db: Db, input: OrganizationCreate): Promise<Organization> =>
  db.unscoped('an organization that is founded has no member yet').transaction(async (db) => {
    const founded = await insertAs(db, input);
    const { id, slug } = founded;
    const founder = { id: newId(), organization_id: id, user_id: db.principal.userId };
    await insertFounder(db, founder);
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
