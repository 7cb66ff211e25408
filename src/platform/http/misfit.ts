/** What a validator says of a value that does not fit its schema, in our words. */
import { type FieldError, Invalid, type Problem } from '#kernel/problem.ts';

/** As Ajv says it. */
export type Failure = {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: object;
  readonly message?: string | undefined;
  readonly parentSchema?: object | undefined;
};

/** A body of a megabyte may be wrong in more ways than anybody reads. */
const maxTold = 50;
/** Nor does anybody read every word of a long list. */
const maxNamed = 12;

/**
 * @param at where the value stands, such as `body`
 * @returns Invalid, naming every place that is wrong
 */
export function misfit(failures: readonly Failure[], at: readonly string[]): Problem {
  const broken = telling(failures);
  const errors = broken.slice(0, maxTold).map((one) => fieldError(one, at));
  const [first] = errors;
  const sentence = first && `${first.loc.join('.')} ${first.msg}`;
  const others = broken.length > 1 ? `, and ${broken.length - 1} more` : '';
  return Invalid(`${sentence}${others}`, { errors });
}

/**
 * Of a value that fits none of its alternatives, what the validator says of each alternative: that it
 * is not null, nor this word, nor that one, goes without saying if one of them says more.
 */
function telling(failures: readonly Failure[]): readonly Failure[] {
  const some = failures.filter(({ keyword, schemaPath, params }) => {
    const ofAlternative = /\/anyOf\/\d+\//.test(schemaPath);
    return (
      keyword !== 'anyOf' &&
      !(ofAlternative && ((params as { type?: unknown }).type === 'null' || keyword === 'const'))
    );
  });
  return some.length > 0 ? some : failures;
}

function fieldError(failure: Failure, at: readonly string[]): FieldError {
  const { missingProperty, additionalProperty } = failure.params as Params;
  const way = failure.instancePath.split('/').slice(1).map(unescapePointer);
  const last = missingProperty ?? additionalProperty;
  return {
    loc: [...at, ...way, ...(last ? [last] : [])],
    msg: sentenceOf(failure),
    type: failure.keyword,
  };
}

type Params = {
  readonly missingProperty?: string;
  readonly additionalProperty?: string;
  readonly allowedValues?: readonly unknown[];
  readonly format?: string;
};

/** The validator's own words, but where they tell too little, or a regular expression. */
function sentenceOf({ keyword, params, message = 'is not valid', parentSchema }: Failure): string {
  const {
    missingProperty,
    additionalProperty,
    allowedValues: allowed = [],
    format,
  } = params as Params;
  const [example] = (parentSchema as { examples?: readonly unknown[] })?.examples ?? [];
  if (missingProperty) return 'is required';
  if (additionalProperty) return 'is not known here';
  if (keyword === 'enum') {
    const others = allowed.length > maxNamed ? `, or ${allowed.length - maxNamed} others` : '';
    return `must be one of ${allowed.slice(0, maxNamed).join(', ')}${others}`;
  }
  if (format === 'date-time') {
    return 'must be a date and time with an offset such as Z, like 2027-01-31T18:00:00Z';
  }
  if (keyword === 'pattern' && example) return `must be written like ${example}`;
  return message;
}

/** RFC 6901: `~1` is `/` and `~0` is `~`; digits are positions in an array. */
function unescapePointer(part: string) {
  return /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
}
