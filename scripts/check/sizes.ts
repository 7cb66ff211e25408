/** Files stay short, and the registry grows by one line a feature. */
import { registryFile, registrySource } from './registry.ts';
import { allFolders, sources } from './source.ts';

const maxLines = 200;

/** The registry without its imports: one array of names. */
const listOnly =
  /^(export default|(export )?const \w+( : [^=]+)? =) \[ ([\w$]+ ,? ?)*\]( as const| satisfies [^;]+)?( ;)?( export default \w+( ;)?)?$/;

function registryGrowth(root: string): string[] {
  const tokens = registrySource(root)?.tokens ?? [];
  const end = tokens.findLastIndex(
    ({ text }, index) => text === 'from' && tokens[index + 1]?.kind === 'string',
  );
  const start = tokens[end + 2]?.text === ';' ? end + 3 : end + 2;
  const rest = end === -1 ? tokens : tokens.slice(start);
  if (rest.length === 0 || listOnly.test(rest.map(({ text }) => text).join(' '))) return [];
  return [
    `${registryFile}:${rest[0]?.line}: holds more than a list of features; say it in the feature's routes.ts`,
  ];
}

/** @returns a sentence for every file over the limit and for a registry that says too much */
export function sizes(root: string): string[] {
  const long = sources(root, allFolders).flatMap(({ path, text }) => {
    const lines = text.split('\n');
    const written = lines.flatMap((line, index) => (line.trim() === '' ? [] : index + 1));
    if (written.length <= maxLines) return [];
    return `${path}:${written[maxLines]}: ${written.length} lines, over ${maxLines}; it holds two nouns, so split the noun`;
  });
  return [...long, ...registryGrowth(root)];
}
