/** Whether an answer is what the document promises of the operation. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats, { type FormatsPlugin } from 'ajv-formats';
import type { Answer } from '#test/harness.ts';
import type { Operation, Promised } from './document.ts';

const name = 'document';

/** @returns what is wrong with an answer; undefined if nothing is */
export function judgeBy(document: object) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as FormatsPlugin)(ajv);
  ajv.addSchema(document, name, undefined, false);

  const compiled = new Map<string, ValidateFunction>();
  function validatorAt(pointer: string) {
    const found = compiled.get(pointer) ?? ajv.compile({ $ref: name + encodeURI(pointer) });
    compiled.set(pointer, found);
    return found;
  }
  function misfit(pointer: string, value: unknown) {
    const validate = validatorAt(pointer);
    return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'it' });
  }

  function inHeaders({ headers }: Promised, answer: Answer) {
    for (const { name, required, schema, pointer } of headers) {
      const value = answer.headers[name.toLowerCase()];
      if (value === undefined && required) return `it comes without ${name}`;
      if (value === undefined) continue;
      const wrong = misfit(pointer, schema.type === 'integer' ? Number(value) : String(value));
      if (wrong) return `its header ${name} is ${value}: ${wrong}`;
    }
    return undefined;
  }

  function inBody({ content }: Promised, { body, headers }: Answer) {
    // RFC 7240: who prefers no body gets none, and is told so.
    if (body === '' && headers['preference-applied'] === 'return=minimal') return undefined;
    if (content.size === 0)
      return body === '' ? undefined : 'it has a body, and none is documented';
    const [type = ''] = String(headers['content-type']).split(';');
    const media = content.get(type);
    if (!media) return `its type ${type} is not documented`;
    const wrong = misfit(media.pointer, body);
    if (wrong) return `its body does not fit: ${wrong}`;
    // By type, which is the same for the clients that know other codes.
    const types = Object.values(media.examples ?? {}).flatMap(({ value }) => value?.type ?? []);
    if (types.length > 0 && !types.includes(body.type)) return `${body.type} is not documented`;
    if (type === 'application/problem+json' && !/\w/.test(body.detail)) return 'it says no detail';
    return undefined;
  }

  return ({ responses }: Operation, answer: Answer): string | undefined => {
    const { status } = answer;
    if (status >= 500) return 'it is our fault';
    const promised = responses.get(status);
    if (!promised) return 'its status is not documented';
    if (!answer.headers['x-request-id']) return 'it comes without a request id';
    return inHeaders(promised, answer) ?? inBody(promised, answer);
  };
}
