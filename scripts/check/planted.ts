/** Lays out a tiny project in which a law is kept or broken. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Check } from './laws.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** @returns the root of a project that holds the files until the test ends */
export function plant(test: TestContext, files: Files): string {
  const root = mkdtempSync(path.join(tmpdir(), 'plinth-planted-'));
  test.after(() => rmSync(root, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return root;
}

/** Where the law must find something, and what its sentence is about. */
export type Finding = readonly [place: string, about: RegExp];

/** Asserts that the law finds these violations and no others; none where nothing is given. */
export async function expectFindings(
  test: TestContext,
  law: Check,
  files: Files,
  findings: readonly Finding[],
): Promise<void> {
  const sentences = await law(plant(test, files));
  assert.deepEqual(
    sentences.map((sentence) => /^[^:]+:\d+/.exec(sentence)?.[0]),
    findings.map(([place]) => place),
    sentences.join('\n'),
  );
  for (const [index, [, about]] of findings.entries()) assert.match(sentences[index] ?? '', about);
}
