/** Mail: the wording of the letter that only shows that letters arrive. */
import type { Letter, LetterSample } from '#kernel/letter.ts';
import type { Settings } from '#kernel/ports.ts';
import { type Texts, writer } from './wording.ts';

const en = {
  test: ({ project, recipient }: { project: string; recipient: string }) => ({
    subject: `${project}: test e-mail`,
    preview: 'If you can read it, sending works.',
    paragraphs: [`This is a test e-mail for ${recipient}.`, 'If you can read it, sending works.'],
    why: `You get this letter because somebody who runs ${project} tried whether it arrives.`,
  }),
};

const texts: Texts<typeof en> = { en };
const write = writer(texts);

export const testLetter = ({ PROJECT_NAME: project }: Settings, recipient: string): Letter =>
  write('test', { project, recipient });

export const letters: readonly LetterSample[] = [
  (settings) => testLetter(settings, 'ada@example.com'),
];
