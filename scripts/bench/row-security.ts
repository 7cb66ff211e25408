/** What row-level security costs: ours under it, against ours without it. */
import { type Compared, compare, type Plan } from './measure.ts';
import { type Load, updates } from './requests.ts';
import type { Servers } from './servers.ts';

type Given = Omit<Plan, 'servers'> & {
  readonly servers: Servers;
  readonly loads: readonly Load[];
};

/** In each the server without it stands where the bare server stands elsewhere. */
export async function compareRowSecurity({ servers, loads, ...plan }: Given): Promise<Compared[]> {
  const [ours, bare] = [await servers.rowSecurity(true), await servers.rowSecurity(false)];
  const [reads] = loads;
  const compared: Compared[] = [];
  for (const load of reads ? [...loads, updates(reads)] : []) {
    const named = { ...load, name: `${load.name} under row security, against none` };
    compared.push(await compare(named, { ...plan, servers: { ours, bare } }));
  }
  await Promise.all([ours.stop(), bare.stop()]);
  return compared;
}
