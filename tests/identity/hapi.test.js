// HAPI FHIR's client, unmodified, with the tokens of a real issuer.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startIssuer, tokenOf } from './issuer.js';
import { settingsFor, startKiln } from './kiln.js';

const here = (name) => new URL(name, import.meta.url).pathname;
const missing = ['java', 'javac', 'mvn'].filter((it) => spawnSync(it, ['-version']).error);

function run(program, args, env = {}) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.equal(status, 0, `${program}: ${stderr}`);
}

test('HAPI', { skip: missing.length > 0 && `SKIPPED: no ${missing[0]} here` }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kiln-hapi-'));
  const file = join(folder, 'class-path');
  const pom = here('../clients/hapi-releases/pom.xml');
  run('mvn', ['-q', '-B', '-f', pom, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`]);
  const CLASSPATH = `${folder}:${await readFile(file, 'utf8')}`;
  run('javac', ['-nowarn', '-d', folder, here('./Bearer.java')], { CLASSPATH });
  const issuer = await startIssuer();
  const kiln = await startKiln(settingsFor(issuer.issuer));
  const tokens = [
    await tokenOf(issuer, 'sender', 'system/AuditEvent.c'),
    await tokenOf(issuer, 'reader', 'system/AuditEvent.rs'),
  ];
  const client = spawn('java', ['Bearer', `${kiln.origin}/fhir/r4`, ...tokens], {
    env: { ...process.env, CLASSPATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [client.stdout, client.stderr]) stream.on('data', (text) => { told += text; });
  const [code] = await once(client, 'exit');
  assert.equal(code, 0, told);
  assert.match(told, /as expected/);
  await kiln.stop();
  await issuer.stop();
  await rm(folder, { recursive: true, force: true });
});
