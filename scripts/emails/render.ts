/** Prints every letter of the registry as JSON, for `npm run email:dev`. */
import { partsOf } from '#features/mail/service.ts';
import { loadConfig } from '../../src/config.ts';
import features from '../../src/features.ts';

/** A letter with what surrounds it. */
export type Shown = {
  readonly feature: string;
  readonly kind: string;
  readonly subject: string;
  readonly preview: string;
  readonly text: string;
  readonly html: string;
};

const settings = loadConfig({ PUBLIC_URL: 'http://localhost:8000' });
const declineUrl = `${settings.PUBLIC_URL}/api/v1/emails/unsubscribe?token=an-example`;

const shown: Shown[] = features.flatMap(({ name, letters = [] }) =>
  letters.map((sample) => {
    const letter = sample(settings);
    const { kind, subject, preview = '', mayDecline } = letter;
    const way = { sender: settings.PROJECT_NAME, declineUrl: mayDecline && declineUrl };
    return { feature: name, kind, subject, preview, ...partsOf(letter, way) };
  }),
);
process.stdout.write(JSON.stringify(shown));
