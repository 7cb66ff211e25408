/** Problems of the API description: each told once, and the sets of them that share a status. */
import { Type } from 'typebox';
import { Malformed, ProblemBody, type ProblemKind } from '#kernel/problem.ts';
import type { Route } from '#kernel/route.ts';
import { referring, refusals } from './headers.ts';
import type { Libraries, Response } from './responses.ts';
import { type Reference, sortByName } from './schemas.ts';

/** Gathers the sets of problems that share a status on some route: each set is described once. */
export function problemLibrary({ schemas, examples }: Libraries) {
  const shared = new Map<string, Response>();
  const known = new Map<string, ProblemKind>();

  /**
   * References to the responses for these problems, by status.
   *
   * @param retold the words of a feature that has others for its problems, and its name
   */
  function refer(kinds: readonly ProblemKind[], retold?: Retold): Record<string, Reference> {
    const byStatus = Object.groupBy(kinds, ({ status }) => status) as Record<string, ProblemKind[]>;
    const references = Object.entries(byStatus).map(([status, some]) => [
      status,
      share(Number(status), some, retold),
    ]);
    return Object.fromEntries(references);
  }

  function share(status: number, kinds: readonly ProblemKind[], retold?: Retold): Reference {
    for (const kind of kinds) declare(kind);
    const codes = kinds.map(({ code }) => code);
    const name = [...(retold ? [retold.by] : []), status, ...codes].join('.');
    if (!shared.has(name)) shared.set(name, describeProblems(status, kinds, retold));
    return { $ref: `#/components/responses/${name}` };
  }

  /** The answer of a status that problems share with it: both together. */
  function join(
    answers: Readonly<Record<string, Response>>,
    kinds: readonly ProblemKind[],
    retold?: Retold,
  ): Record<string, Response> {
    const [{ status }] = kinds as [ProblemKind];
    const answer = answers[status] as Response;
    for (const kind of kinds) declare(kind);
    const told = describeProblems(status, kinds, retold);
    return {
      [status]: {
        description: `${answer.description}\n\n${told.description}`,
        headers: { ...answer.headers, ...told.headers },
        content: { ...answer.content, ...told.content },
      },
    };
  }

  /** A code stands for one problem, whoever declares it. */
  function declare(kind: ProblemKind) {
    const { code, status, title } = kind;
    const first = known.get(code) ?? kind;
    if (first.status !== status || first.title !== title) {
      const both = [first, kind].map((one) => `${one.status} "${one.title}"`).join(' and ');
      throw new Error(`two different problems are ${code}: ${both}`);
    }
    known.set(code, first);
  }

  function describeProblems(
    status: number,
    kinds: readonly ProblemKind[],
    retold?: Retold,
  ): Response {
    const each = kinds.map((kind) => {
      const told = kind().body(requestId);
      const value = retold ? retold.retell(told) : told;
      const name = ['problem', ...(retold ? [retold.by] : []), kind.code].join('.');
      return examples.keep(name, kind.code, { summary: kind.title, value }).examples;
    });
    const names = refusals[status];
    return {
      description: kinds.map(({ code, title }) => `\`${code}\`: ${title}.`).join('\n\n'),
      ...(names && { headers: referring(names) }),
      content: {
        'application/problem+json': {
          schema: schemas.embed(retold ? retoldBody(retold) : ProblemBody),
          examples: Object.assign({}, ...each),
        },
      },
    };
  }

  /** Every response referred to so far, by name. */
  const all = () => sortByName(shared);

  /** Every problem met so far, by status and code. */
  const kinds = (): ProblemKind[] =>
    [...known.values()].sort((one, other) =>
      one.status === other.status
        ? one.code.localeCompare(other.code, 'en')
        : one.status - other.status,
    );

  return { refer, join, declare, all, kinds };
}

/** A feature that has other words for its problems. */
type Retold = { readonly by: string; readonly retell: NonNullable<Route['retell']> };

const requestId = '019a9c5e-7a4f-7c21-8d03-5b1f0a6e9c42';

/** The shape of its problems: what they have beside ours is text. */
function retoldBody({ by, retell }: Retold) {
  const told = Object.keys(retell(Malformed().body(requestId)));
  const more = told.filter((name) => !(name in ProblemBody.properties));
  const properties = Object.fromEntries(more.map((name) => [name, Type.String()]));
  return Type.Object(
    { ...ProblemBody.properties, ...properties },
    { title: `Problem.${by}`, description: 'RFC 9457 problem details, in other words.' },
  );
}

export type ProblemLibrary = ReturnType<typeof problemLibrary>;
