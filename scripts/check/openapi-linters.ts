/** The description of the API as two linters read it that know nothing of each other or of this house. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RulesetDefinition } from '@stoplight/spectral-core';

const file = 'openapi.json';

/** Some paths end with a slash, because the clients of the full-stack template call them so. */
const slashesStay = 'off';

/** Loaded only when it is asked for: nothing else that checks needs it. */
async function redocly(source: string): Promise<string[]> {
  const { createConfig, getLineColLocation, lintFromString } = await import(
    '@redocly/openapi-core'
  );
  const config = await createConfig({
    extends: ['recommended'],
    rules: { 'no-path-trailing-slash': slashesStay },
  });
  const found = await lintFromString({ source, absoluteRef: file, config });
  return found.map(({ message, ruleId, location: [location] }) => {
    const line = location ? getLineColLocation(location).start.line : 1;
    return `${file}:${line}: ${message} (Redocly, ${ruleId})`;
  });
}

async function spectral(source: string): Promise<string[]> {
  const { default: core } = await import('@stoplight/spectral-core');
  const { default: rulesets } = await import('@stoplight/spectral-rulesets');
  const linter = new core.Spectral();
  linter.setRuleset({
    extends: [[rulesets.oas as RulesetDefinition, 'recommended']],
    rules: { 'path-keys-no-trailing-slash': slashesStay },
  });
  const found = await linter.run(source);
  return found.map(
    ({ message, code, range }) => `${file}:${range.start.line + 1}: ${message} (Spectral, ${code})`,
  );
}

/** @returns a sentence for everything that one of them finds, warnings too */
export async function linters(root: string): Promise<string[]> {
  const place = path.join(root, file);
  if (!existsSync(place)) return []; // told by what compares it with the code
  const source = readFileSync(place, 'utf8');
  return [...(await redocly(source)), ...(await spectral(source))];
}
