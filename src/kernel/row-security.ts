/**
 * Row-level security: the policies of a table, made from its model, and how a statement tells the
 * database who asks. Services see neither; what they say in WHERE stands above it.
 */
import { type SQL, sql } from 'drizzle-orm';
import { pgPolicy } from 'drizzle-orm/pg-core';
import { maxUuid, type Permission, type Principal } from './principal.ts';
import { rolesWith } from './roles.ts';

/** Told by the server itself, and by superusers, who see everything. */
export const toldUnscoped = maxUuid;

/** Who asks, as policies compare it: a user, an organization whose key it is, or who sees everything. */
export const toldOf = ({ superuser, organizationId, userId }: Principal): string =>
  superuser ? toldUnscoped : (organizationId ?? userId);

/** Subqueries, so that each is worked out once for a statement and not once for a row. */
const caller = sql`(select nullif(current_setting('plinth.caller', true), '')::uuid)`;
/** Nobody but the server itself, and superusers. */
export const onlyUnscoped = sql.raw(
  `(select current_setting('plinth.caller', true) = '${toldUnscoped}')`,
);

/**
 * The organizations in which somebody has a permission: those whose role has it, and the
 * organization itself where one of its keys asks.
 */
export const organizationsOf = (who: SQL, permission: Permission): SQL =>
  sql`(select plinth.organizations_of(${who}, ${sql.raw(`'{${rolesWith(permission).join()}}'`)}))`;

type Who = {
  readonly read: SQL;
  /** Who may change rows; nobody where it is left out. */
  readonly write?: SQL;
  /** Who may add rows, where that differs. */
  readonly add?: SQL;
  /** Who may remove rows, where that differs. */
  readonly remove?: SQL;
};

/** The policies of a table: one for each thing that is done to a row. */
export function policies(table: string, { read, write, add = write, remove = write }: Who) {
  return [
    pgPolicy(`${table}_read`, { for: 'select', using: read }),
    ...(add ? [pgPolicy(`${table}_add`, { for: 'insert', withCheck: add })] : []),
    ...(write
      ? [pgPolicy(`${table}_change`, { for: 'update', using: write, withCheck: write })]
      : []),
    ...(remove ? [pgPolicy(`${table}_remove`, { for: 'delete', using: remove })] : []),
  ];
}

/** The caller is the one in this column. */
export const isCaller = (column: string) => sql`${sql.raw(column)} = ${caller}`;

/** The caller's role in the organization in this column lets them. */
export const hasRole = (permission: Permission, column = 'organization_id') =>
  sql`${onlyUnscoped} or ${sql.raw(column)} in ${organizationsOf(caller, permission)}`;

/** Of rows that belong to a person or to an organization. @param noun of their permissions */
export const tenantPolicies = (table: string, noun = table) =>
  policies(table, {
    read: sql`${isCaller('owner_id')} or ${hasRole(`${noun}:read`)}`,
    write: sql`${isCaller('owner_id')} or ${hasRole(`${noun}:write`)}`,
  });

/** Of rows that are one person's: their sessions, their second factor. */
export const personalPolicies = (table: string) => {
  const own = sql`${isCaller('user_id')} or ${onlyUnscoped}`;
  return policies(table, { read: own, write: own });
};

/** The same statement, telling who asks by one value more. */
export function telling(text: string, values: number): string {
  // A filter without columns is looked at once, before the first row is fetched; see the decision.
  const told = `(select set_config('plinth.caller', $${values + 1}, true)) is not null`;
  const { start, verb, returns } = partsOf(text);
  const [before, last] = [text.slice(0, start).trimEnd(), text.slice(start)];
  if (verb === 'select') {
    return `${before}${before && ' '}select asked.* from (${last}) asked where ${told}`;
  }
  const written = `${before ? `${before}, ` : 'with '}written as (${last})`;
  // What nobody reads is written after the rest was asked, and that is where the telling is.
  return returns
    ? `${written} select written.* from written where ${told}`
    : `${written} select where not ${told}`;
}

const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|\w+/g;

/** Where a statement begins that has a WITH or not, what it does, and whether it answers rows. */
function partsOf(text: string) {
  let depth = 0;
  let begun: { readonly start: number; readonly verb: string } | undefined;
  let returns = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth > 0) continue;
    else if (/^returning$/i.test(token)) returns = true;
    else if (/^(select|insert|update|delete|merge)$/i.test(token)) {
      begun ??= { start: index, verb: token.toLowerCase() };
    }
  }
  // Selects that are joined by a union stand in parentheses of their own.
  return { ...(begun ?? { start: 0, verb: 'select' }), returns };
}
