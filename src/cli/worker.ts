/** plinth worker: runs jobs, and nothing else. */
import { Refusal } from '#kernel/refusal.ts';
import { openBackground } from './background.ts';
import type { Command } from './command.ts';
import { running } from './running.ts';

const usage = `worker

  Runs jobs without listening for requests, so that they have a process, or many, of their own; set
  JOB_WORKER=false for the serving ones. It needs DATABASE_URL beside a server: the embedded database
  belongs to one process. When it is told to stop it finishes what it runs, and puts back what takes
  longer than ten seconds, which another process does then.`;

export default {
  summary: 'Run jobs, beside processes that serve',
  usage,
  async run(args, given) {
    if (args.length > 0) throw new Refusal(`worker takes no arguments, and not ${args[0]}.`);
    return running(given, async ({ ports, log, stopped }) => {
      const background = await openBackground(ports, log);
      log.info({ jobs: ports.jobs.byName.size }, 'running jobs');
      await stopped();
      await background.close();
    });
  },
} satisfies Command;
