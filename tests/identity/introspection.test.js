// Tokens that say nothing by themselves: Kiln asks the issuer, and a token that was revoked is one
// no longer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from 'openid-client';
import { OPAQUE, configOf, startIssuer } from './issuer.js';
import { ask, startKiln } from './kiln.js';

const EVENTS = '/fhir/r4/AuditEvent';
/** Kiln may believe an answer of the issuer for so long. */
const BELIEVED_MS = 1000;

let issuer;
let kiln;
let folder;

before(async () => {
  issuer = await startIssuer();
  folder = await mkdtemp(join(tmpdir(), 'kiln-secret-'));
  const secret = join(folder, 'secret');
  await writeFile(secret, 'a secret that only this test knows, 0123456789', { mode: 0o600 });
  kiln = await startKiln(`
[[identity.issuers]]
name = "clinic"
issuer = "${issuer.issuer}"
audience = ["${OPAQUE}"]
introspection_url = "${issuer.issuer}/token/introspection"
introspection_cache_seconds = ${BELIEVED_MS / 1000}
client_id = "kiln"
client_secret_file = "${secret}"
`);
});

after(async () => {
  await kiln?.stop();
  await issuer?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a token that is revoked is one no longer', async () => {
  const config = await configOf(issuer, 'reader');
  const asked = { scope: 'system/AuditEvent.rs', resource: OPAQUE };
  const { access_token: token } = await client.clientCredentialsGrant(config, asked);
  assert.ok(!token.includes('.'), 'it is opaque');
  assert.equal((await ask(kiln.origin, EVENTS, { token })).status, 200);
  await client.tokenRevocation(config, token);
  await new Promise((resolve) => setTimeout(resolve, BELIEVED_MS + 200));
  assert.equal((await ask(kiln.origin, EVENTS, { token })).status, 401);
  assert.equal((await ask(kiln.origin, EVENTS, { token: `${token}x` })).status, 401);
});
