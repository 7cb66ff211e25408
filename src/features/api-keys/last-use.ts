/** API keys: when each was used last. */
import { lastUseOf } from '#platform/db/last-use.ts';
import { apiKeys } from './model.ts';

export const keyUses = lastUseOf('api-keys.used', apiKeys);
