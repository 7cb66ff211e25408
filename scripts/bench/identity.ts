/** What identity costs: a verified request against a public one, a sign-in against the hash it takes. */
import type { Person } from './fill.ts';
import { type Compared, compare, type Plan } from './measure.ts';
import type { Load } from './requests.ts';
import { signIn } from './same.ts';
import type { Servers } from './servers.ts';

type Given = Pick<Plan, 'rounds' | 'seconds' | 'send' | 'say' | 'cpuMs'> & {
  readonly servers: Servers;
  readonly people: readonly Person[];
};

const nothingToTidy = { tidy: async () => {} };

/** In each the measure stands where the bare server stands elsewhere. */
export async function compareIdentity({ servers, people, ...plan }: Given): Promise<Compared[]> {
  const [verified, open] = [await servers.door('signed-in'), await servers.door('public')];
  const tokens = await signIn(verified.url, people.slice(0, 10));
  const door: Load = {
    name: 'a verified request, against a public one',
    requests: [...tokens].map(([userId, token]) => ({
      method: 'GET',
      path: '/api/v1/door',
      token,
      userId,
    })),
  };
  const login: Load = {
    name: 'a sign-in, against its hash',
    requests: people.map(({ id, email, password }) => ({
      method: 'POST',
      path: '/api/v1/auth/login',
      token: '',
      userId: id,
      body: JSON.stringify({ email, password }),
    })),
  };
  const hash = await servers.hash();
  return [
    await compare(door, { ...plan, ...nothingToTidy, servers: { ours: verified, bare: open } }),
    await compare(login, { ...plan, ...nothingToTidy, servers: { ours: verified, bare: hash } }),
  ];
}
