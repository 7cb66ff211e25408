/**
 * The measure: `node:http` and `pg` running the SQL of the tasks, and nothing else. It believes
 * whoever names a user in `x-user-id`, checks nothing and logs nothing.
 */
import { randomUUIDv7 } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import pg from 'pg';
import type { Noted, TaskStatements } from './statements.ts';

const { DATABASE_URL, PORT, DB_POOL_SIZE, STATEMENTS = '' } = process.env;
const statements: TaskStatements = JSON.parse(STATEMENTS);
const timestamptz = 1184;
pg.types.setTypeParser(timestamptz, (text) => text);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(DB_POOL_SIZE) });

// biome-ignore lint/suspicious/noExplicitAny: rows go from the driver to JSON as they are
type Row = any;

async function rowsOf({ name, text, slots }: Noted, given: Row): Promise<Row[]> {
  const values = slots.map(({ slot, value }) => given[slot] ?? value);
  const { rows } = await pool.query({ name, text, values });
  return rows;
}

const limit = 50;
const countedUpTo = 10_000;

/** Without what the wire does not show: JSON leaves out what is undefined. */
function shown(row: Row): Row {
  row.version = undefined;
  return row;
}

async function list(owner_id: string) {
  const rows = await rowsOf(statements.list, { owner_id });
  const count = Number(rows[0]?.total ?? 0);
  const data = rows.slice(0, limit);
  for (const row of data) shown(row).total = undefined;
  const last = rows.length > limit ? data.at(-1) : undefined;
  const next_cursor = last && Buffer.from(`${last.created_at} ${last.id}`).toString('base64url');
  return {
    data,
    count: Math.min(count, countedUpTo),
    count_is_lower_bound: count > countedUpTo,
    next_cursor: next_cursor ?? null,
    prev_cursor: null,
  };
}

const bodyOf = (request: IncomingMessage) =>
  new Promise<string>((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });

const tasksPath = '/api/v1/tasks';

async function answer(request: IncomingMessage): Promise<[number, unknown]> {
  const { method, url = '' } = request;
  const owner_id = request.headers['x-user-id'] as string;
  if (method === 'GET' && url.startsWith(`${tasksPath}/`)) {
    const id = url.slice(tasksPath.length + 1);
    const [task] = await rowsOf(statements.get, { id, caller: owner_id });
    return task ? [200, shown(task)] : [404, null];
  }
  if (method === 'GET' && url === tasksPath) return [200, await list(owner_id)];
  if (method === 'POST' && url === tasksPath) {
    const body = JSON.parse(await bodyOf(request));
    const [task] = await rowsOf(statements.create, { ...body, id: randomUUIDv7(), owner_id });
    return [201, shown(task)];
  }
  return [404, null];
}

const server = createServer(async (request, response) => {
  try {
    const [status, value] = await answer(request);
    const body = JSON.stringify(value);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
