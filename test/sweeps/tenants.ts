/** Looks for leaks: everybody tries every route on the rows of those they have nothing to do with. */
import type { Feature } from '#kernel/feature.ts';
import type { Harness } from '../harness.ts';
import { type Attack, attacksOn, attacksOnOneself } from './attacks.ts';
import type { Actor } from './cast.ts';
import { judging } from './judge.ts';
import { attacksFromBelow } from './low-roles.ts';
import { lineOf, routesOf, type Swept } from './routes.ts';
import { keyOf } from './rows.ts';
import { ownValues, type Sight } from './sight.ts';
import { setStage } from './stage.ts';

type Change = Awaited<ReturnType<Awaited<ReturnType<typeof setStage>>['changes']>>[number];

const isOfAnother = (change: Change, { others }: Sight) =>
  others.some(({ id }) => change.tenants.includes(id));

/** Sets the stage. @returns what attacks a route, and how often that was tried so far */
export async function sweep(harness: Harness, features: readonly Feature[]) {
  const routes = routesOf(features);
  const { tenants, sights, sightOf, changes, passersBy } = await setStage(harness, routes);
  const judge = judging(harness, tenants);
  const tried = new Set<string>();

  /**
   * @param by who of the cast attacks; everybody, and whoever passes by, unless given
   * @returns a sentence for each way in which somebody sees or changes by a route what is another's
   */
  async function attack(route: Swept, by?: (actor: Actor) => boolean) {
    const attackers = sights.filter(({ actor }) => !by || by(actor));
    const cursors = await cursorsAt(route);
    const found: string[] = [];
    for (const sight of attackers) {
      found.push(...(await tryAll(route, sight, attacksOn(route, sight, cursors))));
      found.push(...(await tryAll(route, sight, attacksFromBelow(route, sight), () => true)));
    }
    for (const actor of by ? [] : await passersBy()) {
      const sight = sightOf(actor);
      found.push(...(await tryAll(route, sight, attacksOnOneself(route, sight))));
    }
    return found;
  }

  async function tryAll(
    route: Swept,
    sight: Sight,
    attacks: Iterable<Attack>,
    isWrong = (change: Change) => isOfAnother(change, sight),
  ) {
    const { name } = sight.actor;
    const found: string[] = [];
    for (const attack of attacks) {
      const { line, body } = attack.sent;
      const request = body ? `${line} ${JSON.stringify(body)}` : line;
      const wrong = await judge(sight, attack);
      found.push(...wrong.map((what) => `${name}: ${request} ${what}`));
      if (attack.row) tried.add(`${route.operation} ${name} ${keyOf(attack.row)}`);
    }
    const changed = (await changes()).filter(isWrong);
    return [...found, ...changed.map(({ told }) => `${name}: ${route.operation} ${told}`)];
  }

  /** Where the list of each of the cast goes on. */
  async function cursorsAt(route: Swept): Promise<string[]> {
    if (route.method !== 'GET' || !('cursor' in (route.query?.properties ?? {}))) return [];
    const cursors = new Set<string>();
    for (const sight of sights) {
      const values = ownValues(route, sight);
      if (!values) continue;
      const { headers } = sight.actor;
      const line = `${lineOf(route, values)}?limit=1`;
      const { body } = await harness.call(undefined, line, undefined, { headers });
      if (body.next_cursor) cursors.add(body.next_cursor);
    }
    return [...cursors];
  }

  return { routes, attack, tried: () => tried.size };
}
