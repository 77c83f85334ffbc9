// A SMART app in a browser (`fhirclient`, unmodified): it finds the issuer through Kiln, has its
// user sign in with PKCE, and reads what the scopes and the patient in context allow.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { startIssuer } from './issuer.js';
import { ask, event, settingsFor, startKiln } from './kiln.js';

const EVENTS = '/fhir/r4/AuditEvent';

let app;
let issuer;
let kiln;
let browser;

const html = (script) => `<!doctype html><title>app</title><p id="out"></p>
<script src="/fhir-client.js"></script><script>${script}</script>`;

/** The app's own pages: one that launches, one that the issuer sends the browser back to. */
async function startApp() {
  const library = await readFile(
    new URL('./node_modules/fhirclient/build/fhir-client.js', import.meta.url),
  );
  const launch = html(`
    const asked = new URLSearchParams(location.search);
    FHIR.oauth2.authorize({
      iss: asked.get('iss'), scope: asked.get('scope'), clientId: 'smart-app',
      redirectUri: '/back', pkceMode: 'required',
    }).catch((error) => { document.title = 'failed'; out.textContent = error; });`);
  const back = html(`
    FHIR.oauth2.ready()
      .then((client) => client.request('AuditEvent?_sort=-date'))
      .then((bundle) => { out.textContent = JSON.stringify(bundle); document.title = 'done'; })
      .catch((error) => { out.textContent = error; document.title = 'failed'; });`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://app');
    const found = { '/launch': launch, '/back': back, '/fhir-client.js': library }[pathname];
    response.statusCode = found ? 200 : 404;
    response.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/html');
    response.end(found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}

before(async () => {
  app = await startApp();
  issuer = await startIssuer({ apps: [`${app.origin}/back`] });
  const rest = `[cors]\norigins = ["${app.origin}"]\n`;
  kiln = await startKiln(settingsFor(issuer.issuer, { rest }));
  const { stdout, stderr } = kiln.run('key', 'add', '--role', 'writer', '--json');
  assert.ok(stdout, stderr);
  const { key } = JSON.parse(stdout);
  for (const patients of [['a'], ['b'], ['a', 'b']]) {
    const sent = { token: key, method: 'POST', body: event(...patients) };
    assert.equal((await ask(kiln.origin, EVENTS, sent)).status, 201);
  }
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await kiln?.stop();
  await issuer?.stop();
  await app?.stop();
});

/** What the app shows when this person has signed in. */
async function shownTo(login, scope) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = new URLSearchParams({ iss: `${kiln.origin}/fhir/r4`, scope });
  await page.goto(`${app.origin}/launch?${asked}`);
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', 'anything');
  await page.click('button[type=submit]');
  await page.waitForSelector('button[type=submit]');
  await page.click('button[type=submit]');
  await page.waitForFunction(() => ['done', 'failed'].includes(document.title));
  const shown = { title: await page.title(), text: await page.textContent('#out') };
  await context.close();
  return shown;
}

test('a user who may read sees the events', async () => {
  const { title, text } = await shownTo('nurse', 'openid fhirUser user/AuditEvent.rs');
  assert.equal(title, 'done', text);
  assert.equal(JSON.parse(text).entry.length, 3);
});

test('a patient sees what names them, and nobody else in it', async () => {
  const { title, text } = await shownTo('anna', 'openid fhirUser launch/patient patient/AuditEvent.rs');
  assert.equal(title, 'done', text);
  const { entry } = JSON.parse(text);
  assert.equal(entry.length, 2);
  assert.ok(!text.includes('Patient/b'));
  assert.ok(text.includes('REDACTED'));
});

test('a patient scope without a patient shows nothing', async () => {
  const { text } = await shownTo('nurse', 'openid fhirUser patient/AuditEvent.rs');
  assert.ok(!text.includes('Patient/'));
});

test('an app of an origin that is not listed reads nothing', async () => {
  const page = await browser.newPage();
  await page.goto(`${issuer.issuer}/nowhere`);
  const read = (url) => fetch(url).then((answer) => answer.text()).catch(() => 'refused');
  assert.equal(await page.evaluate(read, `${kiln.origin}/fhir/r4/metadata`), 'refused');
  await page.close();
});
