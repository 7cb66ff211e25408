/** The document and the pages that show it: public, complete, cached, and loading nothing from elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import features from '../src/features.ts';
import { harness } from './harness.ts';

const project = 'Ada & <Sons>';
const { call } = await harness({ env: { PROJECT_NAME: project } });
const { body: document, headers: served } = await call(undefined, 'GET /openapi.json');
const get = (url: string, headers = {}) => call(undefined, `GET ${url}`, undefined, { headers });

const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(
  (path) => Object.values(path),
);

test('every route of every feature is described, under a name of its own', () => {
  const names = operations.map(({ operationId }) => operationId);
  const routes = features.flatMap(({ name, routes }) =>
    Object.keys(routes).map((operation) => `${name}-${operation}`),
  );
  assert.deepEqual(names.toSorted(), routes.toSorted());
  assert.equal(new Set(names).size, names.length);
});

test('every reference leads somewhere, and every component is referred to', () => {
  const text = JSON.stringify(document);
  const references = new Set(text.match(/#\/components\/[\w.-]+\/[\w.-]+/g));
  const components = Object.entries<object>(document.components)
    .filter(([kind]) => kind !== 'securitySchemes')
    .flatMap(([kind, all]) => Object.keys(all).map((name) => `#/components/${kind}/${name}`));
  assert.deepEqual([...references].sort(), components.sort());
});

test('the address of the password form is a route', () => {
  const { tokenUrl } = document.components.securitySchemes.password.flows.password;
  assert.ok(document.paths[tokenUrl].post);
});

test('the document is the same at both addresses, and costs no statement', async () => {
  const other = await get('/api/v1/openapi.json');
  assert.deepEqual([other.status, other.body, other.statements], [200, document, []]);
  assert.equal(document.info.title, project);
  assert.match(String(served['content-type']), /^application\/json/);
});

const etag = String(served.etag);
const revalidations = [
  ['the same', etag, 304],
  ['one of several', `"other", ${etag}`, 304],
  ['made weak by a proxy', `W/${etag}`, 304],
  ['anything', '*', 304],
  ['another', '"other"', 200],
] as const;
for (const [name, tag, status] of revalidations) {
  test(`the document revalidated with ${name} answers ${status}`, async () => {
    assert.match(etag, /^"[\w-]+"$/);
    const answer = await get('/openapi.json', { 'if-none-match': tag });
    assert.deepEqual([answer.status, answer.headers.etag], [status, etag]);
    if (status === 304) assert.equal(answer.body, '');
  });
}

for (const url of ['/docs', '/docs/', '/redoc', '/redoc/']) {
  test(`${url} is named after the project, and everything it loads is ours`, async () => {
    const { status, body, headers } = await get(url);
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/html/);
    assert.match(body, /<title>Ada &#38; &#60;Sons&#62; API/);
    assert.match(body, /<noscript>.*\/openapi\.json/);
    assert.doesNotMatch(body, /<script>|<style| style=| on\w+=|https?:/);
    const loaded = [...body.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, file]) => file);
    assert.ok(loaded.length > 2);
    for (const file of loaded) assert.equal((await get(file)).status, 200, file);
  });
}

test('a file of the pages is revalidated, not sent again', async () => {
  const { headers } = await get('/docs/assets/swagger-ui.css');
  const again = await get('/docs/assets/swagger-ui.css', { 'if-none-match': headers.etag });
  assert.deepEqual([again.status, again.body], [304, '']);
});

for (const file of ['package.json', 'page.ts', 'index.html', '..%2fpage.ts', '%2e%2e/docs.ts']) {
  test(`/docs/assets/${file} is not there`, async () => {
    assert.equal((await get(`/docs/assets/${file}`)).status, 404);
  });
}

const policyOf = async (url: string) => String((await get(url)).headers['content-security-policy']);

test('the strict policy holds on both pages; only ReDoc’s names two styles', async () => {
  const strict = await policyOf('/openapi.json');
  assert.equal(await policyOf('/docs'), strict);
  const redoc = await policyOf('/redoc');
  assert.equal(redoc.replaceAll(/ 'sha256-[^']+'/g, ''), strict);
  assert.equal(redoc.match(/'sha256-/g)?.length, 2);
  assert.doesNotMatch(redoc, /unsafe|https?:|\*|blob:/);
});

for (const mode of ['relaxed', 'disabled']) {
  test(`CSP_MODE=${mode} is the same on ReDoc's page as elsewhere`, async () => {
    const { call } = await harness({ env: { CSP_MODE: mode } });
    const policies = ['/redoc', '/openapi.json'].map(
      async (url) => (await call(undefined, `GET ${url}`)).headers['content-security-policy'],
    );
    const [redoc, elsewhere] = await Promise.all(policies);
    assert.equal(redoc, elsewhere);
  });
}
