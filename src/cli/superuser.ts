/** Making a superuser, who can sign in at once; and telling the audit log. */
import * as audit from '#features/audit/service.ts';
import * as users from '#features/users/service.ts';
import type { Db } from '#kernel/db.ts';

type Credentials = { readonly email: string; readonly password: string };

/** @throws WeakPassword, and EmailTaken */
export async function makeSuperuser(db: Db, { email, password }: Credentials): Promise<void> {
  const password_hash = await users.hashNewPassword(password, [email]);
  await db.transaction(async (db) => {
    const row = { email, password_hash, is_superuser: true, is_verified: true };
    const { id: target_id } = await users.add(db, row);
    await audit.record(db, 'user.created', { target_id, detail: { is_superuser: true } });
  });
}
