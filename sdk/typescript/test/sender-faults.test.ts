// The sender on bad networks: it rejects nothing that may be stored, and stores nothing twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kiln, KilnSenderError, type NewAuditEvent, type Sender } from 'kiln-audit';
import { numbered, range } from './events.js';
import { answers, Faulty, hangsUp, type Fault } from './faulty.js';

function senderOf(faulty: Faulty, rejected: NewAuditEvent[]): Sender {
  const { auditEvents } = new Kiln({ baseUrl: faulty.baseUrl, backoffMs: 1, maxBackoffMs: 2 });
  return auditEvents.sender({ onRejected: (event) => void rejected.push(event) });
}

function eventsOf(body: string): unknown[] {
  const events: unknown = JSON.parse(body);
  assert.ok(Array.isArray(events));
  return events;
}

/** Receipts for as many events as came, or for one less. */
function stores(missing = 0): Fault {
  return (response, { body }) => {
    const data = eventsOf(body).slice(missing).map((_, at) => ({ id: String(at) }));
    answers(201, { data })(response, { method: '', url: '', headers: {}, body });
  };
}

async function sendAll(sender: Sender, count: number): Promise<void> {
  for (const number of range(count)) await sender.send(numbered('x', number));
  await sender.close();
}

test('a refusal for another reason than the content, after silence, rejects nothing', async () => {
  const proxies = [answers(404, '<html>'), answers(403, '<html>'), answers(401, '<html>')];
  await using faulty = await Faulty.start(hangsUp, ...proxies, stores());
  const rejected: NewAuditEvent[] = [];
  const sender = senderOf(faulty, rejected);
  await sendAll(sender, 3);
  assert.deepEqual([rejected, sender.stats.stored, sender.stats.retries], [[], 3, 4]);
  assert.equal(new Set(faulty.headers('idempotency-key')).size, 1);
  assert.equal(new Set(faulty.seen.map(({ body }) => body)).size, 1);
});

test('the same refusal at once rejects all that were sent', async () => {
  await using faulty = await Faulty.start(answers(403, '<html>'));
  const rejected: NewAuditEvent[] = [];
  const sender = senderOf(faulty, rejected);
  await sendAll(sender, 3);
  assert.deepEqual(rejected, range(3).map((number) => numbered('x', number)));
  assert.deepEqual([sender.stats.stored, sender.stats.rejected], [0, 3]);
});

test('a success that does not count right is no answer', async () => {
  await using faulty = await Faulty.start(stores(1), answers(200, '<html>'), stores());
  const rejected: NewAuditEvent[] = [];
  const sender = senderOf(faulty, rejected);
  await sendAll(sender, 2);
  assert.deepEqual([rejected, sender.stats.stored, faulty.seen.length], [[], 2, 3]);
  assert.equal(new Set(faulty.headers('idempotency-key')).size, 1);
});

test('a refusal of the content that names no event is found by halving', async () => {
  const bad = JSON.stringify(numbered('x', 5));
  const refuses: Fault = (response, seen) => {
    const isBad = seen.body.includes(bad);
    (isBad ? answers(400, '<html>') : stores())(response, seen);
  };
  await using faulty = await Faulty.start(refuses);
  const rejected: NewAuditEvent[] = [];
  const sender = senderOf(faulty, rejected);
  await sendAll(sender, 8);
  assert.deepEqual(rejected, [numbered('x', 5)]);
  assert.equal(sender.stats.stored, 7);
  assert.equal(new Set(faulty.headers('idempotency-key')).size, faulty.seen.length);
});

test('what cannot be written as JSON is not accepted', async () => {
  await using faulty = await Faulty.start(stores());
  const sender = senderOf(faulty, []);
  const cycle: Record<string, unknown> = { ...numbered('x', 0) };
  cycle['agent'] = [cycle];
  await assert.rejects(sender.send(cycle as NewAuditEvent), (thrown) => {
    return thrown instanceof KilnSenderError && thrown.error.code === 'invalid';
  });
  await sender.close();
  assert.deepEqual([sender.stats.accepted, faulty.seen.length], [0, 0]);
});
