/** A second opinion: Schemathesis makes requests of its own from the description, and judges the answers. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { start, startServer, temporaryFolder } from '../server-process.ts';
import { emptyDatabase } from './postgres.ts';

const { SCHEMATHESIS, FUZZ_SEED } = process.env;
const seconds = 30;

/** What nobody else here looks at is whether a description promises what the server does. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'allow_header_conformance',
  'use_after_free',
  'ensure_resource_availability',
  'ignored_auth',
];
// `positive_data_acceptance` is left out: who asks, and what is there, is not in a schema.

const excluded = [
  // They may end the session that all others are called in.
  ...['sessions-logout', 'sessions-logoutAll', 'sessions-endOne'],
  ...['better-auth-signOut', 'better-auth-revokeSessions', 'better-auth-revokeSession'],
  // A PATCH of these is one of the id that their last word might be, and it is refused as that.
  ...['api-keys-verify', 'accounts-register', 'user-management-bulk'],
  // Their names are told by a pattern with \p{…}, of which Python makes no text.
  ...['organizations-create', 'organizations-update'],
];

const configuration = `
# OpenAPI cannot say that a body is left out where the caller prefers none.
[parameters]
"header.Prefer" = "return=representation"

# What is made up may be too long as well.
[checks.negative_data_rejection]
expected-statuses = ["4xx"]
`;

const skip = !SCHEMATHESIS && 'Schemathesis is not installed; SCHEMATHESIS names its program';

test('Schemathesis finds no answer that is not as described', { skip }, async (t) => {
  const seed = Number(FUZZ_SEED ?? randomInt(2 ** 31));
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const account = { email: 'root@example.com', password: 'correct horse battery 9' };
  const { url: DATABASE_URL } = await emptyDatabase();
  const { url } = await startServer({
    DATABASE_URL,
    FIRST_SUPERUSER_EMAIL: account.email,
    FIRST_SUPERUSER_PASSWORD: account.password,
  });
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  const { access_token } = (await answer.json()) as { access_token: string };

  const options = {
    header: `Authorization: Bearer ${access_token}`,
    checks: checks.join(),
    seed: `${seed}`,
    'max-time': `${seconds}`,
    'generation-database': 'none',
    'generation-with-security-parameters': 'false',
  };
  const args = [
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ...excluded.flatMap((id) => ['--exclude-operation-id', id]),
    '--no-color',
  ];
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'schemathesis.toml'), configuration);
  const document = `${url}/openapi.json`;
  const schemathesis = start(SCHEMATHESIS as string, ['run', ...args, document], { cwd });
  const { code } = await schemathesis.exited;
  assert.equal(code, 0, schemathesis.output());
  const headers = { authorization: `Bearer ${access_token}` };
  const { status } = await fetch(`${url}/api/v1/users/me`, { headers });
  assert.equal(status, 200, 'its session ended on the way, and most of it was refused');
});
