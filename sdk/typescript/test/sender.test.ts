// The batching sender, against Kiln: order, back-pressure, rejections, limits, closing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Kiln,
  KilnSenderError,
  type KilnError,
  type NewAuditEvent,
  type Retry,
  type Sender,
  type SenderOptions,
} from 'kiln-audit';
import { numbered, range, refused } from './events.js';
import { Server } from './server.js';
import { storedAgents } from './stored.js';

const quick = { backoffMs: 5, maxBackoffMs: 50 };

function senderOf(server: Server, options: SenderOptions = {}): Sender {
  return new Kiln({ baseUrl: server.baseUrl, ...quick }).auditEvents.sender(options);
}

function agents(series: string, numbers: readonly number[]): string[] {
  return numbers.map((number) => `${series}-${String(number)}`);
}

async function failure(promise: Promise<unknown>): Promise<KilnSenderError> {
  const thrown: unknown = await promise.then(() => undefined, (reason: unknown) => reason);
  assert.ok(thrown instanceof KilnSenderError, String(thrown));
  return thrown;
}

test('stores all in order, many in a request', async () => {
  await using server = await Server.start();
  let requests = 0;
  const counting: typeof fetch = (input, init) => {
    requests += 1;
    return fetch(input, init);
  };
  const { auditEvents } = new Kiln({ baseUrl: server.baseUrl, fetch: counting });
  const sender = auditEvents.sender({ maxBatch: 200 });
  await Promise.all(range(1100).map((number) => sender.send(numbered('a', number))));
  await sender.flush();
  assert.deepEqual(await storedAgents(server.baseUrl), agents('a', range(1100)));
  assert.equal(requests, 6);
  const { accepted, stored, rejected, queued, inFlight, waiting } = sender.stats;
  assert.deepEqual([accepted, stored], [1100, 1100]);
  assert.deepEqual([rejected, queued, inFlight, waiting], [0, 0, 0, 0]);
  await sender.close();
});

