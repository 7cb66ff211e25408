/** A letter's page that is not what its template says is refused. */
import { test } from 'node:test';
import { compile } from '../emails/compile.ts';
import { emails } from './emails.ts';
import { expectFindings, plant } from './planted.ts';

const template = 'src/features/bills/bill.mjml';
const page = 'src/features/bills/bill.html';
const written = (body: string) => `<mjml><mj-body>${body}</mj-body></mjml>`;
const words = written(
  '<mj-section><mj-column><mj-text>{{total}}</mj-text></mj-column></mj-section>',
);

test('a page that was compiled from its template is fine', async (t) => {
  const html = await compile(plant(t, { [template]: words }), template);
  await expectFindings(t, emails, { [template]: words, [page]: html }, []);
});

test('an old page is refused, and one that is missing, or has no template', async (t) => {
  const again = /run npm run emails/;
  await expectFindings(t, emails, { [template]: words, [page]: '<p>old</p>' }, [
    [`${page}:1`, again],
  ]);
  await expectFindings(t, emails, { [template]: words }, [[`${page}:1`, again]]);
  await expectFindings(t, emails, { [page]: '<p>alone</p>' }, [[`${page}:1`, /no template/]]);
});

test('a template that MJML does not understand is refused', (t) =>
  expectFindings(t, emails, { [template]: written('<mj-button colour="red">x</mj-button>') }, [
    [`${template}:1`, /does not compile/],
  ]));
