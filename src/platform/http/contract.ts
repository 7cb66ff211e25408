/** What a route keeps without saying so itself: it follows from its data, and from the routes beside it. */
import type { Feature } from '#kernel/feature.ts';
import type { Route } from '#kernel/route.ts';

export type Contract = {
  /** It answers one resource, whose edition is in the `ETag`. */
  readonly isVersioned: boolean;
  /** It changes or removes something. */
  readonly isChange: boolean;
  /** What it changes or removes has editions, and it honours `If-Match`. */
  readonly isConditional: boolean;
  /** What it makes is found beside it, as `Location` says, under what the path calls so. */
  readonly placedBy: string | undefined;
};

const changes: ReadonlySet<string> = new Set(['PUT', 'PATCH', 'DELETE']);

const answersVersion = ({ answer }: Route): boolean => 'versioned' in answer;

/** @returns what tells the contract of one of the features' routes */
export function contracts(features: readonly Feature[]): (route: Route) => Contract {
  const routes = features.flatMap(({ routes }) => Object.values(routes));
  const resources = routes.filter((route) => route.method === 'GET' && answersVersion(route));
  const paths = new Set(resources.map(({ path }) => path));
  const places = new Map(
    resources.map(({ path }) => [path.replace(/\/:\w+$/, ''), /\w+$/.exec(path)?.[0]] as const),
  );

  return (route) => {
    const isVersioned = answersVersion(route);
    const isChange = changes.has(route.method);
    return {
      isVersioned,
      isChange,
      isConditional: isChange && (isVersioned || paths.has(route.path)),
      placedBy: route.creates && places.get(route.path.replace(/\/$/, '')),
    };
  };
}
