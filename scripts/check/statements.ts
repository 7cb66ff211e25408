/** Statements say whose they are, reach the rows they name and no others, and live in services. */
import { featureOf, type Role, roleOf } from './roles.ts';
import { type Source, sources } from './source.ts';
import { closing, type Token } from './tokens.ts';

/** Functions that declare a statement under the name in their first argument. */
const declaring = new Set(['statement', 'pages', 'forgetting']);
const writing: readonly (Role | undefined)[] = ['kernel', 'platform', 'model', 'service', 'verbs'];

/** The methods called one after another from the name at `index`, with whether each has arguments. */
function chain(tokens: readonly Token[], index: number): Map<string, boolean> {
  const methods = new Map<string, boolean>();
  let at = index + 1;
  while (tokens[at]?.text === '.' && tokens[at + 2]?.text === '(') {
    const argument = tokens[at + 3]?.text ?? ')';
    methods.set(tokens[at + 1]?.text ?? '', argument !== ')' && argument !== 'undefined');
    at = closing(tokens, at + 2) + 1;
  }
  return methods;
}

function unbounded({ path, tokens }: Source): string[] {
  return tokens.flatMap(({ text, line }, index) => {
    if (text !== 'build' || tokens[index - 1]?.text === '.') return [];
    const methods = chain(tokens, index);
    const verb = ['update', 'delete'].find((name) => methods.has(name));
    if (!verb || methods.get('where')) return [];
    return `${path}:${line}: ${verb} without where reaches every row; say which in the same statement`;
  });
}

/** The first argument of the call at `index`, past what stands in angle brackets. */
function firstArgument(tokens: readonly Token[], index: number): Token | undefined {
  const isGeneric = tokens[index + 1]?.text === '<';
  const open = isGeneric ? closing(tokens, index + 1) + 1 : index + 1;
  return tokens[open]?.text === '(' ? tokens[open + 1] : undefined;
}

function misnamed({ path, tokens }: Source): string[] {
  const feature = featureOf(path);
  if (!feature) return [];
  return tokens.flatMap(({ text, line }, index) => {
    if (!declaring.has(text) || /^(\??\.|function)$/.test(tokens[index - 1]?.text ?? '')) return [];
    const name = firstArgument(tokens, index);
    if (name === undefined || (name.kind === 'string' && name.value.startsWith(`${feature}.`)))
      return [];
    return `${path}:${line}: the statement ${name.text} is not named after its feature; begin its name with '${feature}.'`;
  });
}

function rawSql({ path, tokens }: Source): string[] {
  const role = roleOf(path);
  if (writing.includes(role)) return [];
  return tokens.flatMap(({ text, line }, index) => {
    const next = tokens[index + 1];
    const isTag = text === 'sql' && (next?.kind === 'template' || /^[.<]$/.test(next?.text ?? ''));
    return isTag ? `${path}:${line}: SQL in ${role}; make it a statement of the service` : [];
  });
}

/** @returns a sentence for every statement that is too wide, misnamed or out of place */
export function statements(root: string): string[] {
  return sources(root, ['src'])
    .filter(({ path }) => roleOf(path) !== 'tests')
    .flatMap((source) => [...unbounded(source), ...misnamed(source), ...rawSql(source)]);
}
