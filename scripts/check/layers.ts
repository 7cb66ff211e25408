/** Who may import whom, by role: the table below is the law. */
import { isBuiltin } from 'node:module';
import { type Import, importsOf } from './imports.ts';
import { featureOrder } from './registry.ts';
import { featureOf, type Role, resolve, roleOf } from './roles.ts';
import { type Source, sources } from './source.ts';

/**
 * What an import is called in the table: the role of the file, or `own` within one feature, or
 * `npm:` and a package, or `node:` and a part of Node; with `type ` before it where it is erased.
 * A star at the end stands for any ending.
 */
type Rule = {
  readonly may: readonly string[];
  readonly never?: readonly string[];
  /** What to do instead. */
  readonly instead: string;
};

const verbs: Rule = {
  may: ['kernel', 'platform', 'model', 'service', 'own', 'npm:*', 'node:*'],
  never: ['routes', 'npm:fastify', 'npm:@fastify/*', 'npm:pg', 'npm:@electric-sql/*'],
  instead: 'use the kernel, the platform, models, own files and the services of features above',
};

const law: Readonly<Record<Exclude<Role, 'tests' | 'scripts'>, Rule>> = {
  kernel: {
    may: ['kernel', 'npm:typebox', 'npm:drizzle-orm', 'node:crypto', 'type node:*'],
    instead: 'the kernel holds contracts; what does the work belongs in the platform',
  },
  platform: {
    may: ['kernel', 'platform', 'npm:*', 'node:*'],
    instead: 'take it as an argument, or describe it in the kernel',
  },
  model: {
    may: ['kernel', 'model', 'npm:typebox', 'npm:drizzle-orm'],
    instead: 'a model holds nouns; what does something belongs in the service',
  },
  service: verbs,
  verbs,
  authenticate: {
    may: ['kernel', 'own'],
    never: ['routes'],
    instead: 'reach everything else through the ports it is given',
  },
  routes: {
    may: ['kernel', 'own', 'npm:typebox'],
    instead: 'let a verb of the own service do it',
  },
  config: {
    may: ['kernel', 'config', 'npm:typebox', 'node:*'],
    instead: 'the configuration knows nothing of the house but its kernel',
  },
  registry: {
    may: ['routes', 'type kernel'],
    instead: 'the registry only lists what features export from their routes.ts',
  },
  assembly: {
    may: ['*'],
    never: ['cli', 'main', 'tests', 'scripts'],
    instead: 'only main imports commands',
  },
  cli: {
    may: ['*'],
    never: ['main', 'tests', 'scripts'],
    instead: 'put what both need into the platform',
  },
  main: { may: ['*'], never: ['tests', 'scripts'], instead: 'put what it needs into src' },
};

const matches = (patterns: readonly string[], labels: readonly string[]) =>
  patterns.some((pattern) =>
    labels.some((label) =>
      pattern.endsWith('*') ? label.startsWith(pattern.slice(0, -1)) : label === pattern,
    ),
  );

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** A file of a feature that builds routes is a door, whatever it is called. */
function roleOfSource({ path, tokens }: Source): Role | undefined {
  const role = roleOf(path);
  const isDoor = ({ specifier = '', typeOnly }: Import) =>
    !typeOnly && resolve(path, specifier) === 'src/kernel/route.ts';
  return role === 'verbs' && importsOf(tokens).some(isDoor) ? 'routes' : role;
}

function labelsOf(from: string, specifier: string, typeOnly: boolean): string[] {
  const to = resolve(from, specifier);
  const labels: string[] = [];
  if (to === undefined && isBuiltin(specifier))
    labels.push(`node:${specifier.replace('node:', '')}`);
  else if (to === undefined && specifier.startsWith('#')) labels.push(`alias:${specifier}`);
  else if (to === undefined) labels.push(`npm:${packageOf(specifier)}`);
  else {
    labels.push(roleOf(to) ?? 'unknown');
    if (featureOf(to) && featureOf(to) === featureOf(from)) labels.push('own');
  }
  return typeOnly ? [...labels, ...labels.map((label) => `type ${label}`)] : labels;
}

/** Why a feature may not import from another because of where they stand; undefined if it may. */
function outOfOrder(order: readonly string[], from: string, to: string | undefined) {
  const own = featureOf(from);
  const other = to && featureOf(to);
  if (!own || !other || own === other) return undefined;
  if (!order.includes(other)) return `${other} is not in src/features.ts; list it above ${own}`;
  if (order.indexOf(other) < order.indexOf(own) || !order.includes(own)) return undefined;
  return `${other} stands below ${own} in src/features.ts; move it up, or turn the import round`;
}

function wrong(role: keyof typeof law, order: readonly string[], from: string, one: Import) {
  const { may, never = [], instead } = law[role];
  const { specifier, typeOnly } = one;
  if (specifier === undefined)
    return may.includes('*') ? undefined : 'a computed import hides what it needs; write it out';
  const labels = labelsOf(from, specifier, typeOnly);
  if (!matches(may, labels) || matches(never, labels))
    return `${role} may not import ${specifier}; ${instead}`;
  return outOfOrder(order, from, resolve(from, specifier));
}

/** @returns a sentence for every import that breaks the law */
export function layers(root: string): string[] {
  const order = featureOrder(root);
  return sources(root, ['src']).flatMap((source) => {
    const { path, tokens } = source;
    const role = roleOfSource(source);
    if (role === 'tests' || role === 'scripts') return [];
    if (role === undefined)
      return `${path}:1: has no role here; a feature is one flat folder, see ARCHITECTURE.md`;
    const feature = role === 'routes' ? featureOf(path) : undefined;
    const sentences = importsOf(tokens).flatMap((one) => {
      const sentence = wrong(role, order, path, one);
      return sentence ? `${path}:${one.line}: ${sentence}` : [];
    });
    if (feature && !order.includes(feature))
      sentences.push(`${path}:1: ${feature} is not in src/features.ts; add its line`);
    return sentences;
  });
}
