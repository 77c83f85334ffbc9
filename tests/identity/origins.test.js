// Kiln in its open mode, and pages of others in a browser on the same machine: from another origin,
// and under a name that was rebound to this machine. None of them stores or reads anything.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { startBrowser } from './browser.js';
import { ask, event, startKiln } from './kiln.js';

const EVENTS = '/fhir/r4/AuditEvent';
const SECRET = 'a-patient-nobody-may-read';

let browser;

before(async () => {
  browser = await startBrowser('--host-resolver-rules=MAP rebound.example 127.0.0.1');
});

after(async () => browser?.close());

/** A page of somebody else, which has no Content-Security-Policy. */
async function startAttacker() {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>attack</title><iframe name="sink"></iframe>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return { port: server.address().port, stop };
}

/** Every way in which a page can send something; tells what it could read. */
function attack({ origin, body }) {
  const url = `${origin}/fhir/r4/AuditEvent`;
  const read = async (answer) => (await answer).text().catch((error) => `failed: ${error}`);
  const attempt = (init, at = url) => read(fetch(at, init)).catch((error) => `failed: ${error}`);
  const form = (enctype) => {
    const element = document.createElement('form');
    Object.assign(element, { action: url, method: 'post', enctype, target: 'sink' });
    const input = document.createElement('input');
    input.name = body.slice(0, -1) + ',"x":"';
    input.value = '"}';
    element.append(input);
    document.body.append(element);
    element.submit();
  };
  for (const enctype of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) {
    form(enctype);
  }
  for (const tag of ['img', 'script', 'iframe', 'embed']) {
    const element = document.createElement(tag);
    element.src = url;
    document.body.append(element);
  }
  navigator.sendBeacon(url, new Blob([body], { type: 'text/plain' }));
  const json = { 'content-type': 'application/fhir+json' };
  return Promise.all([
    attempt({}),
    attempt({ mode: 'no-cors' }),
    attempt({ mode: 'cors', credentials: 'include' }),
    attempt({ method: 'POST', mode: 'no-cors', body }),
    attempt({ method: 'POST', body, headers: { 'content-type': 'text/plain' } }),
    attempt({ method: 'POST', body, headers: json }),
    attempt({ method: 'POST', body, headers: json, mode: 'same-origin' }),
    attempt({ method: 'POST', body, headers: json, keepalive: true }),
    attempt({ method: 'POST', body, headers: json }, `${origin}/api/audit-events`),
    attempt({}, `${origin}/metrics`),
    attempt({}, `${origin}/log/checkpoint`),
  ]);
}

async function nothingHappened(kiln, read) {
  // What was sent without waiting for an answer arrives, too.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const found = await (await ask(kiln.origin, `${EVENTS}?_summary=count`)).json();
  assert.equal(found.total, 1, 'only our own event is stored');
  for (const text of read) {
    assert.ok(!text.includes(SECRET), 'nothing is read');
    assert.ok(!text.includes('AuditEvent"'), 'nothing is read');
    assert.ok(!text.includes('kiln_'), 'no metrics are read');
  }
}

const BODY = JSON.stringify(event('attacker'));

async function storeOurs(kiln) {
  const created = await ask(kiln.origin, EVENTS, { method: 'POST', body: event(SECRET) });
  assert.equal(created.status, 201);
}

test('a page of another origin stores nothing and reads nothing', async () => {
  const attacker = await startAttacker();
  const kiln = await startKiln('');
  await storeOurs(kiln);
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${attacker.port}/`);
  for (const host of ['127.0.0.1', 'localhost']) {
    const origin = `http://${host}:${new URL(kiln.origin).port}`;
    await nothingHappened(kiln, await page.evaluate(attack, { origin, body: BODY }));
  }
  await page.close();
  await attacker.stop();
  await kiln.stop();
});

test('a page whose name was rebound to this machine stores nothing and reads nothing', async () => {
  const attacker = await startAttacker();
  const page = await browser.newPage();
  const origin = `http://rebound.example:${attacker.port}`;
  await page.goto(`${origin}/`);
  await attacker.stop();
  // The same name and port are Kiln's now: to the browser it is the page's own origin.
  const kiln = await startKiln('', { port: attacker.port });
  await storeOurs(kiln);
  await nothingHappened(kiln, await page.evaluate(attack, { origin, body: BODY }));
  await page.close();
  await kiln.stop();
});

test('so that these can fail: the same page under the right name would be served', async () => {
  const attacker = await startAttacker();
  const page = await browser.newPage();
  const origin = `http://127.0.0.1:${attacker.port}`;
  await page.goto(`${origin}/`);
  await attacker.stop();
  const kiln = await startKiln('', { port: attacker.port });
  await storeOurs(kiln);
  const read = await page.evaluate(attack, { origin, body: BODY });
  assert.ok(read.some((text) => text.includes(SECRET)), 'a page of our own origin reads');
  await page.close();
  await kiln.stop();
});
