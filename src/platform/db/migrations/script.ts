/** The SQL of one direction of a migration: its statements, and how they are run. */
import type pg from 'pg';
import { Refusal } from '#kernel/refusal.ts';
import { toldUnscoped } from '#kernel/row-security.ts';

/** Stands between statements, on a line of its own. */
export const separator = '--> statement-breakpoint';
const separatorLine = new RegExp(`^${separator}[ \\t]*$`, 'm');

export type Script = {
  /** For messages: `20261120153000_add_tasks/up.sql`. */
  readonly name: string;
  readonly text: string;
  /** False if the first line is `-- no-transaction`. */
  readonly transactional: boolean;
};

type Queryable = Pick<pg.ClientBase, 'query'>;

export function script(name: string, text: string): Script {
  return { name, text, transactional: !/^\uFEFF?--[ \t]*no-transaction\b/.test(text) };
}

/** The statements with the line each starts on. */
function statements({ text }: Script): { sql: string; line: number }[] {
  let line = 1;
  return text
    .split(separatorLine)
    .map((part) => {
      const leading = part.length - part.trimStart().length;
      const statement = { sql: part.trim(), line: line + newlines(part.slice(0, leading)) };
      line += newlines(part);
      return statement;
    })
    .filter(({ sql }) => sql !== '');
}

const newlines = (text: string) => text.split('\n').length - 1;

/**
 * Policies bind the owner of a table too, and a migration is about the rows of everybody. This is told
 * with each statement, so that outside a transaction no connection keeps it, behind a pooler neither.
 */
const told = `select set_config('plinth.caller', '${toldUnscoped}', true); `;

/** What PostgreSQL runs by itself only, and is about no rows; but a block that commits, which tells. */
const alone =
  /^(?:\s*--.*\n)*\s*(?:(?:create|drop|reindex|alter|refresh)\b[^;]*\bconcurrently\b|vacuum\b|do\b[\s\S]*\bcommit\b)/i;

/**
 * Runs the statements one after the other, past row-level security.
 *
 * @throws Refusal naming the script, the line and the statement that failed
 */
export async function run(client: Queryable, script: Script): Promise<void> {
  for (const { sql, line } of statements(script)) {
    const sent = alone.test(sql) ? sql : told + sql;
    try {
      await client.query(sent);
    } catch (cause) {
      const { message, position } = cause as { message: string; position?: string };
      const at = line + (position ? newlines(sent.slice(0, Number(position))) : 0);
      const aftermath = script.transactional
        ? 'nothing of it was kept'
        : 'what ran before it in this script stays, and the script starts anew when it is run again';
      throw new Refusal(
        `${script.name} failed at line ${at} (${message}); ${aftermath}: ${shortened(sql)}`,
        { cause },
      );
    }
  }
}

const shortened = (sql: string) => (sql.length > 300 ? `${sql.slice(0, 300)}…` : sql);
