/** The API as data: an OpenAPI 3.1 document made from the registry's routes, and from nothing else. */
import { type Feature, parts } from '#kernel/feature.ts';
import * as declared from '#kernel/problem.ts';
import { contracts } from './contract.ts';
import { exampleLibrary } from './openapi/examples.ts';
import { headers } from './openapi/headers.ts';
import { describeOperation, type Operation } from './openapi/operation.ts';
import { overview } from './openapi/overview.ts';
import { type Parameter, parameterLibrary } from './openapi/parameters.ts';
import { problemLibrary } from './openapi/problems.ts';
import type { Response } from './openapi/responses.ts';
import { type JsonSchema, schemaLibrary } from './openapi/schemas.ts';
import { NotImplemented, TooSlow, WrongVersion } from './sockets.ts';

/** What the document says of the server. */
export type Info = {
  readonly name: string;
  readonly version: string;
};

export type ApiDescription = {
  readonly openapi: '3.1.0';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly description: string;
    readonly contact: { readonly name: string };
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** How ReDoc groups the tags. */
  readonly 'x-tagGroups': readonly { readonly name: string; readonly tags: readonly string[] }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly headers: typeof headers;
    readonly examples: Readonly<Record<string, object>>;
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

/** The problems that any request may meet, whatever its route says. */
const everywhere = [...Object.values(declared), TooSlow, NotImplemented, WrongVersion].filter(
  (value): value is declared.ProblemKind => typeof value === 'function' && 'code' in value,
);

/** Describes every route of the registry; the same features give the same text. */
export function describeApi(features: readonly Feature[], { name, version }: Info): ApiDescription {
  const schemas = schemaLibrary();
  const examples = exampleLibrary();
  const problems = problemLibrary({ schemas, examples });
  const parameters = parameterLibrary(schemas);
  const everybodys = new Set<string>(features.flatMap(({ permissions = [] }) => permissions));
  const contractOf = contracts(features);
  const libraries = { schemas, examples, problems, parameters, everybodys, contractOf };
  const groups = grouped(features);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const feature of groups.flatMap(({ features }) => features)) {
    for (const [key, route] of Object.entries(feature.routes)) {
      const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
      const operation = describeOperation(feature, key, route, libraries);
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation };
    }
  }
  for (const kind of everywhere) problems.declare(kind);
  return {
    openapi: '3.1.0',
    info: {
      title: name,
      version,
      description: overview(problems.kinds()),
      contact: { name: `Whoever runs ${name}` },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this description comes from.' }],
    tags: groups.flatMap(({ features }) =>
      features.map(({ name, description }) => ({ name, description })),
    ),
    'x-tagGroups': groups.map(({ part, features }) => ({
      name: part,
      tags: features.map(({ name }) => name),
    })),
    paths,
    components: {
      schemas: schemas.all(),
      parameters: parameters.all(),
      responses: problems.all(),
      headers,
      examples: examples.all(),
      securitySchemes,
    },
  };
}

/** The features that have routes, in reading order: by the parts, and within one as registered. */
function grouped(features: readonly Feature[]) {
  const told = features.filter(({ routes }) => Object.keys(routes).length > 0);
  const byPart = Object.groupBy(told, ({ part = 'Resources' }) => part);
  return parts.flatMap((part) => {
    const features = byPart[part];
    return features ? [{ part, features }] : [];
  });
}
