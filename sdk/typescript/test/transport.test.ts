// What becomes of calls when the network or what is between misbehaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kiln, KilnSearchError, type KilnOptions, type Retry } from 'kiln-audit';
import { numbered } from './events.js';
import { answers, breaksOff, Faulty, hangsUp, saysNothing, type Fault } from './faulty.js';

const event = numbered('transport', 1);
const stored = { id: 'e1', received: '2025-01-01T00:00:00Z', ...event };
const created = answers(201, { data: stored });
const quick = { backoffMs: 1, maxBackoffMs: 2 };

function client(faulty: Faulty, options: Partial<KilnOptions> = {}): Kiln {
  return new Kiln({ baseUrl: faulty.baseUrl, ...quick, ...options });
}

function busy(status: number): Fault {
  const issues = [{ code: 'transient', message: 'b' }];
  const error = { code: 'transient', message: 'busy', issues };
  return answers(status, { error }, { 'x-request-id': 'r-1' });
}

test('a create is tried again under one key until it is answered', async () => {
  const failures = [hangsUp, breaksOff, ...[408, 429, 500, 502, 503, 504, 507].map(busy)];
  await using faulty = await Faulty.start(...failures, created);
  const retries: Retry[] = [];
  const onRetry = (retry: Retry): void => void retries.push(retry);
  const { data } = await client(faulty).auditEvents.create(event, { maxAttempts: 10, onRetry });
  assert.deepEqual(data, stored);
  const keys = faulty.headers('idempotency-key');
  assert.equal(keys.length, 10);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f-]{32,36}$/);
  assert.equal(new Set(faulty.seen.map(({ body }) => body)).size, 1);
  assert.deepEqual(retries.map(({ attempts }) => attempts), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const statuses = retries.map(({ error }) => error.status);
  assert.deepEqual(statuses.slice(0, 3), [undefined, undefined, 408]);
});

test('each create has another key, and takes yours', async () => {
  await using faulty = await Faulty.start(created);
  const { auditEvents } = client(faulty);
  await auditEvents.create(event);
  await auditEvents.create(event);
  await auditEvents.create(event, { idempotencyKey: 'mine' });
  const [first, second, third] = faulty.headers('idempotency-key');
  assert.notEqual(first, second);
  assert.equal(third, 'mine');
});

test('tries end: the last error comes back with the key to go on under', async () => {
  await using faulty = await Faulty.start(busy(503));
  const { data, error } = await client(faulty, { maxAttempts: 3 }).auditEvents.create(event);
  assert.equal(data, undefined);
  assert.equal(faulty.seen.length, 3);
  assert.deepEqual(error, {
    code: 'transient',
    message: 'busy',
    issues: [{ code: 'transient', message: 'b' }],
    status: 503,
    requestId: 'r-1',
    retryable: true,
    idempotencyKey: faulty.headers('idempotency-key')[0],
  });
});

test('what another try does not change is not tried again', async () => {
  await using faulty = await Faulty.start(...[400, 401, 403, 404, 413, 422].map(busy));
  for (const status of [400, 401, 403, 404, 413, 422]) {
    const { error } = await client(faulty, { token: 't' }).auditEvents.get('x');
    assert.deepEqual([error?.status, error?.retryable], [status, false]);
  }
  assert.equal(faulty.seen.length, 6);
});

test('a page of something else is no answer of Kiln', async () => {
  await using faulty = await Faulty.start(answers(403, '<html>'), answers(200, '<html>'), created);
  const { auditEvents } = client(faulty);
  const refused = (await auditEvents.get('x')).error;
  assert.deepEqual([refused?.code, refused?.status, refused?.issues], ['unexpected', 403, []]);
  assert.equal((await auditEvents.create(event)).data?.id, 'e1', 'the second try had an answer');
});

test('redirects are not followed', async () => {
  await using faulty = await Faulty.start(answers(302, '', { location: '/elsewhere' }), created);
  const { error } = await client(faulty).auditEvents.create(event);
  assert.deepEqual([error?.code, error?.status], ['unexpected', 302]);
});

test('nobody there is an error, not an exception', async () => {
  const faulty = await Faulty.start(created);
  await faulty[Symbol.asyncDispose]();
  const { error } = await client(faulty, { maxAttempts: 2 }).auditEvents.search();
  assert.equal(error?.code, 'unreachable');
  assert.equal(error.status, undefined);
  assert.match(error.message, /ECONNREFUSED/);
  assert.ok(error.retryable);
});

test('a try ends at its timeout, and another is made', async () => {
  await using faulty = await Faulty.start(saysNothing, created);
  const retries: Retry[] = [];
  const onRetry = (retry: Retry): void => void retries.push(retry);
  const { data } = await client(faulty, { timeoutMs: 200 }).auditEvents.create(event, { onRetry });
  assert.equal(data?.id, 'e1');
  assert.equal(retries[0]?.error.code, 'timeout');
});

test('all tries end at the deadline', async () => {
  await using faulty = await Faulty.start(saysNothing);
  const { error } = await client(faulty, { deadlineMs: 150 }).auditEvents.create(event);
  assert.equal(error?.code, 'timeout');
  assert.ok(faulty.seen.length <= 1);
});

test('a pause that would end after the deadline is not begun', async () => {
  const later = answers(503, {}, { 'retry-after': '3600' });
  await using faulty = await Faulty.start(later);
  const { error } = await client(faulty).auditEvents.create(event, { maxRetryAfterMs: Infinity });
  assert.equal(error?.status, 503);
  assert.equal(faulty.seen.length, 1);
});

