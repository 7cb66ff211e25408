/** Ids: UUID version 7 (RFC 9562), so that rows made later sort later. */
import { randomUUIDv7 } from 'node:crypto';

export const newId = (): string => randomUUIDv7();
