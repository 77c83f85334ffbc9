// SMART Backend Services: real clients with `private_key_jwt` get real tokens, and may do with them
// what their scopes say.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPAQUE, startIssuer, tokenOf } from './issuer.js';
import { ask, event, settingsFor, startKiln } from './kiln.js';

let issuer;
let kiln;

before(async () => {
  issuer = await startIssuer();
  const rest = '[[tenants]]\nname = "ward-7"\n';
  kiln = await startKiln(settingsFor(issuer.issuer, { rest }));
});

after(async () => {
  await kiln?.stop();
  await issuer?.stop();
});

const token = (id, scope, options) => tokenOf(issuer, id, scope, options);

const EVENTS = '/fhir/r4/AuditEvent';

test('nobody gets in without a token', async () => {
  const answer = await ask(kiln.origin, EVENTS);
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer\b/);
  const health = await ask(kiln.origin, '/health/live');
  assert.equal(health.status, 200);
  assert.deepEqual(await health.json(), { status: 'live' });
});

for (const alg of ['RS384', 'ES384']) {
  test(`a sender that signs with ${alg} may write, and see nothing`, async () => {
    const sender = await token('sender', 'system/AuditEvent.c', { alg });
    const created = await ask(kiln.origin, EVENTS, {
      token: sender,
      method: 'POST',
      body: event('a'),
      headers: { prefer: 'return=representation' },
    });
    assert.equal(created.status, 201);
    const location = created.headers.get('location');
    assert.ok(location);
    const text = await created.text();
    assert.ok(!text.includes('Patient/a'), 'what was written does not come back');
    const existing = await ask('', location.replace(/\/_history\/.*/, ''), { token: sender });
    const unknown = await ask(kiln.origin, `${EVENTS}/00000000-0000-7000-8000-000000000000`, {
      token: sender,
    });
    assert.equal(existing.status, 403);
    assert.equal(unknown.status, 403);
    assert.equal(await existing.text(), await unknown.text());
    const conditional = await ask(kiln.origin, EVENTS, {
      token: sender,
      method: 'POST',
      body: event('a'),
      headers: { 'if-none-exist': 'patient=Patient/a' },
    });
    assert.equal(conditional.status, 403);
  });
}

for (const scope of ['system/AuditEvent.rs', 'system/AuditEvent.read', 'system/*.read']) {
  test(`a reader with ${scope} finds, and may not write`, async () => {
    const reader = await token('reader', scope);
    const found = await ask(kiln.origin, `${EVENTS}?patient=Patient/a`, { token: reader });
    assert.equal(found.status, 200);
    assert.ok((await found.json()).entry.length > 0);
    const created = await ask(kiln.origin, EVENTS, {
      token: reader, method: 'POST', body: event('a'),
    });
    assert.equal(created.status, 403);
  });
}

test('u and d are never granted', async () => {
  const all = await token('reader', 'system/AuditEvent.cruds');
  const created = await ask(kiln.origin, EVENTS, { token: all, method: 'POST', body: event('a') });
  const { id } = await created.json();
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const body = method === 'DELETE' ? undefined : event('a');
    const answer = await ask(kiln.origin, `${EVENTS}/${id}`, { token: all, method, body });
    assert.equal(answer.status, 405);
  }
});

test('a scope for another type opens nothing', async () => {
  const other = await token('reader', 'system/Patient.rs');
  assert.equal((await ask(kiln.origin, EVENTS, { token: other })).status, 403);
});

test('a granular scope is enforced', async () => {
  const all = await token('reader', 'system/AuditEvent.cruds');
  const body = { ...event('granular'), action: 'U' };
  const created = await ask(kiln.origin, EVENTS, { token: all, method: 'POST', body });
  const { id } = await created.json();
  const some = await token('reader', 'system/AuditEvent.rs?action=R');
  assert.equal((await ask(kiln.origin, `${EVENTS}/${id}`, { token: some })).status, 404);
  const found = await ask(kiln.origin, `${EVENTS}?patient=Patient/granular`, { token: some });
  assert.equal((await found.json()).entry ?? undefined, undefined);
});

test('a token of another tenant sees another log', async () => {
  const ward = await token('other-tenant', 'system/AuditEvent.cruds');
  assert.equal((await ask(kiln.origin, EVENTS, { token: ward })).status, 404);
  const found = await ask(kiln.origin, `/t/ward-7${EVENTS}`, { token: ward });
  assert.equal(found.status, 200);
  assert.equal((await found.json()).entry ?? undefined, undefined);
  const reader = await token('reader', 'system/AuditEvent.rs');
  assert.equal((await ask(kiln.origin, `/t/ward-7${EVENTS}`, { token: reader })).status, 404);
});

test('an opaque token is no token for an issuer whose tokens are JWTs', async () => {
  const opaque = await token('reader', 'system/AuditEvent.rs', { resource: OPAQUE });
  assert.equal((await ask(kiln.origin, EVENTS, { token: opaque })).status, 401);
});

test('where to get a token is told to everybody', async () => {
  for (const release of ['dstu2', 'stu3', 'r4', 'r4b', 'r5', 'r6']) {
    const base = `/fhir/${release}`;
    const smart = await ask(kiln.origin, `${base}/.well-known/smart-configuration`);
    assert.equal(smart.status, 200);
    const told = await smart.json();
    assert.equal(told.token_endpoint, `${issuer.issuer}/token`);
    assert.ok(told.capabilities.includes('permission-v2'));
    const metadata = await (await ask(kiln.origin, `${base}/metadata`)).json();
    const { security } = metadata.rest[0];
    assert.ok(JSON.stringify(security).includes(`${issuer.issuer}/token`), release);
  }
});
