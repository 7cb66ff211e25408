/** What is missing where drizzle-kit is, as in production: nothing is wrong, models just cannot be compared. */
import { Refusal } from '#kernel/refusal.ts';

export class MissingToolError extends Refusal {}
