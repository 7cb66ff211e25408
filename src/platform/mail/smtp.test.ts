/** Letters by SMTP: what is insisted on before a letter, or a password, is given to anybody. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { certificate } from '#test/certificate.ts';
import { mailServer } from '#test/mail-server.ts';
import { mailerOf, sent } from '#test/mailer.ts';

const password = 'quite secret 7';

const own = certificate();
const elsewhere = certificate('mail.example.com');
const trusted = tls.getCACertificates('default');
const trust = (...more: string[]) => tls.setDefaultCACertificates([...trusted, ...more]);
after(() => trust());

const starttls = { SMTP_HOST: 'localhost', SMTP_TLS: 'true' };
const implicit = { SMTP_HOST: 'localhost', SMTP_SSL: 'true' };
for (const [promise, options, env, expected] of [
  ['STARTTLS is used', own, starttls, /^sent$/],
  ['STARTTLS that is not offered is missed', {}, starttls, /^another time.*STARTTLS/],
  ['TLS from the first byte is used', { ...own, secure: true }, implicit, /^sent$/],
  [
    'a certificate for another name is refused',
    { ...elsewhere, secure: true },
    implicit,
    /^another time.*(altnames|does not match)/,
  ],
  ['and after STARTTLS as well', elsewhere, starttls, /^another time.*(altnames|does not match)/],
] as const) {
  test(promise, async () => {
    trust(own.cert, elsewhere.cert);
    const server = await mailServer(options);
    const mailer = mailerOf({ ...server.env, ...env });
    assert.match((await sent(mailer)).join(' '), expected);
    assert.equal(server.received.length, expected.test('sent') ? 1 : 0);
  });
}

for (const [how, env] of [
  ['from the first byte', implicit],
  ['after STARTTLS', starttls],
] as const) {
  test(`a certificate that signed itself is not believed ${how}, and who runs the server is warned`, async () => {
    trust();
    const server = await mailServer({ ...own, secure: env === implicit });
    const warnings: string[] = [];
    const mailer = mailerOf({ ...server.env, ...env }, warnings);
    const [outcome, said = ''] = await sent(mailer);
    assert.deepEqual([outcome, server.received], ['another time', []]);
    assert.match(said, /self-signed/);
    await sent(mailer);
    assert.deepEqual([warnings.length, warnings[0]?.includes(said)], [1, true]);
  });
}

test('who signs in may send, and a wrong password is told once, never shown, and tried again', async () => {
  trust(own.cert);
  const server = await mailServer({
    ...own,
    authOptional: false,
    onAuth({ username, password: given }, _session, done) {
      if (username === 'post' && given === password) return done(null, { user: 'post' });
      done(Object.assign(new Error(`no: ${given}`), { responseCode: 535 }));
    },
  });
  const env = { ...server.env, ...starttls, SMTP_USER: 'post' };
  assert.deepEqual(await sent(mailerOf({ ...env, SMTP_PASSWORD: password })), ['sent']);
  const warnings: string[] = [];
  const wrong = mailerOf({ ...env, SMTP_PASSWORD: 'wrong 5ecret' }, warnings);
  const said = [...(await sent(wrong)), ...(await sent(wrong))];
  assert.match(said.join(), /^another time,.*535.*\[redacted\].*another time/);
  assert.equal(warnings.length, 1);
  assert.doesNotMatch([...said, ...warnings].join(), /wrong 5ecret/);
  await assert.rejects(wrong.verify(), /535/);
});
