// The server is killed in mid batch, again and again, while thousands of events are sent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kiln, type NewAuditEvent } from 'kiln-audit';
import { numbered, range, refused } from './events.js';
import { Server } from './server.js';
import { storedAgents, storedIdentifiers } from './stored.js';

const EVENTS = 5000;
const KILLS = 8;
const REQUESTS_BETWEEN = 5;
/** Every so many events is one that the server refuses. */
const REFUSED_EVERY = 250;

/** Kills the server during requests: in turn before its answer, and after it but unheard. */
class Killer {
  kills = 0;
  /** How many answers 201 were lost. */
  unheard = 0;
  readonly #server: Server;
  #requests = 0;
  #restart: Promise<void> = Promise.resolve();

  constructor(server: Server) {
    this.#server = server;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    this.#requests += 1;
    if (this.#requests % REQUESTS_BETWEEN !== 0 || this.kills === KILLS) return fetch(input, init);
    this.kills += 1;
    await this.#restart;
    const answer = fetch(input, init).catch(() => undefined);
    if (this.kills % 2 === 0) await sleep(Math.random() * 10);
    else if ((await answer)?.status === 201) this.unheard += 1;
    await this.#server.kill();
    this.#restart = this.#server.startAgain();
    throw new TypeError('the answer was lost');
  };

  /** Until the server runs again. */
  async settled(): Promise<void> {
    await this.#restart;
  }
}

test('every event is stored exactly once, whenever the server dies', async () => {
  await using server = await Server.start();
  const killer = new Killer(server);
  const { auditEvents } = new Kiln({
    baseUrl: server.baseUrl,
    fetch: killer.fetch,
    backoffMs: 10,
    maxBackoffMs: 100,
  });
  const rejected: NewAuditEvent[] = [];
  const onRejected = (event: NewAuditEvent): void => void rejected.push(event);
  const sender = auditEvents.sender({ maxBatch: 100, maxQueued: 1000, onRejected });
  const bad = range(EVENTS).filter((number) => number % REFUSED_EVERY === 7);
  for (const number of range(EVENTS)) {
    const make = number % REFUSED_EVERY === 7 ? refused : numbered;
    await sender.send(make('k', number));
  }
  await sender.close({ withinMs: Infinity });
  await killer.settled();

  assert.equal(killer.kills, KILLS);
  assert.ok(killer.unheard > 0, 'some were stored, and sent again');
  assert.ok(sender.stats.retries >= KILLS);
  const expected = range(EVENTS)
    .filter((number) => !bad.includes(number))
    .map((number) => `k-${String(number)}`);
  assert.deepEqual(await storedAgents(server.baseUrl), expected, 'each once, in order');
  assert.deepEqual(await storedIdentifiers(server.baseUrl), [...expected].sort());
  assert.deepEqual(rejected, bad.map((number) => refused('k', number)), 'each told once');
  assert.equal(sender.stats.stored, expected.length);
  assert.equal(sender.stats.rejected, bad.length);
});
