/** What carries letters, as the settings say it. */
import type { Mailer } from '#kernel/mailer.ts';
import type { Settings } from '#kernel/ports.ts';
import { smtp } from './smtp.ts';

/** Written and kept: that is all there is to it, and developers read them there. */
const mailbox: Mailer = {
  kind: 'mailbox',
  send: async () => {},
  verify: async () => {},
  close: () => {},
};

const missing = 'There is no mail server; set SMTP_HOST';

/** Letters wait for one to be named, as they do for one that is away. */
const none: Mailer = {
  kind: 'none',
  send: () => Promise.reject(new Error(missing)),
  verify: () => Promise.reject(new Error(missing)),
  close: () => {},
};

/** @param warn hears of what only who runs the server can mend */
export function openMailer(settings: Settings, warn: (sentence: string) => void): Mailer {
  if (settings.SMTP_HOST) return smtp(settings, warn);
  return settings.ENVIRONMENT === 'development' ? mailbox : none;
}
