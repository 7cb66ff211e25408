/** Schemas become validators at boot: bodies as they are, everything else converted from text. */
import { Ajv, type Options } from 'ajv';
import formats, { type FormatsPlugin } from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import type { Failure } from './misfit.ts';

// All errors at once is safe while bodies are limited in size and arrays in length.
// With the schema that is broken: its example says more than its pattern.
const options: Options = { allErrors: true, useDefaults: true, strict: false, verbose: true };

function validator(coerceTypes: boolean) {
  const ajv = new Ajv({ ...options, coerceTypes });
  (formats as unknown as FormatsPlugin)(ajv, ['uuid', 'email', 'date-time', 'date', 'uri']);
  const { validate: isDateTime } = ajv.formats['date-time'] as { validate(text: string): boolean };
  // Whatever its offset, a year between these has four digits in UTC too.
  ajv.addFormat('date-time', (text) => /^[12]\d{3}-/.test(text) && isDateTime(text));
  return ajv;
}

type Schema = { readonly uniqueItems?: boolean; readonly items?: { readonly type?: unknown } };

/**
 * Items of one plain type are looked up; any others are compared each with each, which takes a body of a
 * megabyte half a minute.
 *
 * @throws at boot
 */
function refuseSlow(schema: unknown, route: string) {
  if (typeof schema !== 'object' || schema === null) return;
  const { uniqueItems, items } = schema as Schema;
  if (uniqueItems && !['string', 'number', 'integer'].includes(String(items?.type))) {
    throw new Error(
      `${route} takes unique items, which do not say that they are of one plain type`,
    );
  }
  for (const part of Object.values(schema)) refuseSlow(part, route);
}

/** @returns what says of a value how it does not fit; nothing where it does */
export function exactly(schema: object): (value: unknown) => readonly Failure[] {
  const validate = validator(false).compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

export function validation(app: FastifyInstance) {
  const exact = validator(false);
  const fromText = validator(true);
  app.setValidatorCompiler(({ schema, httpPart, method, url }) => {
    refuseSlow(schema, `${method} ${url}`);
    return (httpPart === 'body' ? exact : fromText).compile(schema as object);
  });
}
