// Every page of the demo: axe-core, reflow, targets, keyboard, without scripts, live tail, the span
// of time, and pictures of all of it in target/ui-screenshots.
'use strict';

const assert = require('node:assert/strict');
const { mkdirSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { after, before, test } = require('node:test');
const { browser } = require('./browser.js');
const { DEMO, start, stop } = require('./log.js');
const { search, tour } = require('./tour.js');
const { axe, fits, LOOKS, watched } = require('./watched.js');

const STOPS = tour({ patient: '204418', who: 'kevin brandt', word: 'read' });
const SHOTS = join(__dirname, '..', '..', 'target', 'ui-screenshots');
const PICTURES = join(__dirname, '..', '..', 'docs');
/** verify.html is read from disk, too, and has no frame of ours around it. */
const OURS = (name) => name !== 'verify.html';

let folder;
let kiln;
let chromium;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-ui-pages-'));
  mkdirSync(SHOTS, { recursive: true });
  kiln = await start(DEMO);
  chromium = await browser(folder);
});

after(async () => {
  await chromium?.close();
  if (kiln) await stop(kiln);
  rmSync(folder, { recursive: true, force: true });
});

/** A page that must do nothing it should not, until the test ends. */
async function opened(t, options) {
  const { page, faults, context } = await watched(chromium, kiln.base, options);
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });
  return page;
}

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every page, ${look}: axe-core finds nothing, all of it fits`, async (t) => {
    const page = await opened(t, options);
    for (const [name, go] of Object.entries(STOPS)) {
      await go(page, kiln.base);
      const found = [...(await axe(page, OURS(name))), ...(OURS(name) ? await fits(page) : [])];
      assert.deepEqual(found, [], name);
      assert.equal(await page.locator('.demo').count(), OURS(name) ? 1 : 0, `${name}: marked`);
      await page.screenshot({ path: join(SHOTS, `${name.replace(/\W+/g, '-')}.${look}.png`) });
    }
    t.diagnostic(`${Object.keys(STOPS).length} pages`);
  });
}

test('every page is reached, used and left by keyboard', async (t) => {
  const page = await opened(t, LOOKS.light);
  for (const [name, go] of Object.entries(STOPS).filter(([it]) => OURS(it))) {
    await go(page, kiln.base);
    await byKeyboard(page, name);
  }
});

/** Tab goes through all that can be used, in the order it is read, visibly, and ends. */
async function byKeyboard(page, name) {
  const count = await page.evaluate(() => {
    const usable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const seen = (it) => it.checkVisibility() && it.tabIndex >= 0 && !it.disabled;
    const all = [...document.querySelectorAll(usable)].filter(seen);
    // Of the buttons of a choice, one is a stop.
    const radio = (it) => it.type === 'radio' && !it.checked;
    globalThis.stops = all.filter((it) => !radio(it));
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    return Math.min(globalThis.stops.length, 60);
  });
  await page.evaluate(() => document.body.focus());
  for (let n = 0; n < count; n += 1) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate((at) => {
      const it = document.activeElement;
      // A date has a stop for its day, month and year each: what follows comes later.
      if (it.type === 'date') return globalThis.stops.includes(it) ? null : 'an unknown stop';
      const index = globalThis.stops.indexOf(it);
      if (index < 0) return `not in the page: ${it.outerHTML.slice(0, 80)}`;
      if (index > at) return `passed over ${globalThis.stops[at].outerHTML.slice(0, 80)}`;
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      if (outlineStyle === 'none' || outlineWidth === '0px') return `no focus seen: ${it.outerHTML}`;
      const box = it.getBoundingClientRect();
      const [x, y] = [box.left + Math.min(box.width / 2, 4), box.top + box.height / 2];
      const over = document.elementFromPoint(x, y);
      const hidden = over && !it.contains(over) && !over.contains(it);
      return hidden ? `hidden below ${over.outerHTML.slice(0, 80)}` : null;
    }, n);
    assert.equal(fault, null, `${name}, stop ${n}`);
  }
}

test('a search, an event and its way back, by keyboard alone', async (t) => {
  const page = await opened(t, LOOKS.light);
  await page.goto(`${kiln.base}/`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'past the navigation');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'line');
  await page.keyboard.type('by kevin brandt failed');
  await Promise.all([page.waitForURL(/\/view\//), page.keyboard.press('Enter')]);
  assert.equal(await page.locator('.chip').count(), 2);
  await page.locator('.chip button').first().focus();
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  assert.equal(await page.locator('.chip').count(), 1, 'the chip is taken away');
  await page.locator('.row .said a').first().focus();
  await Promise.all([page.waitForURL(/\/event\//), page.keyboard.press('Enter')]);
  assert.ok(!page.url().includes('204418'));
});

test('what is not understood is shown, and no address names a patient', async (t) => {
  const page = await opened(t, LOOKS.light);
  await search(page, kiln.base, 'patient 204418 flurbel');
  assert.match(await page.locator('.chip.text').innerText(), /flurbel/);
  assert.doesNotMatch(page.url(), /204418/);
  const links = await page.evaluate(() => [...document.links].map((it) => it.href).join('\n'));
  assert.doesNotMatch(links, /204418/);
});

test('every page is read without scripts', async (t) => {
  const page = await opened(t, { ...LOOKS.light, javaScriptEnabled: false });
  for (const [name, go] of Object.entries(STOPS).filter(([it]) => OURS(it))) {
    await go(page, kiln.base);
    assert.ok((await page.locator('main').innerText()).trim().length > 40, name);
  }
  await page.goto(`${kiln.base}/`);
  assert.ok((await page.locator('.row').count()) > 10);
  await page.fill('input[name=from]', '2020-01-01');
  await page.fill('input[name=to]', '2020-01-02');
  await Promise.all([page.waitForURL(/\/view\//), page.click('.range button')]);
  assert.equal(await page.locator('.nothing').count(), 1, 'the span is picked by dates');
});

test('a span of time is drawn over the bars', async (t) => {
  const page = await opened(t, LOOKS.light);
  await page.goto(`${kiln.base}/`);
  const box = await page.locator('svg.histogram').boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  assert.ok((await page.locator('g.chosen').count()) > 2);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('g.chosen').count(), 0, 'Escape forgets it');
  await page.mouse.up();
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  await Promise.all([page.waitForURL(/\/view\//), page.mouse.up()]);
  assert.equal(await page.locator('.chip').count(), 1);
});

test('what is newer is offered, and moves nothing by itself', async (t) => {
  const page = await opened(t, LOOKS.light);
  await page.goto(`${kiln.base}/`);
  const before = await page.locator('.row').count();
  const name = `Live ${process.pid}`;
  const event = {
    resourceType: 'AuditEvent',
    type: { code: 'rest' },
    recorded: new Date().toISOString(),
    agent: [{ name, requestor: true }],
    source: { observer: { display: 'ui' } },
  };
  const headers = { 'Content-Type': 'application/fhir+json' };
  const body = JSON.stringify(event);
  const answer = await fetch(`${kiln.base}/fhir/r4/AuditEvent`, { method: 'POST', headers, body });
  assert.equal(answer.status, 201);
  const button = page.locator('.live button');
  await button.waitFor({ state: 'visible' });
  assert.equal(await page.locator('.row').count(), before, 'nothing moved');
  await button.press('Enter');
  assert.match(await page.locator('.row').first().innerText(), new RegExp(name));
});

test('more than a page adds at once is said, and one link shows all of it', async (t) => {
  const page = await opened(t, LOOKS.light);
  const name = `Many ${process.pid}`;
  await search(page, kiln.base, `who:"${name}"`);
  const agent = [{ name, requestor: true }];
  const event = { type: 'rest', recorded: new Date().toISOString(), agent, source: { observer: 'ui' } };
  const events = Array.from({ length: 60 }, () => event);
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify(events);
  const answer = await fetch(`${kiln.base}/api/audit-events`, { method: 'POST', headers, body });
  assert.equal(answer.status, 201, await answer.text());
  const more = page.locator('[data-live-more]');
  await more.waitFor({ state: 'visible' });
  assert.match(await more.innerText(), / 10\. /);
  assert.match(await page.locator('.live button').innerText(), /\(50\)/);
  assert.match(await page.locator('[data-live-said]').innerText(), /\b10\b/);
  assert.deepEqual(await axe(page), []);
  await Promise.all([page.waitForEvent('load'), more.locator('a').click()]);
  assert.match(await page.locator('.total').innerText(), /^60 /);
  assert.equal(await page.locator('.row').count(), 50);
  await Promise.all([page.waitForEvent('load'), page.click('a[rel=next]')]);
  assert.equal(await page.locator('.row').count(), 10);
});

test('a page that follows the log no longer says so', async (t) => {
  const page = await opened(t, LOOKS.light);
  await page.route('**/newer/*', (route) => route.fulfill({ status: 410 }));
  await page.goto(`${kiln.base}/`);
  await page.locator('[data-live-ended]').waitFor({ state: 'visible' });
  assert.match(await page.locator('[data-live-said]').innerText(), /no longer/);
});

test('the two pictures of README', async (t) => {
  const page = await opened(t, LOOKS.light);
  await page.setViewportSize({ width: 1120, height: 720 });
  await page.goto(`${kiln.base}/`);
  await page.screenshot({ path: picture('pages-timeline.png') });
  await STOPS['report of accesses'](page, kiln.base);
  await page.screenshot({ path: picture('pages-access-report.png') });
});

/** Those of the repository change when it is asked for. */
function picture(name) {
  return join(process.env.KILN_PICTURES ? PICTURES : SHOTS, name);
}
