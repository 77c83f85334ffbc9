// The real program (KILN_BIN) with a settings file, and what asks it for things.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AUDIENCE } from './issuer.js';

const STARTED_WITHIN_MS = 60_000;

/** Settings that trust the issuer; `more` is added to its section, `rest` at the end. */
export function settingsFor(issuer, { more = '', rest = '', before = '' } = {}) {
  return `
${before}
[[identity.issuers]]
name = "clinic"
issuer = "${issuer}"
audience = ["${AUDIENCE}"]
jwks_url = "${issuer}/jwks"
authorize_url = "${issuer}/auth"
token_url = "${issuer}/token"
algorithms = ["RS256", "ES256"]
tenant_claim = "tenant"
roles_claim = "roles"
roles = { "audit-office" = "auditor" }
${more}
${rest}
`;
}

/** Starts Kiln; `port` 0 takes a free one. */
export async function startKiln(settings, { port = 0, args = [] } = {}) {
  assert.ok(process.env.KILN_BIN, 'KILN_BIN names the program; `cargo xtask ci` sets it');
  const folder = await mkdtemp(join(tmpdir(), 'kiln-identity-'));
  const file = join(folder, 'kiln.toml');
  await writeFile(file, settings, { mode: 0o600 });
  const data = join(folder, 'data');
  const given = ['--settings', file, '--data', data];
  const child = spawn(
    process.env.KILN_BIN,
    ['serve', ...given, '--listen', `127.0.0.1:${port}`, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const origin = await listeningOn(child);
  return {
    origin,
    data,
    run: (...command) => spawnSync(process.env.KILN_BIN, [...command, ...given], { encoding: 'utf8' }),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await ended;
      await rm(folder, { recursive: true, force: true });
      assert.equal(code, 0, 'Kiln stops cleanly when it is told to');
    },
  };
}

function listeningOn(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('Kiln did not start')), STARTED_WITHIN_MS);
    child.on('exit', (code) => reject(new Error(`Kiln ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /listening on (https?:\/\/\S+)/.exec(line);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]);
    });
  });
}

/** A request with this token, if any. */
export function ask(origin, path, { token, method = 'GET', body, headers = {} } = {}) {
  return fetch(origin + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'manual',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
      ...headers,
    },
  });
}

/** An event that names these patients. */
export function event(...patients) {
  return {
    resourceType: 'AuditEvent',
    type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110110' },
    action: 'R',
    recorded: new Date().toISOString(),
    outcome: '0',
    agent: [{ name: 'somebody', requestor: true }],
    source: { observer: { display: 'ward' } },
    entity: patients.map((id) => ({ what: { reference: `Patient/${id}` } })),
  };
}
