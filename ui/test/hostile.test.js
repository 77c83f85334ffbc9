// A log whose every text is hostile: nothing runs, nothing is asked elsewhere, no policy of ours
// is broken, and the texts are shown as they are.
'use strict';

const assert = require('node:assert/strict');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { test } = require('node:test');
const { browser } = require('./browser.js');
const { event, PAYLOADS, texts } = require('./hostile.js');
const { start, stop } = require('./log.js');
const { report, search } = require('./tour.js');
const { LOOKS, watched } = require('./watched.js');

const PATIENT = 'hostile';

test('no text of an event runs, calls out or breaks the policy', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-ui-hostile-'));
  const kiln = await start(['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0']);
  const chromium = await browser(folder);
  t.after(async () => {
    await chromium.close();
    await stop(kiln);
    rmSync(folder, { recursive: true, force: true });
  });
  const { texts: all, beside } = texts();
  if (!beside) t.diagnostic('SKIPPED: no naughty strings beside the checkout');
  const ids = await stored(kiln.base, all);
  const { page, faults } = await watched(chromium, kiln.base, LOOKS.light);
  let pages = 0;
  const seen = async (what) => {
    pages += 1;
    assert.deepEqual(faults, [], what);
  };
  await page.goto(`${kiln.base}/`);
  for (;;) {
    await seen('timeline');
    const older = page.locator('a[rel=next]');
    if ((await older.count()) === 0) break;
    await Promise.all([page.waitForEvent('load'), older.click()]);
  }
  for (const [n, id] of ids.entries()) {
    await page.goto(`${kiln.base}/event/${id}`, { waitUntil: 'load' });
    if (n < PAYLOADS.length) {
      assert.ok((await page.locator('main').innerText()).includes(PAYLOADS[n].trim()), PAYLOADS[n]);
    }
    await seen(`event of ${JSON.stringify(all[n])}`);
  }
  for (const [n, text] of PAYLOADS.entries()) {
    await search(page, kiln.base, text);
    await seen(`search of ${text}`);
    if (n % 8 !== 0) continue;
    await search(page, kiln.base, `by Practitioner/${n}`);
    await Promise.all([page.waitForURL(/\/user\//), page.click('form[action$="/user"] button')]);
    await seen(`user of ${text}`);
    await save(page, kiln.base, text);
    await seen(`saved search ${text}`);
    await mark(page, kiln.base, text);
    await seen(`mark ${text}`);
  }
  for (const path of ['/review', '/review?show=all', '/saved', '/evidence', '/operations']) {
    await page.goto(kiln.base + path);
    await seen(path);
  }
  for (const kind of ['access-report', 'disclosure-accounting']) {
    await report(page, kiln.base, PATIENT, { report: kind });
    await seen(kind);
  }
  t.diagnostic(`${all.length} texts, ${pages} pages`);
});

test('what is watched for is noticed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-ui-watched-'));
  const kiln = await start(['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0']);
  const chromium = await browser(folder);
  t.after(async () => {
    await chromium.close();
    await stop(kiln);
    rmSync(folder, { recursive: true, force: true });
  });
  const { page, faults } = await watched(chromium, kiln.base, LOOKS.light);
  await page.goto(`${kiln.base}/`);
  assert.deepEqual(faults, []);
  // The browser tells of each breach a little later: the page is not left before.
  await page.evaluate(() => {
    const told = new Promise((resolve) => {
      let breaches = 0;
      document.addEventListener('securitypolicyviolation', () => {
        breaches += 1;
        if (breaches === 3) setTimeout(resolve);
      });
      setTimeout(resolve, 10_000);
    });
    setTimeout(() => alert(1));
    document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(2)><p style="color:red">');
    fetch('http://127.0.0.1:9/').catch(() => {});
    return told;
  });
  await page.goto(`${kiln.base}/saved`);
  const noticed = faults.join('\n');
  assert.match(noticed, /execution: 1/);
  assert.match(noticed, /policy: script-src-attr/);
  assert.match(noticed, /policy: style-src-attr/);
  assert.match(noticed, /policy: connect-src http:\/\/127\.0\.0\.1:9/);
  assert.doesNotMatch(noticed, /execution: 2/);
});

/** Posts the events, and gives their ids in order. */
async function stored(base, all) {
  const headers = { 'Content-Type': 'application/fhir+json' };
  const ids = [];
  for (const [n, text] of all.entries()) {
    const body = JSON.stringify(event(text, n, PATIENT));
    const answer = await fetch(`${base}/fhir/r4/AuditEvent`, { method: 'POST', headers, body });
    assert.equal(answer.status, 201, `${JSON.stringify(text)}: ${await answer.clone().text()}`);
    ids.push(answer.headers.get('Location').match(/AuditEvent\/([^/]+)/)[1]);
  }
  return ids;
}

async function save(page, base, text) {
  await page.goto(`${base}/saved`);
  await page.fill('#name', text);
  await page.fill('#saved-line', text);
  await Promise.all([page.waitForEvent('load'), page.click('form.stacked button')]);
}

async function mark(page, base, text) {
  await page.goto(`${base}/review`);
  await page.locator('.case summary').first().click();
  await page.locator('.case textarea').first().fill(text);
  await Promise.all([page.waitForEvent('load'), page.locator('.mark-form button').first().click()]);
}
