/** Which role a file plays, read from its path, and which file an import means. */
import path from 'node:path';

/** Parts of a feature beside `service.ts`, such as `jobs.ts` or `keyring.ts`, are its `verbs`. */
export type Role =
  | 'kernel'
  | 'platform'
  | 'model'
  | 'service'
  | 'verbs'
  | 'authenticate'
  | 'routes'
  | 'config'
  | 'registry'
  | 'assembly'
  | 'cli'
  | 'main'
  | 'tests'
  | 'scripts';

const places: readonly [RegExp, Role][] = [
  [/^(test\/.*|src\/.*\.test\.ts)$/, 'tests'],
  [/^scripts\//, 'scripts'],
  [/^src\/kernel\//, 'kernel'],
  [/^src\/platform\//, 'platform'],
  [/^src\/features\/[^/]+\/model\.ts$/, 'model'],
  [/^src\/features\/[^/]+\/service\.ts$/, 'service'],
  [/^src\/features\/[^/]+\/authenticate\.ts$/, 'authenticate'],
  [/^src\/features\/[^/]+\/routes\.ts$/, 'routes'],
  [/^src\/features\/[^/]+\/[^/]+\.ts$/, 'verbs'],
  [/^src\/(config|settings)(\.ts$|\/)/, 'config'],
  [/^src\/features\.ts$/, 'registry'],
  [/^src\/(app|ports)\.ts$/, 'assembly'],
  [/^src\/cli\//, 'cli'],
  [/^src\/main\.ts$/, 'main'],
];

/** Undefined for a path the design does not know. */
export const roleOf = (file: string): Role | undefined =>
  places.find(([place]) => place.test(file))?.[1];

export const featureOf = (file: string): string | undefined =>
  /^src\/features\/([^/]+)\//.exec(file)?.[1];

const aliases = {
  '#kernel/': 'src/kernel/',
  '#platform/': 'src/platform/',
  '#features/': 'src/features/',
  '#test/': 'test/',
};

/** The file of ours an import in `from` means; undefined for a package or a part of Node. */
export function resolve(from: string, specifier: string): string | undefined {
  if (/^\.{1,2}\//.test(specifier)) return path.posix.join(path.posix.dirname(from), specifier);
  const alias = Object.entries(aliases).find(([prefix]) => specifier.startsWith(prefix));
  return alias && path.posix.normalize(alias[1] + specifier.slice(alias[0].length));
}
