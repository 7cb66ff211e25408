/** Sessions: the letter to the owner of an account that somebody signed in to from another device. */
import { type Texts, writer } from '#features/mail/service.ts';
import type { Letter, LetterSample } from '#kernel/letter.ts';
import type { Settings } from '#kernel/ports.ts';

type SignIn = {
  /** Names that are known; nothing that whoever signed in could have chosen. */
  readonly browser: string | null;
  readonly system: string | null;
  readonly address: string;
  readonly at: Date;
};

const time = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

const en = {
  'new-device': ({ project, browser, system, address, at }: SignIn & { project: string }) => ({
    subject: 'A new sign-in to your account',
    preview: 'If it was you, there is nothing to do.',
    paragraphs: [
      `Somebody signed in to your account at ${project} with a browser or from a system that was not used there lately.`,
    ],
    facts: [
      { label: 'Browser', value: browser ?? 'not known' },
      { label: 'System', value: system ?? 'not known' },
      { label: 'Address', value: address },
      { label: 'Time', value: `${time.format(at)} UTC` },
    ],
    closing:
      'If it was you, there is nothing to do. If it was not, set a new password at once and end all your sessions.',
    why: `You get this letter because you have an account at ${project}, so that nobody uses it unseen.`,
  }),
};

const texts: Texts<typeof en> = { en };
const write = writer(texts);

export const newDeviceLetter = ({ PROJECT_NAME: project }: Settings, signIn: SignIn): Letter =>
  write('new-device', { project, ...signIn });

const at = new Date('2026-11-21T18:30:00Z');
const sample = { browser: 'Firefox', system: 'Linux', address: '203.0.113.7', at };

export const letters: readonly LetterSample[] = [
  (settings) => newDeviceLetter(settings, sample),
  (settings) => newDeviceLetter(settings, { ...sample, browser: null, system: null }),
];
