// Tokens that must not be believed, against the running program: each differs from a good one in one
// thing alone. `crates/identity` has many more of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHmac } from 'node:crypto';
import { SignJWT, exportSPKI, generateKeyPair, importJWK } from 'jose';
import { AUDIENCE, startIssuer } from './issuer.js';
import { ask, settingsFor, startKiln } from './kiln.js';

const EVENTS = '/fhir/r4/AuditEvent';

let issuer;
let kiln;

before(async () => {
  issuer = await startIssuer();
  kiln = await startKiln(settingsFor(issuer.issuer));
});

after(async () => {
  await kiln?.stop();
  await issuer?.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const part = (value) => Buffer.from(
  typeof value === 'string' ? value : JSON.stringify(value),
).toString('base64url');

function claims(changes = {}) {
  return {
    iss: issuer.issuer, aud: AUDIENCE, sub: 'reader', client_id: 'reader', tenant: 'default',
    scope: 'system/AuditEvent.rs', iat: now(), exp: now() + 300, jti: 'one', ...changes,
  };
}

async function signed(changes = {}, header = {}, alg = 'RS256', key = undefined) {
  const own = await importJWK(issuer.signing[alg].privateKey, alg);
  return new SignJWT(claims(changes))
    .setProtectedHeader({ alg, kid: `${alg}-1`, typ: 'at+jwt', ...header })
    .sign(key ?? own, { crit: { 'urn:x': true } });
}

/** Signed rightly, whatever stands in the parts. */
async function signedText(header, payload) {
  const text = `${part(header)}.${part(payload)}`;
  const key = await importJWK(issuer.signing.RS256.privateKey, 'RS256', { extractable: true });
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key, Buffer.from(text));
  return `${text}.${Buffer.from(signature).toString('base64url')}`;
}

async function status(token) {
  return (await ask(kiln.origin, EVENTS, { token })).status;
}

test('good tokens are taken, so that the others can fail', async () => {
  assert.equal(await status(await signed()), 200);
  assert.equal(await status(await signed({}, {}, 'ES256')), 200);
  const header = { alg: 'RS256', kid: 'RS256-1', typ: 'at+jwt' };
  assert.equal(await status(await signedText(header, claims())), 200);
});

const absent = (name) => ({ [name]: undefined });

const WRONG_CLAIMS = {
  'no issuer': absent('iss'),
  'an issuer with a slash more': () => ({ iss: `${issuer.issuer}/` }),
  'another issuer': { iss: 'https://evil.example' },
  'issuers in an array': () => ({ iss: [issuer.issuer] }),
  'no audience': absent('aud'),
  'another audience': { aud: 'https://other.example/fhir' },
  'an audience with a slash more': { aud: `${AUDIENCE}/` },
  'an audience in an object': { aud: { 0: AUDIENCE } },
  'no expiry': absent('exp'),
  'an hour old': () => ({ exp: now() - 3600 }),
  'an expiry in words': { exp: 'tomorrow' },
  'an expiry that is negative': { exp: -1 },
  'not valid yet': () => ({ nbf: now() + 3600 }),
  'made tomorrow': () => ({ iat: now() + 86400 }),
  'no subject, no client': { sub: undefined, client_id: undefined },
  'a subject that is a number': { sub: 7 },
  'no tenant': absent('tenant'),
  'a tenant that is a path': { tenant: '../default' },
  'bound to a certificate': { cnf: { 'x5t#S256': 'A'.repeat(43) } },
  'bound to a key': { cnf: { jkt: 'A'.repeat(43) } },
};

for (const [name, changes] of Object.entries(WRONG_CLAIMS)) {
  test(`claims: ${name}`, async () => {
    const token = await signed(typeof changes === 'function' ? changes() : changes);
    assert.equal(await status(token), 401);
  });
}

const WRONG_HEADERS = {
  'a key that nobody has': { kid: 'nobody' },
  'the key of another algorithm': { kid: 'ES256-1' },
  'a header that must be understood': { crit: ['urn:x'], 'urn:x': 1 },
  'another type': { typ: 'logout+jwt' },
};

for (const [name, header] of Object.entries(WRONG_HEADERS)) {
  test(`header: ${name}`, async () => {
    assert.equal(await status(await signed({}, header)), 401);
  });
}

test('keys: the token brings its own', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const { exportJWK } = await import('jose');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'RS256-1' };
  const places = [{ jwk }, { jku: 'http://127.0.0.1:9/jwks' }, { x5u: 'http://127.0.0.1:9/x' }, {}];
  for (const place of places) {
    assert.equal(await status(await signed({}, place, 'RS256', privateKey)), 401);
  }
});

test('algorithms: none, in any case, and the public key as a secret', async () => {
  const body = part(claims());
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
    for (const signature of ['', 'AA']) {
      assert.equal(await status(`${part({ alg, typ: 'JWT' })}.${body}.${signature}`), 401);
    }
  }
  const spki = await exportSPKI(
    await importJWK(issuer.signing.RS256.publicKey, 'RS256', { extractable: true }),
  );
  for (const alg of ['HS256', 'HS384', 'HS512', 'RS256']) {
    const text = `${part({ alg, kid: 'RS256-1', typ: 'JWT' })}.${body}`;
    const mac = createHmac('sha256', spki).update(text).digest('base64url');
    assert.equal(await status(`${text}.${mac}`), 401);
  }
});

test('forms: cut, joined, changed, padded, too long', async () => {
  const good = await signed();
  const [header, payload, signature] = good.split('.');
  const zeros = Buffer.alloc(64).toString('base64url');
  const es = part({ alg: 'ES256', kid: 'ES256-1', typ: 'at+jwt' });
  const forms = [
    '', '.', '..', header, `${header}.${payload}`, `${header}.${payload}.`, `.${payload}.${signature}`,
    `${good}.${signature}`, `${good}=`, `${good}A`, good.slice(0, -4),
    `${header}.${part(claims({ scope: 'system/*.cruds' }))}.${signature}`,
    `${es}.${payload}.${zeros}`, `${header}..${signature}`, `x${good}`,
    await signed({ more: 'x'.repeat(20_000) }).catch(() => 'x'),
  ];
  for (const token of forms) {
    const got = await status(token);
    assert.ok([400, 401, 431].includes(got), `${token.slice(0, 30)}… (${token.length}): ${got}`);
  }
});

test('JSON: members twice, nested too deep, not an object', async () => {
  const header = { alg: 'RS256', kid: 'RS256-1', typ: 'at+jwt' };
  const text = JSON.stringify(claims());
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
  for (const payload of [
    text.replace('{', '{"scope":"system/AuditEvent.rs",'),
    text.replace('{', `{"deep":${deep},`),
    `[${text}]`, '"text"', 'null', `${text}x`, '',
  ]) {
    assert.equal(await status(await signedText(header, payload)), 401, payload.slice(0, 20));
  }
  const twice = '{"alg":"none","alg":"RS256","kid":"RS256-1"}';
  assert.equal(await status(await signedText(twice, text)), 401);
});

test('places: in the URL, twice, by another scheme', async () => {
  const token = await signed();
  const inUrl = await ask(kiln.origin, `${EVENTS}?access_token=${token}`);
  assert.ok([400, 401].includes(inUrl.status));
  for (const authorization of [`Basic ${token}`, token, `bearer2 ${token}`, `Bearer ${token}, Bearer x`]) {
    const answer = await ask(kiln.origin, EVENTS, { headers: { authorization } });
    assert.ok([400, 401].includes(answer.status), authorization.slice(0, 10));
  }
});
