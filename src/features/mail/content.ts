/** Mail: what a letter says, sealed: the links in it are secrets until they are used. */
import type { Ports } from '#kernel/ports.ts';
import { seal, unseal } from '#platform/crypto/seal.ts';
import type { Parts } from './letter.ts';

export type Content = Parts & {
  /** Where its reader wants no more of its kind, where they may say so. */
  readonly declineUrl?: string | undefined;
};

/** What the key is derived for. */
const purpose = 'mail';

export const sealed = (ports: Ports, content: Content): string =>
  seal(ports.keyFor(purpose), JSON.stringify(content));

export const opened = (ports: Ports, text: string): Content =>
  JSON.parse(unseal(ports.keyFor(purpose), text)) as Content;