test('sends a lonely event by itself, and what it was when it was given', async () => {
  await using server = await Server.start();
  await using sender = senderOf(server, { maxWaitMs: 1 });
  const event: { -readonly [K in keyof NewAuditEvent]: NewAuditEvent[K] } = numbered('b', 1);
  await sender.send(event);
  event.agent = [];
  while (sender.stats.stored === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(await storedAgents(server.baseUrl), ['b-1']);
});

test('`await using` delivers before it ends', async () => {
  await using server = await Server.start();
  {
    await using sender = senderOf(server, { maxWaitMs: 60_000 });
    await sender.send(numbered('c', 1));
  }
  assert.deepEqual(await storedAgents(server.baseUrl), ['c-1']);
});

test('waits while the queue is full, and loses nothing', async () => {
  await using server = await Server.start();
  let onRetry: (retry: Retry) => void = () => undefined;
  const retried = new Promise<Retry>((resolve) => (onRetry = resolve));
  const sender = senderOf(server, { maxQueued: 5, maxBatch: 2, maxWaitMs: 0, onRetry });
  await server.kill();
  for (const number of range(5)) await sender.send(numbered('d', number));
  const entered: number[] = [];
  const waiting = [5, 6].map(async (number) => {
    await sender.send(numbered('d', number));
    entered.push(number);
  });
  const controller = new AbortController();
  const given = failure(sender.send(numbered('d', 99), { signal: controller.signal }));
  assert.equal(sender.stats.waiting, 3);
  controller.abort();
  assert.equal((await given).error.code, 'aborted');
  assert.deepEqual([sender.stats.accepted, sender.stats.waiting, entered.length], [5, 2, 0]);

  assert.equal((await retried).error.code, 'unreachable');
  await server.startAgain();
  await Promise.all(waiting);
  await sender.close();
  assert.deepEqual(entered, [5, 6]);
  assert.ok(sender.stats.retries > 0);
  assert.ok(sender.stats.lastError !== undefined);
  assert.deepEqual(await storedAgents(server.baseUrl), agents('d', range(7)));
});

test('gives what is refused to onRejected, and stores the others', async () => {
  await using server = await Server.start();
  const rejected: [NewAuditEvent, KilnError][] = [];
  const onRejected = (event: NewAuditEvent, error: KilnError): void => {
    rejected.push([event, error]);
  };
  const sender = senderOf(server, { onRejected, maxBatch: 4 });
  const bad = [refused('e', 1), refused('e', 4)];
  const events = [numbered('e', 0), bad[0], numbered('e', 2), numbered('e', 3), bad[1]];
  for (const event of events) if (event !== undefined) await sender.send(event);
  await sender.close();
  assert.deepEqual(await storedAgents(server.baseUrl), agents('e', [0, 2, 3]));
  assert.deepEqual(rejected.map(([event]) => bad.indexOf(event)), [0, 1]);
  for (const [, error] of rejected) {
    assert.deepEqual([error.status, error.issues[0]?.path], [400, 'agent']);
    assert.match(error.message, /^agent: /);
  }
  assert.deepEqual([sender.stats.stored, sender.stats.rejected], [3, 2]);
});

test('finds more refused events than one answer names', async () => {
  await using server = await Server.start();
  let rejected = 0;
  const sender = senderOf(server, { onRejected: () => void (rejected += 1), maxWaitMs: 1000 });
  for (const number of range(300)) {
    await sender.send((number % 2 === 0 ? numbered : refused)('m', number));
  }
  await sender.close();
  assert.equal(rejected, 150);
  const good = range(300).filter((number) => number % 2 === 0);
  assert.deepEqual(await storedAgents(server.baseUrl), agents('m', good));
});

test('tells by flush and close what nobody took', async () => {
  await using server = await Server.start();
  const failing = (): void => {
    throw new Error('no room here either');
  };
  for (const options of [{}, { onRejected: failing }]) {
    const sender = senderOf(server, options);
    await sender.send(refused('f', 1));
    await sender.send(numbered('f', 2));
    const told = await failure(sender.flush());
    assert.equal(told.error.status, 400);
    assert.deepEqual(told.rejected.map(({ event }) => event), [refused('f', 1)]);
    await sender.flush();
    await sender.send(refused('f', 3));
    const last = await failure(sender.close());
    assert.deepEqual([last.rejected.length, last.undelivered.length], [1, 0]);
  }
});

test('does not gather untold rejections without end', async () => {
  await using server = await Server.start();
  const sender = senderOf(server, { maxQueued: 2, maxWaitMs: 0 });
  let told: KilnSenderError | undefined;
  for (let number = 0; told === undefined; number += 1) {
    await sender.send(refused('g', number)).catch((thrown: unknown) => {
      assert.ok(thrown instanceof KilnSenderError);
      told = thrown;
    });
    assert.ok(number < 10);
  }
  assert.ok(told.rejected.length >= 2);
  await failure(sender.close());
});

test('sends less at once where the server takes less', async () => {
  const entries = 'bundle.entries_max = 8\n';
  const bytes = 'bundle.body_bytes_max = 4000\nevent.body_bytes_max = 2000\n';
  await using server = await Server.start(entries + bytes);
  const rejected: NewAuditEvent[] = [];
  const sender = senderOf(server, { onRejected: (event) => void rejected.push(event) });
  const huge = { ...numbered('h', 20), outcomeDesc: 'x'.repeat(5000) };
  for (const number of range(40)) await sender.send(number === 20 ? huge : numbered('h', number));
  await sender.close();
  const expected = range(40).filter((number) => number !== 20);
  assert.deepEqual(await storedAgents(server.baseUrl), agents('h', expected));
  assert.deepEqual(rejected, [huge]);
});

test('keeps requests below maxBatchBytes', async () => {
  await using server = await Server.start();
  const sizes: number[] = [];
  const measuring: typeof fetch = (input, init) => {
    if (typeof init?.body === 'string') sizes.push(Buffer.byteLength(init.body));
    return fetch(input, init);
  };
  const { auditEvents } = new Kiln({ baseUrl: server.baseUrl, fetch: measuring });
  const sender = auditEvents.sender({ maxBatchBytes: 2000 });
  for (const number of range(30)) {
    await sender.send({ ...numbered('i', number), outcomeDesc: 'ä'.repeat(number + 1) });
  }
  await sender.close();
  assert.equal((await storedAgents(server.baseUrl)).length, 30);
  assert.ok(Math.max(...sizes) <= 2000, sizes.join(' '));
  assert.ok(sizes.length < 10);
});

test('gives back what it could not deliver, with the keys to deliver it once', async () => {
  await using server = await Server.start();
  let onRetry: (retry: Retry) => void = () => undefined;
  const retried = new Promise<Retry>((resolve) => (onRetry = resolve));
  const sender = senderOf(server, { maxBatch: 3, maxQueued: 4, onRetry });
  await server.kill();
  for (const number of range(4)) await sender.send(numbered('j', number));
  const outside = failure(sender.send(numbered('j', 99)));
  const flushed = failure(sender.flush());
  await retried;
  const closed = await failure(sender.close({ withinMs: 0 }));
  assert.equal((await outside).error.code, 'closed');
  assert.equal(await flushed, closed);
  assert.equal((await failure(sender.send(numbered('j', 5)))).error.code, 'closed');
  assert.deepEqual(closed.undelivered.map(({ events }) => events.length), [3, 1]);
  assert.deepEqual(closed.undelivered.map(({ mayBeStored }) => mayBeStored), [true, false]);

  await server.startAgain();
  const { auditEvents } = new Kiln(server);
  for (const { events, idempotencyKey } of [...closed.undelivered, ...closed.undelivered]) {
    assert.ok((await auditEvents.createMany(events, { idempotencyKey })).data);
  }
  assert.deepEqual(await storedAgents(server.baseUrl), agents('j', range(4)));
});
