/** A data folder as a first start leaves it: copied, since a first start costs three later ones. */
import { cpSync } from 'node:fs';
import { startServer, temporaryFolder } from '../server-process.ts';

let first: Promise<string> | undefined;

async function makeFirst() {
  const data = temporaryFolder();
  const server = await startServer({}, { data });
  server.kill();
  await server.exited;
  return data;
}

/** @returns a folder of the test's own, with nobody's server on it */
export async function startedFolder(): Promise<string> {
  first ??= makeFirst();
  const copy = temporaryFolder();
  cpSync(await first, copy, { recursive: true });
  return copy;
}
