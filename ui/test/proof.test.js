// The proof on an event's page, checked in the browser: its three states, a server that lies, a
// policy that is none, and the bundle.
'use strict';

const assert = require('node:assert/strict');
const { mkdirSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { test } = require('node:test');
const { browser } = require('./browser.js');
const { Log } = require('./log.js');
const { firstEvent } = require('./tour.js');
const { axe, LOOKS, watched } = require('./watched.js');

const SHOTS = join(__dirname, '..', '..', 'target', 'ui-screenshots');

test('the proof of an event, in its three states', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-ui-proof-'));
  mkdirSync(SHOTS, { recursive: true });
  const log = await Log.start(folder);
  const chromium = await browser(folder);
  t.after(async () => {
    await chromium.close();
    await log.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await log.receipts(3);
  const { page, faults } = await watched(chromium, log.base, LOOKS.light);
  await page.goto(`${log.base}/`);
  await firstEvent(page);
  const judged = async (name) => {
    await page.locator('[data-check]').press('Enter');
    const shown = page.locator('#proof [data-state]:visible');
    await shown.waitFor();
    await page.locator('#proof').screenshot({ path: join(SHOTS, `proof-${name}.light.png`) });
    assert.deepEqual(await axe(page), [], name);
    return shown.getAttribute('data-state');
  };
  assert.equal(await judged('witnessed'), 'witnessed');
  const policy = await page.inputValue('[data-policy]');

  await page.fill('[data-policy]', log.key);
  assert.equal(await judged('self-signed'), 'self-signed only', 'nobody else is trusted');
  await page.fill('[data-policy]', 'log nobody\n');
  assert.equal(await judged('no-policy'), 'unchecked', 'what is no policy shows nothing');
  await page.fill('[data-policy]', policy.replace(/\+[0-9a-f]{8}\+/, '+00000000+'));
  assert.equal(await judged('another-id'), 'unchecked', 'a misspelled key is not the log’s fault');
  await page.fill('[data-policy]', policy);

  for (const part of ['$original', '$proof']) {
    const lies = async (route) => {
      const reply = await route.fetch();
      const bytes = await reply.body();
      bytes[Math.floor(bytes.length / 2)] ^= 1;
      await route.fulfill({ response: reply, body: bytes });
    };
    const where = (url) => url.pathname.endsWith(part);
    await page.route(where, lies);
    assert.equal(await judged(`tampered-${part.slice(1)}`), 'failed', `another byte of ${part}`);
    await page.unroute(where, lies);
  }
  assert.equal(await judged('again'), 'witnessed');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('a[href$="evidence.zip"]'),
  ]);
  const bundle = readFileSync(await download.path());
  assert.equal(bundle.subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
  assert.deepEqual(faults, []);
});
