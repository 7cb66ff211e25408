/** Two-factor: the verbs that other features call. */
export { check } from './check.ts';
export { drop } from './recovery.ts';
