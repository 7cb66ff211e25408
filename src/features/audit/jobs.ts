/** Audit: the job that carries the heads of the chains to where the database's owner cannot reach. */
import { join } from 'node:path';
import { job } from '#kernel/job.ts';
import { Input } from '#kernel/schema.ts';
import { type HeadLine, openHeadFile } from './head-file.ts';
import { heads } from './heads.ts';

/** In the data folder. */
const fileName = 'audit-heads.jsonl';
/** An entry carries the time at which its transaction began, which may have been committed later. */
const overlapMs = 86_400_000;

export const exportHeads = job({
  name: 'audit.export-heads',
  summary:
    'Writes the head of every chain of the audit log to the process log and to a file, against which `plinth audit verify --against` shows that a chain was written anew.',
  payload: Input('AuditExportHeads', {}),
  cron: '40 3 * * *',
  timeoutSeconds: 900,
  async run({ db, ports, signal, log }) {
    const file = await openHeadFile(join(ports.settings.DATA_DIR, fileName));
    try {
      const since = file.last && new Date(Date.parse(file.last) - overlapMs).toISOString();
      const exported_at = new Date(ports.clock.now()).toISOString();
      let exported = 0;
      let last: HeadLine | undefined;
      for await (const batch of heads(db, since)) {
        signal.throwIfAborted();
        const lines = batch.map((head) => ({ ...head, exported_at }));
        await file.add(lines);
        for (const line of lines) ports.log.info(line, 'head of a chain of the audit log');
        exported += lines.length;
        last = lines.at(-1) ?? last;
      }
      if (last) await file.add([{ ...last, is_last: true }]);
      log(`Heads exported: ${exported}.`);
      return { exported };
    } finally {
      await file.close();
    }
  },
});
