/** npm start, as a person in a terminal and a supervisor run it. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Exit, ready, type Started, start } from '../server-process.ts';
import { signIn, slowCreate } from './client.ts';
import { projectCopy } from './project-copy.ts';
import { startedFolder } from './started-folder.ts';

const ctrlC = '\x03';

const { folder: cwd } = projectCopy();

async function npmStart(program: string, ...args: string[]) {
  const kept = { DATA_DIR: await startedFolder(), PORT: '0', LOG_FORMAT_JSON: 'true' };
  return start(program, args, { cwd, env: { ...kept, npm_config_update_notifier: 'false' } });
}

/** In a terminal of its own, which turns what is typed into signals. */
const inTerminal = () => npmStart('script', '-qec', 'exec npm start', '/dev/null');

const ways: Record<string, [() => Promise<Started>, (started: Started) => void]> = {
  'Ctrl-C in the terminal of npm start': [inTerminal, (started) => started.type(ctrlC)],
  'SIGTERM to npm start': [() => npmStart('npm', 'start'), (started) => started.kill('SIGTERM')],
  'SIGINT to npm start': [() => npmStart('npm', 'start'), (started) => started.kill('SIGINT')],
};

for (const [title, [begin, stop]] of Object.entries(ways)) {
  test(`${title} finishes what is under way, exits with 0 and leaves no process`, async () => {
    const server = await ready(await begin());
    const { token } = await signIn(server);
    const slow = await slowCreate(server, token);
    stop(server);
    await server.says(/finishing/);
    assert.equal(await slow.finish(), 201);
    assert.deepEqual(await server.exited, { code: 0, signal: null } satisfies Exit);
    await assert.rejects(fetch(`${server.url}/livez`));
  });
}
