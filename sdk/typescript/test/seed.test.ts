// The page's seven calls, from each place that the SDK runs in, and what FHIR says of the events.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Kiln } from 'kiln-audit';
import { inChromium } from './chromium.js';
import { at, fhir, found, parameterNames, parametersOf, schemaErrors } from './fhir.js';
import { isObject } from './json.js';
import { seed, type Seeded } from './seed.js';
import { Server } from './server.js';

const root = new URL('../../', import.meta.url);

test('the seven calls in Node, as an ECMAScript module', async () => {
  await holds(seed);
});

test('the seven calls in Node, as CommonJS', async () => {
  const module: unknown = createRequire(import.meta.url)('../build/seed.cjs');
  assert.ok(isObject(module) && typeof module['seed'] === 'function');
  await holds(module['seed'] as typeof seed);
});

test('the seven calls in a Chromium page of the same origin', async () => {
  await holds(inChromium);
});

test('the seven calls in Deno', async () => {
  await holds(inDeno);
});

async function inDeno(baseUrl: string): Promise<Seeded> {
  const program = createRequire(import.meta.url).resolve('deno/bin.cjs');
  const page = new URL('build/test/seed.js', root).href;
  const script =
    `import { seed } from '${page}';` +
    `console.log(JSON.stringify(await seed('${baseUrl}')));`;
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1' };
  const options = { cwd: fileURLToPath(root), env };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, 'eval', '--no-lock', script],
    options,
  );
  return JSON.parse(stdout) as Seeded;
}

/** Runs the page on a server of its own. */
async function holds(run: (baseUrl: string) => Promise<Seeded>): Promise<void> {
  await using server = await Server.start();
  const { sent, created, found: searched } = await run(server.baseUrl);
  assert.equal(sent.length, 4);
  const ids = created.map((event) => event?.id);
  assert.equal(new Set(ids).size, 4);

  for (const [position, event] of created.entries()) {
    assert.ok(event !== undefined, `event ${String(position)} was created`);
    const { id, received, ...rest } = event;
    assert.deepEqual(rest, sent[position], 'it reads as it was sent');
    assert.ok(Math.abs(Date.parse(received) - Date.now()) < 3_600_000);
    const { data } = await new Kiln(server).auditEvents.get(id);
    assert.deepEqual(data, event);
    await isTrueFhir(server.baseUrl, id);
  }

  const [access, login, denied, exported] = ids;
  const idsOf = (name: keyof typeof searched): unknown[] => at(searched[name], 'id');
  assert.deepEqual(idsOf('action'), [exported, denied, access], 'newest first');
  assert.deepEqual(idsOf('failures'), [denied]);
  assert.deepEqual(idsOf('recent'), [login]);
  await knowsAllParameters(server.baseUrl, created.map((event) => event?.id ?? ''));
}

/** Valid R4, and found by every search parameter that it has a value for. */
async function isTrueFhir(baseUrl: string, id: string): Promise<void> {
  const event = await fhir(baseUrl, `AuditEvent/${id}`);
  assert.deepEqual(schemaErrors(event), []);
  for (const parameter of parametersOf(event)) {
    assert.ok((await found(baseUrl, parameter)).includes(id), parameter.join('='));
  }
}

/** That the list of parameters misses none of the server's, and that most were searched by. */
async function knowsAllParameters(baseUrl: string, ids: readonly string[]): Promise<void> {
  const statement = await fhir(baseUrl, 'metadata');
  const offered = at(statement, 'rest.resource.searchParam.name').map(String);
  const ours = parameterNames();
  assert.deepEqual(offered.filter((name) => !name.startsWith('_') && !ours.has(name)), []);

  const searched = new Set<string>();
  for (const id of ids) {
    for (const [name] of parametersOf(await fhir(baseUrl, `AuditEvent/${id}`))) searched.add(name);
  }
  // What the plain shape of the page's events has a place for.
  const expected = [
    'action', 'address', 'agent:identifier', 'agent-name', 'date', 'entity', 'entity-name',
    'entity-role', 'entity-type', 'outcome', 'patient', 'site', 'subtype', 'type',
  ];
  assert.deepEqual(expected.filter((name) => !searched.has(name)), []);
}
