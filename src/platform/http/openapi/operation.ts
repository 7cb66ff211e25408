/** One route as an operation of the API description. */
import type { TObject } from 'typebox';
import type { Feature } from '#kernel/feature.ts';
import { rolesWith } from '#kernel/roles.ts';
import type { Route } from '#kernel/route.ts';
import { paramsOf, problemsOf } from '../documentation.ts';
import { type ProblemLibrary, type Response, success } from './responses.ts';
import { isRequired, type JsonSchema, type Reference, type SchemaLibrary } from './schemas.ts';

type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description?: string;
  readonly required: boolean;
  readonly schema: JsonSchema | Reference;
};

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema | Reference }>>;
  };
  readonly responses: Readonly<Record<string, Response | Reference>>;
};

export type Libraries = {
  readonly schemas: SchemaLibrary;
  readonly problems: ProblemLibrary;
  /** The permissions that are not for superusers alone. */
  readonly everybodys: ReadonlySet<string>;
};

export function describeOperation(
  feature: Feature,
  name: string,
  route: Route,
  { schemas, problems, everybodys }: Libraries,
): Operation {
  const { allow, summary, query, body, encoding, status = 200, variant } = route;
  const description = descriptionOf(route, everybodys);
  const parameters = [
    ...parametersIn('path', paramsOf(route), schemas),
    ...parametersIn('query', query, schemas),
  ];
  const bodyType = encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    operationId: `${feature.name}-${name}`,
    tags: [feature.name],
    summary,
    ...(description && { description }),
    security: securityOf(allow),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { [bodyType]: { schema: schemas.embed(body) } } },
    }),
    responses: {
      [status]: success(route, schemas),
      ...problems.refer(problemsOf(route)),
      ...(variant && {
        [variant.status]: success({ ...route, status: variant.status }, schemas),
      }),
    },
  };
}

/** A key may do what its permissions say, and nothing that takes a person. */
function securityOf(allow: Route['allow']): Operation['security'] {
  if (allow === 'public') return [];
  const person = [{ bearer: [] }, { password: [] }];
  return allow === 'signed-in' ? person : [...person, { api_key: [] }];
}

/** What the route says, the permission it demands, and who has that in an organization. */
function descriptionOf({ allow, description }: Route, everybodys: ReadonlySet<string>): string {
  const said = description ? [description] : [];
  if (allow === 'public' || allow === 'signed-in') return said.join();
  const holders = everybodys.has(allow) ? rolesWith(allow) : [];
  const where = holders.length > 0 ? ` In an organization ${listed(holders)} have it.` : '';
  return [...said, `It needs \`${allow}\`.${where}`].join('\n\n');
}

const listed = (holders: readonly string[]) =>
  new Intl.ListFormat('en').format(holders.map((holder) => `${holder}s`));

function parametersIn(
  place: 'path' | 'query',
  object: TObject | undefined,
  schemas: SchemaLibrary,
): Parameter[] {
  if (!object) return [];
  return Object.entries(object.properties).map(([name, property]) => {
    const { description, ...schema } = property as JsonSchema;
    return {
      name,
      in: place,
      ...(typeof description === 'string' && { description }),
      required: place === 'path' || isRequired(object, name),
      schema: schemas.embed(schema),
    };
  });
}
