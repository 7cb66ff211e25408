/** plinth serve: from the configuration to a listening server, and back down in order. */
import type { FastifyInstance } from 'fastify';
import { Refusal } from '#kernel/refusal.ts';
import { build } from '../app.ts';
import type { Config } from '../config.ts';
import { openBackground } from './background.ts';
import { banner } from './banner.ts';
import type { Command } from './command.ts';
import { firstSuperuser } from './first-superuser.ts';
import { mailboxOf } from './mailbox.ts';
import { drainMs, running } from './running.ts';

export default {
  summary: 'Serve the API',
  usage: 'plinth serve\n\nEverything it can be told is in .env.example.',
  async run(args, given) {
    if (args.length > 0) throw new Refusal(`serve takes no arguments, and not ${args[0]}.`);
    return running(given, async ({ config, ports, log, stopped }) => {
      const superuser = await firstSuperuser(config, ports, log);
      const app = await build(config, ports, log);
      const ending: (() => unknown)[] = [() => drain(app)];
      try {
        const address = await listen(app, config);
        if (config.JOB_WORKER) ending.push((await openBackground(ports, log)).close);
        ports.lifecycle.ready = true;
        const mailbox = await mailboxOf(config, ports, log);
        if (mailbox) ending.push(mailbox.close);
        banner({ config, ports, address, mailbox: mailbox?.address, superuser, log });
        await stopped();
      } finally {
        await Promise.all(ending.map((end) => end()));
      }
    });
  },
} satisfies Command;

/** @throws Refusal where this address cannot be listened at */
async function listen(app: FastifyInstance, { HOST: host, PORT: port }: Config) {
  try {
    return await app.listen({
      host,
      port,
      listenTextResolver: (address) => `listening at ${address}`,
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const sentence =
      code === 'EADDRINUSE'
        ? `Port ${port} is in use by another program; set PORT to another.`
        : `The server cannot listen at ${host}, port ${port} (${message}); set HOST and PORT.`;
    throw new Refusal(sentence, { cause: error });
  }
}

async function drain(app: FastifyInstance) {
  // One that was busy when the signal came is kept open for the next request, and none is wanted.
  const idle = setInterval(() => app.server.closeIdleConnections(), 100);
  const late = setTimeout(() => app.server.closeAllConnections(), drainMs);
  await app.close();
  clearInterval(idle);
  clearTimeout(late);
}
