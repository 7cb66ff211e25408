/** Writes the page of problems, after the description that it is made of: `npm run openapi` does both. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { problemsPage } from './check/openapi-problems.ts';

const root = path.resolve(import.meta.dirname, '..');
writeFileSync(path.join(root, 'docs/problems.md'), problemsPage(root));
