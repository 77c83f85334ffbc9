// One report in every form: what the page, the PDF and the CSV say is the same, in both languages.
'use strict';

const assert = require('node:assert/strict');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { after, before, test } = require('node:test');
const { browser } = require('./browser.js');
const { DEMO, start, stop } = require('./log.js');
const { pdf } = require('./pdf.js');
const { report } = require('./tour.js');
const { LOOKS, watched } = require('./watched.js');

const PATIENT = '204418';
const KINDS = ['access-report', 'disclosure-accounting'];
const LANGUAGES = ['en', 'de'];

let folder;
let kiln;
let chromium;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-ui-reports-'));
  kiln = await start(DEMO);
  chromium = await browser(folder);
});

after(async () => {
  await chromium?.close();
  if (kiln) await stop(kiln);
  rmSync(folder, { recursive: true, force: true });
});

for (const kind of KINDS) {
  for (const language of LANGUAGES) {
    test(`${kind}, ${language}: page and PDF say the same`, async (t) => {
      const { page, faults } = await watched(chromium, kiln.base, LOOKS.light);
      t.after(() => assert.deepEqual(faults, []));
      await report(page, kiln.base, PATIENT, { report: kind, language });
      const told = await page.evaluate(() => document.querySelector('article.report').textContent);
      const document = await pdf(await asked(kind, language, 'pdf'));
      assert.equal(document.tagged, true);
      assert.equal(document.language, language);
      assert.ok(document.pages.length > 1);
      const said = document.pages.map(({ text }) => text).join('');
      assert.equal(bare(said), bare(told));
      document.pages.forEach(({ all }, at) => {
        const numbered = new RegExp(`\\b${at + 1} (of|von) ${document.pages.length}\\b`);
        assert.match(all.replace(/\s+/g, ' '), numbered, `page ${at + 1} is numbered`);
      });
      t.diagnostic(`${document.pages.length} pages, ${bare(said).length} characters`);
    });
  }
}

test('the CSV holds each event of the page, and nothing that a spreadsheet would run', async (t) => {
  const rows = read((await asked('access-report', 'en', 'csv')).toString('utf8'));
  const { page } = await watched(chromium, kiln.base, LOOKS.light);
  await report(page, kiln.base, PATIENT);
  const brief = await page.locator('article.report').innerText();
  const [, count] = brief.match(/([\d,]+) accesses, by/);
  const events = rows.slice(1);
  assert.equal(events.length, Number(count.replace(',', '')));
  for (const row of rows) {
    assert.equal(row.length, rows[0].length);
    for (const cell of row) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
  }
  t.diagnostic(`${events.length} events`);
});

test('a printed report has its tables, and neither controls nor scrolled boxes', async (t) => {
  const { page, faults } = await watched(chromium, kiln.base, LOOKS.dark);
  t.after(() => assert.deepEqual(faults, []));
  await report(page, kiln.base, PATIENT);
  const [, who] = (await page.locator('article.report').innerText()).match(/(Kevin Brandt)/);
  const printed = await pdf(await page.pdf({ format: 'A4' }));
  const text = printed.pages.map(({ all }) => all).join(' ');
  assert.ok(text.includes(who));
  assert.match(text, /Demo:/, 'marked on paper, too');
  await page.emulateMedia({ media: 'print' });
  const left = await page.evaluate(() => {
    const seen = (it) => it.checkVisibility();
    const cut = (it) => ['auto', 'scroll'].includes(getComputedStyle(it).overflowX);
    const controls = [...document.querySelectorAll('nav, button, input, footer')].filter(seen);
    return [...controls, ...[...document.querySelectorAll('.scroll, pre')].filter(cut)].length;
  });
  assert.equal(left, 0);
});

async function asked(kind, language, format) {
  const fields = { patient: PATIENT, report: kind, language, _format: format };
  const answer = await fetch(`${kiln.base}/reports`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

/** Without white space, and without the second in which each of the two was made. */
function bare(text) {
  const made = /((?:Made|Erstellt|Period|Zeitraum)\s*(?:[a-z]+ )?)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g;
  return text.replace(made, '$1').replace(/\s+/g, '');
}

/** RFC 4180. */
function read(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  // The last line ends as each does.
  if (rows.at(-1).join('') === '') rows.pop();
  return rows;
}
