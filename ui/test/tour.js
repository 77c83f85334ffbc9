// Every page there is, and how a reader gets to it. A stop is reached by links and forms alone, as
// a reader does it; what is given a path is what stands in the navigation or is asked by hand.
'use strict';

/** Asks the search line. */
async function search(page, base, line) {
  await page.goto(`${base}/`);
  await page.fill('#line', line);
  await Promise.all([page.waitForURL(/\/view\//), page.press('#line', 'Enter')]);
}

async function firstEvent(page) {
  const href = await page.locator('.row a.time').first().getAttribute('href');
  await page.goto(new URL(href, page.url()).href);
}

/** Asks a report of a patient; `fields` are what the form is given besides. */
async function report(page, base, patient, fields = {}) {
  await page.goto(`${base}/reports`);
  await page.fill('#patient', patient);
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'report') await page.check(`input[value="${value}"]`);
    else await page.selectOption(`#${name}`, value);
  }
  await Promise.all([page.waitForLoadState('load'), page.click('.report-form button')]);
  await page.locator('article.report').waitFor();
}

const at = (path) => (page, base) => page.goto(base + path);
const found = (line) => (page, base) => search(page, base, line);

/** By name. `words` are a patient, somebody who looked, and a word that many events hold. */
exports.tour = ({ patient, who, word }) => ({
  timeline: at('/'),
  'timeline, searched': found(`${word} this year flurbel`),
  'timeline, narrowed': found(who),
  'timeline, failures': found('failed'),
  'timeline, everybody': async (page, base) => {
    await page.goto(`${base}/`);
    const href = await page.locator('#values-agent p > a').getAttribute('href');
    // The link leads to the list; the tour begins where every page does.
    await page.goto(base + href.replace(/#.*/, ''));
  },
  'timeline, nothing found': found(`patient ${patient} zzyzx before 2001-01-01`),
  event: async (page, base) => {
    await search(page, base, who);
    await firstEvent(page);
  },
  user: async (page, base) => {
    await search(page, base, `by ${who}`);
    await Promise.all([page.waitForURL(/\/user\//), page.click('form[action$="/user"] button')]);
  },
  'no such user': at('/user/nothing'),
  review: at('/review'),
  'review, all': at('/review?show=all'),
  saved: at('/saved'),
  'saved, one more': async (page, base) => {
    await search(page, base, who);
    await page.click('form[action$="/saved/new"] button');
    await page.locator('#name').waitFor();
  },
  'report, asked': at('/reports'),
  'report of accesses': (page, base) => report(page, base, patient),
  'report of accesses, German': (page, base) => report(page, base, patient, { language: 'de' }),
  'report of disclosures': (page, base) =>
    report(page, base, patient, { report: 'disclosure-accounting' }),
  evidence: at('/evidence'),
  operations: at('/operations'),
  'verify.html': at('/verify.html'),
  'no such event': at('/event/0193a0c1-0000-7000-8000-000000000000'),
  'no such view': at('/view/nothing'),
  'no such page': at('/nowhere'),
});

exports.search = search;
exports.report = report;
exports.firstEvent = firstEvent;
