// A browser window that notices whatever a page should not do.
'use strict';

const { readFileSync } = require('node:fs');

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

exports.LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 320, height: 640 }, hasTouch: true },
};

/** A page of its own context, and the list that its faults are put on. */
exports.watched = async function watched(browser, base, options = {}) {
  const context = await browser.newContext({ timezoneId: 'Europe/Berlin', ...options });
  const faults = [];
  const { origin } = new URL(base);
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('about:')) faults.push(`request to ${url}`);
  });
  context.on('dialog', (dialog) => {
    faults.push(`execution: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  context.on('console', (message) => {
    if (message.type() !== 'error' || isOurs(message)) return;
    faults.push(`console: ${message.text()} at ${message.location().url}`);
  });
  context.on('weberror', (error) => faults.push(`error: ${error.error().message}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  const page = await context.newPage();
  return { page, faults, context };
};

/** A page that is refused says so with its status, which the browser tells on the console. */
function isOurs(message) {
  return /^Failed to load resource: the server responded with a status of 4/.test(message.text());
}

/** What axe-core finds, rule and element, by the rules of WCAG 2.2 AA, and by good practice. */
exports.axe = async function axe(page, practice = true) {
  await page.evaluate(AXE);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  if (practice) tags.push('best-practice');
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }),
    tags,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
};

/** What is wider than the window, and which controls are smaller than 24 by 24 pixels. */
exports.fits = (page) =>
  page.evaluate(() => {
    const faults = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`reflow: ${scrollWidth} wide in ${clientWidth}`);
    // A link within a sentence is excepted (WCAG 2.2, 2.5.8 Inline).
    const inSentence = (it) => it.matches('a') && it.closest('p, dd, li, td, th, h1, figcaption, footer');
    for (const it of document.querySelectorAll('a, button, input, select, textarea, summary')) {
      const { width, height } = it.getBoundingClientRect();
      const unseen = width <= 1 || it.type === 'hidden' || it.closest('svg, .skip');
      if (unseen || inSentence(it) || it.type === 'radio') continue;
      if (Math.round(width) < 24 || Math.round(height) < 24) {
        faults.push(`target ${Math.round(width)}×${Math.round(height)}: ${it.outerHTML.slice(0, 120)}`);
      }
    }
    return faults;
  });
