#!/usr/bin/env node
/** Starts Plinth, or says in one sentence why this Node cannot. */
import { readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);
const [needed] = dependencies.node.split('.');
const [running] = process.versions.node.split('.');

if (Number(running) < Number(needed)) {
  console.error(
    `Plinth needs Node ${needed} and this is ${process.versions.node}: start it with npm start, which brings its own.`,
  );
  process.exitCode = 1;
} else {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(); // what was compiled at the last start is not compiled again
  await import('./src/main.ts');
}
