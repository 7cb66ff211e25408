/** The kinds of settings there are. */
import { Type } from 'typebox';

export const port = { minimum: 0, maximum: 65_535 };
/** Comma-separated in the environment. */
export const List = (description: string, pattern: string) =>
  Type.Array(Type.String({ pattern }), { description, default: [] as string[] });
export const Text = (description: string, fallback?: string) =>
  Type.String({ description, ...(fallback !== undefined && { default: fallback }) });
export const Whole = (description: string, fallback: number, minimum: number, maximum: number) =>
  Type.Integer({ description, default: fallback, minimum, maximum });
/** So many in so many seconds. */
export const Rate = (whose: string, fallback: string) =>
  Type.String({
    description: `${whose}, as requests/seconds.`,
    default: fallback,
    pattern: '^[1-9]\\d{0,6}/[1-9]\\d{0,4}$',
  });
export const Flag = (description: string, fallback: boolean) =>
  Type.Boolean({ description, default: fallback });
export const Secret = (description: string, minLength: number) =>
  Type.Optional(Type.String({ description, minLength, writeOnly: true }));
