/** Sessions: when each was used last. */
import { lastUseOf } from '#platform/db/last-use.ts';
import { sessions } from './model.ts';

export const sessionUses = lastUseOf('sessions.used', sessions);
