/** npm run dev: the server follows the source. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ready, start, temporaryFolder } from '../server-process.ts';
import { call } from './client.ts';
import { projectCopy } from './project-copy.ts';

test('npm run dev starts again when a source file changes, on the same data', async () => {
  const copy = projectCopy();
  const dev = start('npm', ['run', 'dev'], {
    cwd: copy.folder,
    env: {
      DATA_DIR: temporaryFolder(),
      PORT: '0',
      LOG_FORMAT_JSON: 'true',
      npm_config_update_notifier: 'false',
    },
  });
  const first = await ready(dev);
  copy.edit('src/features/health/routes.ts', (text) =>
    text.replace("docs: '/docs'", "docs: '/docs?edited'"),
  );
  const [, url = ''] = await dev.says(/http:\/\/127[\s\S]*finishing[\s\S]*(http:\/\/127[.:\d]+)/);
  assert.notEqual(url, first.url);
  assert.equal((await call({ url }, 'GET /')).body.docs, '/docs?edited');
  dev.kill('SIGTERM');
  await dev.exited;
  await assert.rejects(fetch(`${url}/livez`), 'nothing is left running');
});
