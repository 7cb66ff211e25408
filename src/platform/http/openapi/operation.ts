/** One route as an operation of the API description. */
import type { Feature } from '#kernel/feature.ts';
import { rolesWith } from '#kernel/roles.ts';
import type { Route } from '#kernel/route.ts';
import type { Contract } from '../contract.ts';
import { problemsOf } from '../documentation.ts';
import type { ExampleLibrary } from './examples.ts';
import type { Parameter, ParameterLibrary } from './parameters.ts';
import type { ProblemLibrary } from './problems.ts';
import { type Media, type Response, successes } from './responses.ts';
import type { Reference, SchemaLibrary } from './schemas.ts';

export type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, Media>>;
  };
  readonly responses: Readonly<Record<string, Response | Reference>>;
};

export type Libraries = {
  readonly schemas: SchemaLibrary;
  readonly examples: ExampleLibrary;
  readonly problems: ProblemLibrary;
  readonly parameters: ParameterLibrary;
  /** The permissions that are not for superusers alone. */
  readonly everybodys: ReadonlySet<string>;
  readonly contractOf: (route: Route) => Contract;
};

export function describeOperation(
  feature: Feature,
  name: string,
  route: Route,
  libraries: Libraries,
): Operation {
  const { schemas, examples, problems, everybodys, contractOf } = libraries;
  const { allow, summary, body, encoding, retell, variant } = route;
  const contract = contractOf(route);
  const parameters = libraries.parameters.of(route, contract);
  const bodyType = encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const answers = successes(route, contract, libraries);
  const refused = Object.groupBy(problemsOf(route, contract), ({ status }) =>
    status === variant?.status ? 'beside' : 'alone',
  );
  const retold = retell && { by: feature.name, retell };
  return {
    operationId: `${feature.name}-${name}`,
    tags: [feature.name],
    summary,
    description: descriptionOf(route, everybodys),
    security: securityOf(allow),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: { [bodyType]: { schema: schemas.embed(body), ...examples.of(body) } },
      },
    }),
    responses: {
      ...problems.refer(refused.alone ?? [], retold),
      ...answers,
      ...(variant && refused.beside && problems.join(answers, refused.beside, retold)),
    },
  };
}

/** A key may do what its permissions say, and nothing that takes a person. */
function securityOf(allow: Route['allow']): Operation['security'] {
  if (allow === 'public') return [];
  const person = [{ bearer: [] }, { password: [] }];
  return allow === 'signed-in' ? person : [...person, { api_key: [] }];
}

/** What the route says, who may call it, and what limit it has beside everybody's. */
function descriptionOf(route: Route, everybodys: ReadonlySet<string>): string {
  const { allow, description, limited } = route;
  const said = [description ?? '', callers(allow, everybodys)];
  if (limited) said.push(`It has a limit of its own, \`${limited}\`.`);
  return said.filter(Boolean).join('\n\n');
}

/** Who may call: the permission that is demanded, and who has it in an organization. */
function callers(allow: Route['allow'], everybodys: ReadonlySet<string>): string {
  if (allow === 'public') return 'Anybody may call it.';
  if (allow === 'signed-in') return 'It needs a person who signed in.';
  const holders = everybodys.has(allow) ? rolesWith(allow) : [];
  const where = holders.length > 0 ? ` In an organization ${listed(holders)} have it.` : '';
  const whose = everybodys.has(allow) ? '' : ', which superusers have';
  return `It needs \`${allow}\`${whose}.${where}`;
}

const listed = (holders: readonly string[]) =>
  new Intl.ListFormat('en').format(holders.map((holder) => `${holder}s`));
