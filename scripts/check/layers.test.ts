/** Every arrow the layers forbid is refused, and the ones they allow are not. */
import { test } from 'node:test';
import { layers } from './layers.ts';
import { expectFindings, type Files } from './planted.ts';

/** Users stand above items; the imports are in another order, which means nothing. */
const registry = `import items from './features/items/routes.ts';
import users from './features/users/routes.ts';

export default [users, items];
`;
const house: Files = {
  'src/features.ts': registry,
  'src/features/users/routes.ts': '',
  'src/features/items/routes.ts': '',
};

/** For each promise: the file, its import, and what the refusal says. */
const refused: Readonly<Record<string, readonly [file: string, line: string, about: RegExp]>> = {
  'a kernel that imports the platform': ['src/kernel/a.ts', `'#platform/b.ts'`, /kernel may not/],
  'a kernel that does I/O': ['src/kernel/a.ts', `'node:fs'`, /node:fs/],
  'a kernel that knows the web server': ['src/kernel/a.ts', `'fastify'`, /fastify/],
  'a platform that imports a feature': [
    'src/platform/db/a.ts',
    `'#features/users/model.ts'`,
    /platform may not/,
  ],
  'a platform that imports the config': ['src/platform/a.ts', `'../config.ts'`, /config/],
  'a model that imports a service': ['src/features/users/model.ts', `'./service.ts'`, /model may/],
  'a model that imports the platform': ['src/features/users/model.ts', `'#platform/b.ts'`, /nouns/],
  'a model that imports one below': [
    'src/features/users/model.ts',
    `'#features/items/model.ts'`,
    /items stands below users/,
  ],
  'a service that imports one below': [
    'src/features/users/service.ts',
    `'#features/items/service.ts'`,
    /items stands below users/,
  ],
  'a service that imports other parts of a feature': [
    'src/features/items/service.ts',
    `'#features/users/keyring.ts'`,
    /service may not/,
  ],
  'a service that imports a feature outside the registry': [
    'src/features/items/service.ts',
    `'#features/ghosts/service.ts'`,
    /ghosts is not in/,
  ],
  'a service that imports routes': ['src/features/users/service.ts', `'./routes.ts'`, /routes/],
  'a service that imports fastify': ['src/features/users/service.ts', `'@fastify/cors'`, /cors/],
  'a service that imports pg': ['src/features/users/service.ts', `'pg'`, /pg/],
  'a keyring that imports the config': [
    'src/features/users/keyring.ts',
    `'../../config.ts'`,
    /verbs/,
  ],
  'an authenticate that imports the platform': [
    'src/features/users/authenticate.ts',
    `'#platform/b.ts'`,
    /ports/,
  ],
  'a route that imports drizzle': [
    'src/features/users/routes.ts',
    `'drizzle-orm'`,
    /routes may not/,
  ],
  'a route that imports the platform': ['src/features/users/routes.ts', `'#platform/b.ts'`, /own/],
  'a route that imports another feature': [
    'src/features/items/routes.ts',
    `'#features/users/service.ts'`,
    /users/,
  ],
  'a config that imports the house': ['src/config.ts', `'#platform/a.ts'`, /config may not/],
  'an app that imports a command': ['src/app.ts', `'./cli/serve.ts'`, /only main/],
  'a command that imports main': ['src/cli/serve.ts', `'../main.ts'`, /cli may not/],
  'a service that imports tests': ['src/features/users/service.ts', `'#test/a.ts'`, /may not/],
  'a main that imports scripts': ['src/main.ts', `'../scripts/a.ts'`, /main may not/],
  'an alias nobody declared': ['src/platform/a.ts', `'#elsewhere/a.ts'`, /elsewhere/],
};

for (const [title, [file, specifier, about]] of Object.entries(refused))
  test(`${title} is refused`, (t) => {
    const text = `/** A planted file. */\nimport {\n  a,\n} from ${specifier};\n`;
    return expectFindings(t, layers, { ...house, [file]: text }, [[`${file}:2`, about]]);
  });

const allowed: Files = {
  'src/kernel/a.ts': `import type { Server } from 'node:http'; import 'node:crypto'; import 'typebox';`,
  'src/platform/a.ts': `import pg from 'pg'; import 'node:fs'; import '#kernel/a.ts'; import './b.ts';`,
  'src/features/users/model.ts': `import 'drizzle-orm/pg-core'; import 'typebox'; import '#kernel/a.ts';`,
  'src/features/users/keyring.ts': `import 'jose'; import 'node:crypto'; import './model.ts';`,
  'src/features/users/authenticate.ts': `import '#kernel/a.ts'; import './service.ts';`,
  'src/features/items/model.ts': `import '#features/users/model.ts';`,
  'src/features/items/service.ts': `import '#features/users/service.ts'; import '#platform/a.ts'; import '@node-rs/argon2';`,
  'src/features/items/items.test.ts': `import '#test/harness.ts'; import '../users/keyring.ts';`,
  'src/features/items/routes.ts': `import 'typebox'; import './service.ts'; import '#kernel/route.ts';`,
  'src/config.ts': `import 'typebox/value'; import 'node:util';`,
  'src/ports.ts': `import '#features/users/service.ts'; import './config.ts'; import './app.ts';`,
  'src/cli/serve.ts': `import '../app.ts'; await import(name);`,
  'src/main.ts': `import './cli/serve.ts';`,
  'test/harness.ts': `import '../src/app.ts';`,
};

test('a house that keeps its layers is not refused anything', (t) =>
  expectFindings(t, layers, { ...house, ...allowed }, []));

test('a type import, an export and a dynamic import count as imports', (t) => {
  const file = 'src/features/users/routes.ts';
  const text = `import type { A } from 'pg';\nexport * from 'pg';\nconst a = import('pg');\n`;
  const findings = [1, 2, 3].map(
    (line) => [`${file}:${line}`, /routes may not import pg/] as const,
  );
  return expectFindings(t, layers, { ...house, [file]: text }, findings);
});

test('a computed import is refused where layers bind', (t) => {
  const file = 'src/features/users/service.ts';
  const files = { ...house, [file]: 'await import(name);\n' };
  return expectFindings(t, layers, files, [[`${file}:1`, /hides what it needs/]]);
});

test('a file that builds routes obeys the law of routes under any name', (t) => {
  const file = 'src/features/users/by-name.ts';
  const text = `import { api } from '#kernel/route.ts';\nimport { sql } from 'drizzle-orm';\n`;
  return expectFindings(t, layers, { ...house, [file]: text }, [[`${file}:2`, /routes may not/]]);
});

test('a registry that imports more than routes is refused', (t) => {
  const text = `import './features/users/service.ts';\n${registry}`;
  const files = { ...house, 'src/features.ts': text };
  return expectFindings(t, layers, files, [['src/features.ts:1', /only lists/]]);
});

test('a folder below a feature, and a file of no role, are refused', (t) => {
  const files = { ...house, 'src/features/users/db/a.ts': '', 'src/extra.ts': '' };
  return expectFindings(t, layers, files, [
    ['src/extra.ts:1', /no role/],
    ['src/features/users/db/a.ts:1', /one flat folder/],
  ]);
});

test('a feature whose line in the registry was forgotten is refused', (t) => {
  const files = { ...house, 'src/features/tags/routes.ts': '' };
  return expectFindings(t, layers, files, [['src/features/tags/routes.ts:1', /add its line/]]);
});
