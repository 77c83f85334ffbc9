// The calls, against Kiln: what they give, and what they say is wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Kiln, type AuditEvent, type AuditEvents, type Filters } from 'kiln-audit';
import { numbered, range, refused } from './events.js';
import { Server } from './server.js';

let server: Server;
let auditEvents: AuditEvents;

before(async () => {
  server = await Server.start();
  ({ auditEvents } = new Kiln({ baseUrl: server.baseUrl }));
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

function who(events: readonly AuditEvent[] | undefined): (string | undefined)[] | undefined {
  return events?.map(({ agent }) => agent[0]?.who);
}

test('createMany stores all in order, or none and says which', async () => {
  const events = range(3).map((number) => numbered('many', number));
  const { data } = await auditEvents.createMany(events);
  assert.deepEqual(who(data), ['many-0', 'many-1', 'many-2']);

  const { error } = await auditEvents.createMany([numbered('none', 0), refused('none', 1)]);
  assert.deepEqual([error?.status, error?.issues[0]?.path], [400, '[1].agent']);
  assert.deepEqual((await auditEvents.search({ agent: 'none-0' })).data, []);
});

test('an error says what is wrong and where', async () => {
  const { data, error } = await auditEvents.create(refused('wrong', 1));
  assert.equal(data, undefined);
  assert.equal(error.status, 400);
  assert.equal(error.code, 'required');
  assert.equal(error.issues[0]?.path, 'agent');
  assert.equal(error.retryable, false);
  assert.ok(error.message.length > 0 && error.requestId !== undefined);
});

test('one key stores once, and holds to its content', async () => {
  const options = { idempotencyKey: 'once' };
  const first = await auditEvents.create(numbered('once', 1), options);
  const again = await auditEvents.create(numbered('once', 1), options);
  assert.ok(first.data !== undefined);
  assert.deepEqual(again.data, first.data);
  const other = await auditEvents.create(numbered('once', 2), options);
  assert.deepEqual([other.error?.status, other.error?.code], [422, 'duplicate']);
});

test('get gives an event, or says that there is none', async () => {
  const { data: created } = await auditEvents.create(numbered('get', 1));
  assert.ok(created !== undefined);
  assert.deepEqual((await auditEvents.get(created.id)).data, created);
  for (const id of ['01890a5d-ac96-774b-bcce-b302099a8057', 'a/b', '..', '']) {
    const { error } = await auditEvents.get(id);
    assert.ok(error !== undefined, id);
  }
  const { error } = await auditEvents.get('01890a5d-ac96-774b-bcce-b302099a8057');
  assert.deepEqual([error?.status, error?.code], [404, 'not-found']);
});

test('every filter finds, and only what it names', async () => {
  const { data: created } = await auditEvents.create({
    type: 'filter-type',
    subtype: ['filter-subtype'],
    action: 'D',
    recorded: '2019-03-31T23:30:00Z',
    outcome: '12',
    outcomeDesc: 'Kaputtgegangen',
    agent: [{ who: 'filter-agent' }],
    source: { observer: 'filters' },
    entity: [{ what: 'Patient/filter-patient' }, { what: 'filter-entity' }],
  });
  assert.ok(created !== undefined);
  const filters: Filters[] = [
    { type: 'filter-type' },
    { subtype: 'filter-subtype' },
    { action: 'D' },
    { outcome: '12' },
    { dateFrom: '2019', dateTo: '2019' },
    { dateFrom: '2019-04-01', dateTo: '2019-04-01', timeZone: 'Europe/Zurich' },
    { dateFrom: '2019-03-31T23:30:00Z', dateTo: '2019-03-31T23:30:00Z' },
    { patient: 'filter-patient' },
    { agent: 'filter-agent' },
    { entity: 'filter-entity' },
    { text: 'kaputt' },
  ];
  for (const filter of filters) {
    const { data } = await auditEvents.search(filter);
    assert.deepEqual(data, [created], JSON.stringify(filter));
  }
  const { error } = await auditEvents.search({ timeZone: 'Nowhere' });
  assert.equal(error?.status, 400);
});

test('pages follow one another to the end', async () => {
  const events = range(7).map((number) => numbered('pages', number));
  await auditEvents.createMany(events);
  const filters = { text: 'nothing', dateFrom: '2025-01-01', dateTo: '2025-01-01' };
  assert.deepEqual((await auditEvents.search(filters)).data, []);

  const page = { entity: 'Patient/p1', limit: 3, subtype: 'read' };
  const first = await auditEvents.search(page);
  assert.equal(first.data?.length, 3);
  assert.equal(typeof first.paging?.next, 'string');
  const second = await auditEvents.search({ ...page, cursor: first.paging?.next });
  const all: AuditEvent[] = [];
  for await (const event of auditEvents.searchAll(page)) all.push(event);
  assert.deepEqual(all.slice(0, 6), [...first.data, ...(second.data ?? [])]);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  assert.ok(all.length >= 7);
  const times = all.map(({ recorded }) => Date.parse(recorded));
  assert.deepEqual(times, [...times].sort((a, b) => b - a), 'newest first');
  for await (const event of auditEvents.searchAll({ ...page, cursor: first.paging?.next })) {
    assert.deepEqual(event, all[3]);
    break;
  }
});

test('there is nothing to change or delete an event with', async () => {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(auditEvents)).sort();
  const offered = ['constructor', 'create', 'createMany', 'get', 'search', 'searchAll', 'sender'];
  assert.deepEqual(names, offered);
  const { data } = await auditEvents.create(numbered('frozen', 1));
  const url = `${server.baseUrl}/api/audit-events/${data?.id ?? ''}`;
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    assert.equal((await fetch(url, { method })).status, 405, method);
  }
});
