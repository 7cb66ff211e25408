/** Schemas become validators at boot: bodies as they are, everything else converted from text. */
import { Ajv, type Options } from 'ajv';
import formats, { type FormatsPlugin } from 'ajv-formats';
import type { FastifyInstance } from 'fastify';

// All errors at once is safe while bodies are limited in size and arrays in length.
const options: Options = { allErrors: true, useDefaults: true, strict: false };

function validator(coerceTypes: boolean) {
  const ajv = new Ajv({ ...options, coerceTypes });
  (formats as unknown as FormatsPlugin)(ajv, ['uuid', 'email', 'date-time', 'date', 'uri']);
  const { validate: isDateTime } = ajv.formats['date-time'] as { validate(text: string): boolean };
  // Whatever its offset, a year between these has four digits in UTC too.
  ajv.addFormat('date-time', (text) => /^[12]\d{3}-/.test(text) && isDateTime(text));
  return ajv;
}

export function validation(app: FastifyInstance) {
  const exact = validator(false);
  const fromText = validator(true);
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? exact : fromText).compile(schema as object),
  );
}
