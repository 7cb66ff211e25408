/** plinth audit verify: whether the log of each organization is as it was written. */
import { createReadStream, openSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compare, type Fault, type Head, verify } from '#features/audit/verify.ts';
import type { Db } from '#kernel/db.ts';
import { system } from '#kernel/principal.ts';
import { Refusal } from '#kernel/refusal.ts';
import type { Command } from './command.ts';
import { jsonLines } from './json-lines.ts';
import { withPorts } from './with-ports.ts';

const usage = `audit verify

  Goes through the audit log of every organization, each a chain of entries, and finds what was
  changed, removed, put in or put elsewhere. The head of every chain that holds goes to standard
  output, as a line of JSON: {"organization_id", "sequence", "hash"}. What is wrong is said on
  standard error. On the embedded database, stop the server first.

  --organization <id>   only the chain of this one
  --against <file>      the heads of an earlier run: finds a chain that was cut off or written anew
                        as a whole, which a chain alone does not tell. Keep them where whoever can
                        write to the database cannot; - reads standard input. The server itself adds to
                        audit-heads.jsonl in DATA_DIR every night

  Exits with 1 if anything is wrong.`;

export default {
  summary: 'Verify the audit log, and export the heads of its chains',
  usage,
  async run(args, config) {
    const given = parsed(args);
    if (typeof given === 'string') {
      process.stderr.write(given);
      return 2;
    }
    const heads = given.against === undefined ? undefined : openHeads(given.against);
    return withPorts(config, ({ database }) => audit(database.as(system), given, heads));
  },
} satisfies Command;

type Given = { readonly organization?: string | undefined; readonly against?: string | undefined };

/** @returns what is wrong, and the usage, where it cannot be understood */
function parsed(args: readonly string[]): Given | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { organization: { type: 'string' }, against: { type: 'string' } },
    });
    if (positionals.join(' ') !== 'verify') return `${usage}\n`;
    const organization = values.organization?.toLowerCase();
    if (organization !== undefined && !uuid.test(organization)) {
      return `--organization takes the id of one, not ${organization}.\n\n${usage}\n`;
    }
    return { organization, against: values.against };
  } catch (error) {
    return `${(error as Error).message}\n\n${usage}\n`;
  }
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** @throws Refusal if the file cannot be opened */
function openHeads(file: string): AsyncIterable<Buffer> {
  if (file === '-') return process.stdin;
  try {
    return createReadStream(file, { fd: openSync(file, 'r') });
  } catch (cause) {
    throw new Refusal(`It cannot be opened: ${(cause as Error).message}.`, { cause });
  }
}

/** @returns the exit code */
async function audit(db: Db, { organization }: Given, heads?: AsyncIterable<Buffer>) {
  const { compared, rewritten, faults } = await compareAll(db, heads, organization);
  const found = { chains: 0, faults };
  for await (const one of verify(db, { organization_id: organization })) {
    if ('fault' in one) {
      found.faults += 1;
      tell(one.fault);
      continue;
    }
    found.chains += 1;
    // The head of a chain that is wrong would vouch for it the next time.
    if ('head' in one && !rewritten.has(one.head.organization_id)) {
      process.stdout.write(`${JSON.stringify(one.head)}\n`);
    }
  }
  if (organization && found.chains + found.faults === 0) {
    throw new Refusal(`There is no entry of the organization ${organization}.`);
  }
  const beside = heads ? `, heads compared: ${compared}` : '';
  say(`Chains verified: ${found.chains}${beside}, faults: ${found.faults}.`);
  return found.faults > 0 ? 1 : 0;
}

const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);

function tell({ organization_id, sequence, wrong }: Fault) {
  const where = organization_id ? `Organization ${organization_id}` : 'No organization';
  say(`${where}${sequence === null ? '' : `, entry ${sequence}`}: ${wrong}.`);
}

async function compareAll(db: Db, heads: AsyncIterable<Buffer> | undefined, of?: string) {
  const rewritten = new Set<string>();
  let compared = 0;
  let faults = 0;
  for await (const batch of heads ? headsIn(heads, of) : []) {
    compared += batch.length;
    for (const fault of await compare(db, batch)) {
      faults += 1;
      if (fault.organization_id) rewritten.add(fault.organization_id);
      tell(fault);
    }
  }
  if (heads && compared === 0) throw new Refusal('There is no head to compare with.');
  return { compared, rewritten, faults };
}

/** So many are compared by one statement. */
const batchSize = 500;

/** @throws Refusal for a line that is no head */
async function* headsIn(chunks: AsyncIterable<Buffer>, of?: string): AsyncGenerator<Head[]> {
  let batch: Head[] = [];
  for await (const { number, value, fault } of jsonLines(chunks)) {
    const head = fault === undefined ? headOf(value) : undefined;
    if (!head) throw new Refusal(`Line ${number}: ${fault ?? 'It is no head of a chain.'}`);
    if (of !== undefined && head.organization_id !== of) continue;
    if (batch.push(head) < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function headOf(value: unknown): Head | undefined {
  const { organization_id, sequence, hash } = (value ?? {}) as Partial<Record<keyof Head, unknown>>;
  if (typeof organization_id !== 'string' || !uuid.test(organization_id)) return undefined;
  if (!Number.isSafeInteger(sequence) || typeof hash !== 'string') return undefined;
  return { organization_id, sequence: sequence as number, hash };
}
