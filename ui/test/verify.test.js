// verify.html, opened from disk in Chromium, against `kiln verify event`: 200 honest receipts and
// 200 tampered ones, and both say the same of each. Half of the honest ones are judged by a policy
// whose witness has cosigned, half by the log's key alone.
'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { browser } = require('./browser.js');
const { Log } = require('./log.js');
const { TAMPERINGS } = require('./tamperings.js');

const RECEIPTS = 200;

test('the page and the program agree', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-ui-'));
  const log = await Log.start(folder);
  t.after(async () => {
    await log.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const receipts = await log.receipts(RECEIPTS);
  const page = await open(t, folder);
  const seen = { 'witnessed': 0, 'self-signed only': 0, 'failed': 0 };
  const compare = async (receipt, what) => {
    const told = await onPage(page, receipt);
    assert.equal(told, byProgram(folder, receipt), what);
    seen[told] += 1;
    return told;
  };
  for (const [n, receipt] of receipts.entries()) {
    const policy = n % 2 === 0 ? log.policy : log.key;
    const told = await compare({ ...receipt, policy }, `honest receipt ${n}`);
    assert.equal(told, n % 2 === 0 ? 'witnessed' : 'self-signed only', `honest receipt ${n}`);
  }
  for (const [n, receipt] of receipts.entries()) {
    const { name, tamper } = TAMPERINGS[n % TAMPERINGS.length];
    const other = receipts[(n + 1) % receipts.length];
    const tampered = tamper({ ...receipt, policy: log.policy }, other, n);
    const told = await compare(tampered, `${name}, receipt ${n}`);
    assert.equal(told, 'failed', `${name}, receipt ${n}`);
  }
  t.diagnostic(`both agree: ${JSON.stringify(seen)}`);
});

async function open(t, folder) {
  const chromium = await browser(folder);
  t.after(() => chromium.close());
  const page = await chromium.newPage();
  page.on('request', (request) => assert.match(request.url(), /^file:/, 'the page calls nobody'));
  await page.goto(pathToFileURL(join(__dirname, '..', 'verify.html')).href);
  return page;
}

/** What the page's verdict says, as a person sees it. */
async function onPage(page, { event, proof, policy }) {
  const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
  await page.evaluate(() => {
    const verdict = document.getElementById('verdict');
    verdict.hidden = true;
    verdict.className = '';
  });
  await page.setInputFiles('#event', file('event', event));
  await page.setInputFiles('#proof', file('proof', proof));
  await page.fill('#policy', policy);
  await page.click('button');
  const verdict = page.locator('#verdict');
  await verdict.waitFor({ state: 'visible' });
  const state = await verdict.getAttribute('data-state');
  const style = await verdict.getAttribute('class');
  assert.equal(style === 'witnessed', state === 'witnessed', 'green is for witnessed alone');
  return state;
}

/** What `kiln verify event` says; its exit code must say it too. */
function byProgram(folder, { event, proof, policy }) {
  const files = { event, proof, policy };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const path = (name) => join(folder, name);
  const trust = policy.includes('\n') ? ['--policy', path('policy')] : ['--key', policy];
  const args = ['verify', 'event', path('event'), path('proof'), ...trust, '--json'];
  const { status, stdout, stderr } = spawnSync(process.env.KILN_BIN, args, { encoding: 'utf8' });
  if (status === 1) return 'failed';
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout).evidence;
}

test('the page is what its parts give', () => {
  const part = (name) => readFileSync(join(__dirname, '..', name), 'utf8');
  assert.ok(part('verify.html').includes(part('verify.js')));
});
