// A stranger's client, unmodified, against the real binary (KILN_BIN).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { Client } from 'fhir-kit-client';

const STARTED_WITHIN_MS = 60_000;
const fixtures = new URL('../../fixtures/', import.meta.url);

let server;
let folder;
let origin;

before(async () => {
  assert.ok(process.env.KILN_BIN, 'KILN_BIN names the program; `cargo xtask ci` sets it');
  folder = await mkdtemp(join(tmpdir(), 'kiln-client-'));
  const settings = ['serve', '--listen', '127.0.0.1:0', '--data', folder];
  server = spawn(process.env.KILN_BIN, settings, { stdio: ['ignore', 'pipe', 'inherit'] });
  origin = await listeningOn(server);
});

after(async () => {
  if (server) {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    const [code] = await ended;
    assert.equal(code, 0, 'Kiln stops cleanly when it is told to');
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

function listeningOn(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('Kiln did not start')), STARTED_WITHIN_MS);
    child.on('exit', (code) => reject(new Error(`Kiln ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /listening on (http:\/\/\S+)/.exec(line);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]);
    });
  });
}

async function fixture(name, changes = {}) {
  const event = JSON.parse(await readFile(new URL(`${name}.json`, fixtures), 'utf8'));
  return { ...event, ...changes };
}

async function create(client, body) {
  return client.create({ resourceType: 'AuditEvent', body });
}

function ids(bundle) {
  const entries = bundle.entry ?? [];
  return entries.filter((e) => e.search.mode === 'match').map((e) => e.resource.id);
}

test('reads what the server can do', async () => {
  for (const [release, version] of [['r4', '4.0.1'], ['r5', '5.0.0']]) {
    const statement = await new Client({ baseUrl: `${origin}/fhir/${release}` })
      .capabilityStatement();
    assert.equal(statement.resourceType, 'CapabilityStatement');
    assert.equal(statement.fhirVersion, version);
  }
});

test('creates, reads, vreads and asks for the history', async () => {
  const client = new Client({ baseUrl: `${origin}/fhir/r4` });
  const sent = await fixture('r4');
  const created = await create(client, sent);
  const { response } = Client.httpFor(created);
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('etag'), 'W/"1"');

  const read = await client.read({ resourceType: 'AuditEvent', id: created.id });
  const { id, meta, ...rest } = read;
  const { versionId, lastUpdated, ...metaSent } = meta;
  assert.equal(id, created.id);
  assert.equal(versionId, '1');
  assert.ok(lastUpdated);
  assert.deepEqual({ meta: metaSent, ...rest }, sent);

  const version = await client.vread({ resourceType: 'AuditEvent', id, version: '1' });
  assert.deepEqual(version, read);
  const history = await client.history({ resourceType: 'AuditEvent', id });
  assert.equal(history.type, 'history');
  assert.equal(history.total, 1);
  const resolved = await client.resolve({ reference: `AuditEvent/${id}` });
  assert.equal(resolved.id, id);
});

test('searches by GET and by POST', async () => {
  const client = new Client({ baseUrl: `${origin}/fhir/r5` });
  const created = await create(client, await fixture('r5', { recorded: '2020-02-02T02:02:02Z' }));
  const searchParams = { patient: 'Patient/p1', code: 'vread', date: ['ge2020', 'lt2021'] };
  const got = await client.search({ resourceType: 'AuditEvent', searchParams });
  assert.deepEqual(ids(got), [created.id]);
  assert.equal(got.total, 1);
  const options = { postSearch: true };
  const posted = await client.search({ resourceType: 'AuditEvent', searchParams, options });
  assert.deepEqual(ids(posted), [created.id]);
});

test('pages through everything by the next links', async () => {
  const client = new Client({ baseUrl: `${origin}/fhir/r4` });
  const expected = [];
  for (let day = 1; day <= 25; day += 1) {
    const recorded = `2019-03-${String(day).padStart(2, '0')}T00:00:00Z`;
    expected.unshift((await create(client, await fixture('r4', { recorded }))).id);
  }
  const searchParams = { date: '2019-03', _count: 4 };
  let page = await client.search({ resourceType: 'AuditEvent', searchParams });
  const found = [];
  let pages = 0;
  while (page) {
    found.push(...ids(page));
    pages += 1;
    page = await client.nextPage({ bundle: page });
  }
  assert.deepEqual(found, expected);
  assert.equal(pages, 7);
});

test('sends a batch and a transaction', async () => {
  const client = new Client({ baseUrl: `${origin}/fhir/r4` });
  const request = { method: 'POST', url: 'AuditEvent' };
  for (const type of ['batch', 'transaction']) {
    const resource = await fixture('r4-minimal');
    const body = { resourceType: 'Bundle', type, entry: [{ resource, request }] };
    const answer = await client[type]({ body });
    assert.equal(answer.type, `${type}-response`);
    assert.match(answer.entry[0].response.status, /^201/);
  }
});

test('is told why what it may not do is refused', async () => {
  const client = new Client({ baseUrl: `${origin}/fhir/r4` });
  const body = await fixture('r4');
  const { id } = await create(client, body);
  await assert.rejects(
    client.update({ resourceType: 'AuditEvent', id, body: { ...body, id } }),
    (error) => refusedAs(error, 405),
  );
  await assert.rejects(
    client.delete({ resourceType: 'AuditEvent', id }),
    (error) => refusedAs(error, 405),
  );
  await assert.rejects(
    create(client, { ...body, agent: [{ name: 'x' }] }),
    (error) => refusedAs(error, 400),
  );
});

function refusedAs(error, status) {
  assert.equal(error.response.status, status);
  assert.equal(error.response.data.resourceType, 'OperationOutcome');
  return true;
}
