/** An organization that invites people, and the letters that it writes. */
import { mailbox } from '#features/accounts/mailbox.fixture.ts';
import { organizationOf } from '#features/organizations/organization.fixture.ts';
import type { Role } from '#kernel/roles.ts';
import type { Harness } from './harness.ts';

export function organizationsOf({ call, caller, pool }: Harness) {
  const { lettersTo, tokenTo } = mailbox(call);

  /** @param people by name, with their roles */
  async function found(people: Readonly<Record<string, Role>>, name?: string) {
    const id = await organizationOf({ caller, pool }, people, name);
    const line = (verb: string, rest = '') =>
      `${verb} /api/v1/organizations/${id}/invitations${rest}`;
    /** Invites an address in the name of the first of them. */
    const invite = (email: string, role = 'member', as = Object.keys(people)[0]) =>
      call(as, line('POST'), { email, role });
    return { id, line, invite };
  }

  async function roleOf(name: string, organization_id: string): Promise<string | undefined> {
    const { id } = await caller(name);
    const { rows } = await pool.query(
      'select role from plinth.members where user_id = $1 and organization_id = $2',
      [id, organization_id],
    );
    return rows[0]?.role;
  }

  async function stateOf(id: string): Promise<string | undefined> {
    const { rows } = await pool.query('select state from plinth.invitations where id = $1', [id]);
    return rows[0]?.state;
  }

  const expire = (id: string) =>
    pool.query('update plinth.invitations set expires_at = now() where id = $1', [id]);

  return { found, roleOf, stateOf, expire, lettersTo, tokenTo };
}
