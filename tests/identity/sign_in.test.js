// People sign in to Kiln's pages in a real browser, at a real identity provider.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { startIssuer } from './issuer.js';
import { settingsFor, startKiln } from './kiln.js';

const EVENTS = '/fhir/r4/AuditEvent';
/** A page of Kiln that is there for everybody. */
const PAGE = '/verify.html';

let issuer;
let kiln;
let browser;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

before(async () => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  issuer = await startIssuer({ pages: [`${base}/sign-in/callback`] });
  const before = `[server]\nbase_url = "${base}"\n`;
  const rest = `
[sign_in]
issuer = "clinic"
client_id = "kiln-pages"
scopes = ["profile", "fhirUser", "roles"]
`;
  kiln = await startKiln(settingsFor(issuer.issuer, { before, rest }), { port });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await kiln?.stop();
  await issuer?.stop();
});

/** A new browser profile in which somebody has signed in. */
async function signedInAs(login) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const callbacks = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${kiln.origin}/sign-in/callback`)) callbacks.push(request.url());
  });
  await page.goto(`${kiln.origin}/sign-in?then=${encodeURIComponent(PAGE)}`);
  assert.ok(page.url().startsWith(issuer.issuer), 'people sign in at the issuer, not here');
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', 'anything');
  await page.click('button[type=submit]');
  await page.click('button[type=submit]');
  await page.waitForURL(`${kiln.origin}${PAGE}`);
  return { context, page, callback: callbacks[0] };
}

/** What the browser's profile is answered: a browser would save FHIR's JSON as a file. */
async function status(page, path) {
  const url = new URL(path, kiln.origin).href;
  return (await page.context().request.get(url, { maxRedirects: 0 })).status();
}

test('who has not signed in sees nothing', async () => {
  const page = await browser.newPage();
  assert.equal(await status(page, EVENTS), 401);
  await page.close();
});

test('who has signed in sees what the role allows, until the end', async () => {
  const { context, page } = await signedInAs('chen');
  const [cookie] = (await context.cookies(kiln.origin)).filter((it) => it.name === 'kiln-session');
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Lax');
  assert.equal(await status(page, EVENTS), 200);
  assert.equal(await status(page, `/t/elsewhere${EVENTS}`), 404);
  const out = await context.request.post(`${kiln.origin}/sign-out`, {
    headers: { origin: kiln.origin },
    maxRedirects: 0,
  });
  assert.equal(out.status(), 303);
  assert.equal(await status(page, EVENTS), 401);
  await context.addCookies([cookie]);
  assert.equal(await status(page, EVENTS), 401, 'a kept cookie is worth nothing');
  await context.close();
});

test('who has no role sees nothing', async () => {
  const { context, page } = await signedInAs('nurse');
  assert.equal(await status(page, EVENTS), 403);
  await context.close();
});

test('an address to come back to is good once, in one browser', async () => {
  const { context, page, callback } = await signedInAs('chen');
  assert.equal(await status(page, callback), 403, 'not twice');
  const other = await browser.newContext();
  const stranger = await other.newPage();
  assert.equal(await status(stranger, callback), 403, 'not elsewhere');
  assert.equal((await other.cookies()).length, 0);
  await other.close();
  await context.close();
});

test('nobody is sent to another site', async () => {
  for (const then of ['https://evil.example/', '//evil.example', '/\\evil.example']) {
    const page = await browser.newPage();
    await page.goto(`${kiln.origin}/sign-in?then=${encodeURIComponent(then)}`);
    await page.fill('input[name=login]', 'chen');
    await page.fill('input[name=password]', 'anything');
    await page.click('button[type=submit]');
    await page.waitForSelector('button[type=submit]');
    const returned = page.waitForResponse((it) => it.url().startsWith(`${kiln.origin}/sign-in/`));
    await page.click('button[type=submit]');
    const back = await returned;
    assert.equal(back.headers().location, '/', then);
    await page.close();
  }
});

test('a page of another site cannot use the session', async () => {
  const { context, page } = await signedInAs('chen');
  const [cookie] = (await context.cookies(kiln.origin)).filter((it) => it.name === 'kiln-session');
  const search = (headers) => fetch(`${kiln.origin}${EVENTS}/_search`, {
    method: 'POST',
    headers: {
      cookie: `${cookie.name}=${cookie.value}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
  });
  assert.equal((await search({ origin: kiln.origin })).status, 200);
  for (const origin of ['https://evil.example', 'null', `${kiln.origin}.evil.example`]) {
    assert.equal((await search({ origin })).status, 403, origin);
  }
  assert.equal((await search({})).status, 403, 'nor one that does not say where it is from');
  await page.goto(`${issuer.issuer}/nowhere`);
  const crossed = ({ url }) => fetch(url, { credentials: 'include' })
    .then((answer) => answer.text()).catch(() => 'refused');
  const url = `${kiln.origin}${EVENTS}`;
  assert.equal(await page.evaluate(crossed, { url }), 'refused');
  await context.close();
});
