/** What goes wrong with migrations, in sentences for whoever deploys. */

/** A history, a script or an argument that cannot be followed. Its message needs no stack. */
export class MigrationError extends Error {
  override readonly name: string = 'MigrationError';
}

/** drizzle-kit is not installed, as in production: nothing is wrong, but models cannot be compared. */
export class MissingToolError extends MigrationError {
  override readonly name = 'MissingToolError';
}
