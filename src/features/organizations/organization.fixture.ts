/** An organization, and people in it. */
import { newId } from '#kernel/id.ts';
import type { Role } from '#kernel/roles.ts';

type Here = {
  readonly caller: (name: string) => Promise<{ readonly id: string }>;
  readonly pool: { readonly query: (text: string, values: unknown[]) => Promise<unknown> };
};
type People = Readonly<Record<string, Role>>;

/** @returns its id */
export async function organizationOf(
  { caller, pool }: Here,
  people: People,
  name = 'Analytical Engines',
): Promise<string> {
  const id = newId();
  await pool.query('insert into plinth.organizations (id, name, slug) values ($1, $2, $3)', [
    id,
    name,
    `o-${id}`,
  ]);
  await join({ caller, pool }, id, people);
  return id;
}

/** Takes people into an organization that is there. */
export async function join({ caller, pool }: Here, id: string, people: People): Promise<void> {
  for (const [name, role] of Object.entries(people)) {
    const { id: user_id } = await caller(name);
    await pool.query(
      'insert into plinth.members (id, organization_id, user_id, role) values ($1, $2, $3, $4)',
      [newId(), id, user_id, role],
    );
  }
}
