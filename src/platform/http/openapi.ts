/** The API as data: an OpenAPI 3.1 document made from the registry's routes, and from nothing else. */
import type { Feature } from '#kernel/feature.ts';
import { describeOperation, type Operation } from './openapi/operation.ts';
import { headers, problemLibrary, type Response } from './openapi/responses.ts';
import { type JsonSchema, schemaLibrary } from './openapi/schemas.ts';

/** What the document says of the server. */
export type Info = {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
};

export type ApiDescription = {
  readonly openapi: '3.1.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description?: string;
  };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly headers: typeof headers;
    readonly securitySchemes: typeof securitySchemes;
  };
};

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token.',
  },
  password: {
    type: 'oauth2',
    description: 'An e-mail address and a password, exchanged for an access token.',
    flows: { password: { tokenUrl: '/api/v1/login/access-token', scopes: {} } },
  },
  api_key: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The key of a program.',
  },
} as const;

/** Describes every route of the registry; the same features give the same text. */
export function describeApi(features: readonly Feature[], about: Info): ApiDescription {
  const { name: title, version, description } = about;
  const schemas = schemaLibrary();
  const problems = problemLibrary(schemas);
  const everybodys = new Set<string>(features.flatMap(({ permissions = [] }) => permissions));
  const paths: Record<string, Record<string, Operation>> = {};
  for (const feature of features) {
    for (const [name, route] of Object.entries(feature.routes)) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
      const operation = describeOperation(feature, name, route, { schemas, problems, everybodys });
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title, version, ...(description && { description }) },
    tags: features
      .filter(({ routes }) => Object.keys(routes).length > 0)
      .map(({ name, description }) => ({ name, description })),
    paths,
    components: { schemas: schemas.all(), responses: problems.all(), headers, securitySchemes },
  };
}
