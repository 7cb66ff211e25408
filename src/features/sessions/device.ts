/** Sessions: what a user agent says of the device that sends it. */
import Bowser from 'bowser';

type Named = { readonly browser: string | null; readonly system: string | null };

/** Nulls where it says nothing that is known. */
export function deviceOf(userAgent: string | null): Named {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  const named = (name?: string, version?: string) =>
    name ? [name, version].filter(Boolean).join(' ') : null;
  return { browser: named(browser.name, browser.version), system: named(os.name, os.versionName) };
}

const browsers = new Set(Object.values(Bowser.BROWSER_MAP));
const systems = new Set(Object.values(Bowser.OS_MAP));

/** The names that are known, without versions: a header holds what its sender wants it to say. */
export function kindOf(userAgent: string | null): Named {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  const known = (names: ReadonlySet<string>, name = '') => (names.has(name) ? name : null);
  return { browser: known(browsers, browser.name), system: known(systems, os.name) };
}

/** Whether two are the same browser on the same system; an update makes neither another. */
export const isAlike = (one: string | null, other: string | null): boolean =>
  signOf(one) === signOf(other);

function signOf(userAgent: string | null): string {
  const { browser, system } = kindOf(userAgent);
  // What is no browser is told by its name, which stands before the version.
  return JSON.stringify([browser ?? userAgent?.split('/')[0] ?? null, system]);
}
