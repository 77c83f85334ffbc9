/** Runs the page's calls in a Chromium page that has the server's own origin. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Route } from 'playwright-core';
import type { seed, Seeded } from './seed.js';

const root = new URL('../../', import.meta.url);

/** Where the page finds what; the server serves none of it. */
const PAGE = '/health/live';
const SCRIPTS = '/sdk/';
const FILES: Readonly<Record<string, string>> = { [`${SCRIPTS}seed.js`]: 'build/test/seed.js' };

/** As `seed`, in a browser with its rules about origins in force. */
export async function inChromium(baseUrl: string): Promise<Seeded> {
  const folder = await mkdtemp(join(tmpdir(), 'kiln-chromium-'));
  const browser = await launch(folder);
  try {
    const page = await browser.newPage();
    await page.route(baseUrl + PAGE, answerPage);
    await page.route(`${baseUrl}${SCRIPTS}**`, answerScript);
    await page.goto(baseUrl + PAGE);
    return await page.evaluate(async (module) => {
      const page = (await import(module)) as { seed: typeof seed };
      return page.seed(location.origin);
    }, `${SCRIPTS}seed.js`);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The package has the system libraries that Chromium needs with it, and unpacks them where it
 * believes to be on AWS: so no machine needs more than its C library.
 */
async function launch(folder: string): Promise<Browser> {
  const before = { ...process.env };
  process.env['TMPDIR'] = folder;
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs20.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    const executablePath = await packed.executablePath();
    const args = ['--no-sandbox'];
    return await chromium.launch({ executablePath, args, headless: true, env: { ...process.env } });
  } finally {
    restore(before);
  }
}

/** What the package sets is for its browser alone. */
function restore(before: NodeJS.ProcessEnv): void {
  const added = Object.keys(process.env).filter((name) => before[name] === undefined);
  for (const name of added) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
}

async function answerPage(route: Route): Promise<void> {
  const imports = JSON.stringify({ imports: { 'kiln-audit': `${SCRIPTS}index.js` } });
  const body = `<!doctype html><script type="importmap">${imports}</script>`;
  await route.fulfill({ contentType: 'text/html', body });
}

async function answerScript(route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const file = FILES[pathname] ?? `dist/esm/${pathname.slice(SCRIPTS.length)}`;
  const body = await readFile(new URL(file, root), 'utf8');
  await route.fulfill({ contentType: 'text/javascript', body });
}
