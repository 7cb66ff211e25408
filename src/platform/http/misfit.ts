/** What a validator says of a value that does not fit its schema, in our words. */
import { type FieldError, Invalid, type Problem } from '#kernel/problem.ts';

/** As Ajv says it. */
export type Failure = {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: object;
  readonly message?: string | undefined;
};

/** A body of a megabyte may be wrong in more ways than anybody reads. */
const maxTold = 50;

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

function fieldError(
  { instancePath, params, message = 'is not valid', keyword }: Failure,
  at: readonly string[],
): FieldError {
  const { missingProperty, additionalProperty } = params as Record<string, string | undefined>;
  const way = instancePath.split('/').slice(1).map(unescapePointer);
  const last = missingProperty ?? additionalProperty;
  const msg = missingProperty ? 'is required' : additionalProperty ? 'is not known here' : message;
  return { loc: [...at, ...way, ...(last ? [last] : [])], msg, type: keyword };
}

/** RFC 6901: `~1` is `/` and `~0` is `~`; digits are positions in an array. */
function unescapePointer(part: string) {
  return /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
}
