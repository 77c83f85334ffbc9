// A Chromium with the system libraries that it needs, so that no machine needs more than its C
// library: the package has them with it, and unpacks them where it believes to be on AWS.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** Starts it; `args` are Chromium's. It takes its folder away when it is closed. */
export async function startBrowser(...args) {
  const folder = await mkdtemp(join(tmpdir(), 'kiln-browser-'));
  const before = { ...process.env };
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    const browser = await chromium.launch({
      executablePath: await packed.executablePath(),
      args: ['--no-sandbox', ...args],
      headless: true,
      env: { ...process.env },
    });
    browser.on('disconnected', () => rm(folder, { recursive: true, force: true }));
    return browser;
  } finally {
    for (const name of Object.keys(process.env)) {
      if (before[name] === undefined) delete process.env[name];
    }
    Object.assign(process.env, before);
  }
}
