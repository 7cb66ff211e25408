/** Secrets nobody set: made once in development, and kept where only this user reads. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';

/** Outside development the configuration is refused before it lacks a secret. */
export function withSecrets(config: Config): Config & { readonly SECRET_KEY: string } {
  const SECRET_KEY = config.SECRET_KEY ?? keptSecret(config.DATA_DIR, 'secret_key');
  return { ...config, SECRET_KEY };
}

function keptSecret(folder: string, name: string): string {
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
