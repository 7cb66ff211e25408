/** plinth rotate-keys: a new key signs access tokens. */
import { replaceKeys, rotateKeys } from '#features/tokens/service.ts';
import { system } from '#kernel/principal.ts';
import { Refusal } from '#kernel/refusal.ts';
import type { Command } from './command.ts';
import { withPorts } from './with-ports.ts';

const usage = `rotate-keys [--compromised]

  Publishes a new key now, which signs in an hour; the old one verifies until its tokens are over.
  The server does so by itself every JWT_KEY_ROTATION_DAYS.

  --compromised   drop the old keys at once: every access token dies, and whoever is signed in gets
                  a new one by refreshing`;

export default {
  summary: 'Sign access tokens with a new key',
  usage,
  async run(args, config) {
    const [option, ...more] = args;
    if (more.length > 0 || (option !== undefined && option !== '--compromised')) {
      throw new Refusal(usage);
    }
    return withPorts(config, async (ports) => {
      const db = ports.database.as(system);
      const kid = option ? await replaceKeys(db, ports) : await rotateKeys(db, ports);
      const sentence = kid
        ? `The key ${kid} signs ${option ? 'from now on' : 'in an hour'}.`
        : 'A new key is published already and signs within the hour.';
      process.stdout.write(`${sentence}\n`);
      return 0;
    });
  },
} satisfies Command;