test('Retry-After is honoured up to its limit', async () => {
  const soon = answers(503, {}, { 'retry-after': '1' });
  const late = answers(503, {}, { 'retry-after': new Date(Date.now() + 3.6e6).toUTCString() });
  await using faulty = await Faulty.start(soon, late, created);
  const waits: number[] = [];
  const onRetry = ({ waitMs }: Retry): void => void waits.push(waitMs);
  await client(faulty).auditEvents.create(event, { maxRetryAfterMs: 300, onRetry });
  assert.equal(waits.length, 2);
  for (const wait of waits) assert.ok(wait >= 300 && wait <= 302, String(wait));
});

test('a signal ends a call: before it, in a try, and in a pause', async () => {
  const arrived = new AbortController();
  const arrives = (): void => {
    arrived.abort();
  };
  await using faulty = await Faulty.start(arrives, answers(503, {}, { 'retry-after': '20' }));
  const { auditEvents } = client(faulty);
  const before = await auditEvents.search({}, { signal: AbortSignal.abort() });
  assert.equal(before.error?.code, 'aborted');
  assert.equal(faulty.seen.length, 0);

  const during = await auditEvents.create(event, { signal: arrived.signal });
  assert.deepEqual([during.error?.code, during.error?.retryable], ['aborted', false]);
  assert.equal(typeof during.error?.idempotencyKey, 'string');

  const controller = new AbortController();
  const onRetry = (): void => {
    controller.abort();
  };
  const pausing = await auditEvents.create(event, { signal: controller.signal, onRetry });
  assert.equal(pausing.error?.code, 'aborted');
  assert.equal(faulty.seen.length, 2);
});

test('a token is sent, and a function is asked before each try', async () => {
  await using faulty = await Faulty.start(busy(401), busy(503), created);
  let asked = 0;
  const token = (): Promise<string> => Promise.resolve(`t${String((asked += 1))}`);
  assert.ok((await client(faulty, { token }).auditEvents.create(event)).data);
  assert.deepEqual(faulty.headers('authorization'), ['Bearer t1', 'Bearer t2', 'Bearer t3']);
});

test('without a token nothing is sent', async () => {
  await using faulty = await Faulty.start(created);
  const fails = (): never => {
    throw new Error('secret');
  };
  for (const token of [fails, 'two words', '', 'a\nb']) {
    const { error } = await client(faulty, { token, maxAttempts: 2 }).auditEvents.create(event);
    assert.equal(error?.code, 'token');
    assert.doesNotMatch(error.message, /secret|two|a\nb/);
  }
  assert.equal(faulty.seen.length, 0);
});

test('what cannot be sent is an error, not an exception', async () => {
  await using faulty = await Faulty.start(created);
  const { auditEvents } = client(faulty);
  const cycle: Record<string, unknown> = { ...event };
  cycle['agent'] = [cycle];
  const errors = [
    await auditEvents.create(cycle as typeof event),
    await auditEvents.create(event, { idempotencyKey: 'ä' }),
    await auditEvents.create(event, { idempotencyKey: '' }),
    await auditEvents.create(event, { timeoutMs: Number.NaN }),
  ];
  assert.deepEqual(errors.map(({ error }) => error?.code), Array(4).fill('invalid'));
  assert.equal(faulty.seen.length, 0);
});

test('a client that cannot work is not made', () => {
  const bad = ['', '/api', 'ftp://h', 'http://u:p@h', 'http://h/?a=b', 'http://h/#a'];
  for (const baseUrl of bad) assert.throws(() => new Kiln({ baseUrl }), TypeError, baseUrl);
  for (const limit of [{ timeoutMs: 0 }, { maxAttempts: 0.5 }, { backoffMs: -1 }]) {
    assert.throws(() => new Kiln({ baseUrl: 'http://h', ...limit }), RangeError);
  }
  const { auditEvents } = new Kiln({ baseUrl: 'http://h' });
  assert.throws(() => auditEvents.sender({ maxBatch: 0 }), RangeError);
});

test('a path of the base URL is kept', async () => {
  await using faulty = await Faulty.start(created);
  const { auditEvents } = new Kiln({ baseUrl: `${faulty.baseUrl}/audit/` });
  await auditEvents.get('a/b?c');
  await auditEvents.search({ action: 'R', limit: 5, outcome: undefined, type: null });
  const [get, search] = faulty.seen.map(({ url }) => url);
  assert.equal(get, '/audit/api/audit-events/a%2Fb%3Fc');
  assert.equal(search, '/audit/api/audit-events?action=R&limit=5');
});

test('searchAll fetches as it goes, and throws what search would give', async () => {
  const page = (next: string): Fault =>
    answers(200, { data: [stored, stored], paging: { next, limit: 2 } });
  await using faulty = await Faulty.start(page('c1'), page('c2'), busy(400));
  const { auditEvents } = client(faulty);
  const ids: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { id } of auditEvents.searchAll({ limit: 2 })) {
      ids.push(id);
      assert.equal(faulty.seen.length, Math.ceil(ids.length / 2), 'no page before its time');
    }
  };
  await assert.rejects(read, (thrown) => {
    assert.ok(thrown instanceof KilnSearchError);
    assert.deepEqual([thrown.error.status, thrown.cursor], [400, 'c2']);
    return true;
  });
  assert.equal(ids.length, 4);

});
