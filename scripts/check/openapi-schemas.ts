/** What breaks a client between two schemas of the description: a narrower input, a wider answer. */

/** JSON Schema 2020-12, as far as the description uses it. */
export type Schema = { readonly [keyword: string]: unknown };
/** What callers send may only grow; what they read may only shrink to what they know. */
export type Direction = 'input' | 'output';
/** A document that references in its schemas mean. */
export type Described = { readonly components?: { readonly [kind: string]: unknown } };

/** What a reference means; anything else is itself. */
export function resolve<Part extends object>(document: Described, part: Part): Part {
  const { $ref } = part as { $ref?: string };
  if ($ref === undefined) return part;
  const [, ...way] = $ref.split('/');
  const found = way.reduce<unknown>((at, key) => (at as Schema)?.[key], document);
  if (typeof found !== 'object' || found === null) throw new Error(`nothing is at ${$ref}`);
  return resolve(document, found as Part);
}

const upper = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];
const lower = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const exact = ['pattern', 'format', 'multipleOf', 'uniqueItems'];

const quoted = (value: unknown) => `\`${JSON.stringify(value)}\``;
const named = (schema: Schema, key: string) => (schema[key] ?? {}) as Record<string, Schema>;
const branchesOf = ({ anyOf, oneOf }: Schema) => (anyOf ?? oneOf) as Schema[] | undefined;
const requiredOf = ({ required = [] }: Schema) => required as string[];

/** The only values there are; undefined where it is not by values that they are told. */
function valuesOf(schema: Schema): unknown[] | undefined {
  return 'const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined);
}

function typesOf(schema: Schema): string[] {
  if (schema.type !== undefined) return [schema.type].flat() as string[];
  const types = (valuesOf(schema) ?? []).map((value) => (value === null ? 'null' : typeof value));
  return [...new Set(types)];
}

/** Compares schemas of two documents; each break is a sentence that begins with where it is. */
export function schemaComparison(before: Described, now: Described, direction: Direction) {
  const isInput = direction === 'input';
  // Whatever the first may be, the second must take.
  const [givers, takers] = isInput ? [before, now] : [now, before];
  const entered = new Set<string>();

  const excluded = (at: string, what: string) =>
    isInput ? `${at} does not take ${what} any more` : `${at} may be ${what} now`;

  function compare(old: Schema, current: Schema, at: string): string[] {
    const [given, taken] = isInput ? [old, current] : [current, old];
    return [...new Set(cover(given, taken, at))];
  }

  function cover(given: Schema, taken: Schema, at: string): string[] {
    const turn = `${given.$ref} ${taken.$ref}`;
    const named = given.$ref !== undefined && taken.$ref !== undefined;
    if (named && entered.has(turn)) return []; // a schema within itself
    if (named) entered.add(turn);
    const found = coverResolved(resolve(givers, given), resolve(takers, taken), at);
    if (named) entered.delete(turn);
    return found;
  }

  function coverResolved(given: Schema, taken: Schema, at: string): string[] {
    const branches = branchesOf(given);
    if (branches) return branches.flatMap((branch) => cover(branch, taken, at));
    const choices = branchesOf(taken);
    if (choices) return coverByOne(given, choices, at);
    const types = excludedTypes(given, taken);
    if (types.length > 0) return types.map((type) => excluded(at, type));
    return [
      ...values(given, taken, at),
      ...(isInput ? limits(given, taken, at) : formats(given, taken, at)),
      ...properties(given, taken, at),
      ...elements(given, taken, at),
    ];
  }

  /** One of the choices must take it; else what the likest of them refuses is told. */
  function coverByOne(given: Schema, choices: readonly Schema[], at: string): string[] {
    const refused = choices.map((choice) => cover(given, choice, at));
    const likest = refused.filter(
      (_, index) => excludedTypes(given, resolve(takers, choices[index] as Schema)).length === 0,
    );
    const [fewest] = (likest.length > 0 ? likest : refused).sort(
      (one, other) => one.length - other.length,
    );
    return fewest ?? [];
  }

  function excludedTypes(given: Schema, taken: Schema): string[] {
    const some = typesOf(resolve(givers, given));
    const others = typesOf(taken);
    if (others.length === 0) return [];
    if (some.length === 0) return [`anything but ${others.join(', ')}`];
    return some.filter(
      (type) => !others.includes(type) && !(type === 'integer' && others.includes('number')),
    );
  }

  function values(given: Schema, taken: Schema, at: string): string[] {
    const some = valuesOf(given);
    const others = valuesOf(taken);
    if (!others) return [];
    if (!some) return [excluded(at, `anything but ${others.map(quoted).join(', ')}`)];
    return some.filter((value) => !others.includes(value)).map((one) => excluded(at, quoted(one)));
  }

  function limits(given: Schema, taken: Schema, at: string): string[] {
    if (valuesOf(given)) return [];
    const isNarrower = (keyword: string): boolean => {
      const [was, is] = [given[keyword], taken[keyword]];
      if (is === undefined || is === false) return false;
      if (was === undefined) return true;
      if (upper.includes(keyword)) return Number(is) < Number(was);
      return lower.includes(keyword) ? Number(is) > Number(was) : is !== was;
    };
    return [...upper, ...lower, ...exact]
      .filter(isNarrower)
      .map((keyword) => `${at} has a narrower ${keyword}, ${quoted(taken[keyword])}`);
  }

  function formats(given: Schema, taken: Schema, at: string): string[] {
    if (taken.format === undefined || taken.format === given.format) return [];
    return [`${at} is no ${taken.format} any more`];
  }

  function properties(given: Schema, taken: Schema, at: string): string[] {
    const [some, others] = [named(given, 'properties'), named(taken, 'properties')];
    const missing = requiredOf(taken).filter((name) => !requiredOf(given).includes(name));
    const gone = Object.keys(others).filter((name) => !some[name] && !missing.includes(name));
    const isClosed = taken.additionalProperties === false;
    const isOpen = given.additionalProperties !== false && given.type === 'object';
    const within = (name: string) => `${at}.${name}`;
    const absent = (name: string) => {
      if (isInput) return `${within(name)} must be given now`;
      return some[name] ? `${within(name)} may be missing now` : `${within(name)} is gone`;
    };
    const both = Object.entries(some).flatMap(([name, property]) => {
      const other = others[name];
      if (other) return cover(property, other, within(name));
      return isInput && isClosed ? [`${within(name)} is not taken any more`] : [];
    });
    return [
      ...missing.map(absent),
      ...(isInput ? [] : gone.map((name) => `${within(name)} is gone`)),
      ...both,
      ...(isInput && isClosed && isOpen ? [`${at} takes no other names any more`] : []),
    ];
  }

  /** What a list and a record hold. */
  function elements(given: Schema, taken: Schema, at: string): string[] {
    const [some, others] = [named(given, 'patternProperties'), named(taken, 'patternProperties')];
    const ofNames = Object.entries(others).flatMap(([pattern, other]) => {
      const one = some[pattern];
      if (one) return cover(one, other, `${at}.*`);
      return isInput ? [`${at} takes other names now, ${quoted(pattern)}`] : [];
    });
    if (!taken.items) return ofNames;
    return [...cover((given.items ?? {}) as Schema, taken.items as Schema, `${at}[]`), ...ofNames];
  }

  return compare;
}
