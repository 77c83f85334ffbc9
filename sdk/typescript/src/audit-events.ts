import { oneEvent, page, severalEvents } from './answers.js';
import { newIdempotencyKey } from './idempotency-key.js';
import { asJson } from './json.js';
import { SENDER_LIMITS, withLimits, wrongLimit } from './limits.js';
import { pages } from './pages.js';
import { ownError, type KilnError, type PageResult, type Result } from './result.js';
import { Sender, type SenderOptions } from './sender.js';
import type { CallOptions, Transport } from './transport.js';
import type { AuditEvent, Filters, NewAuditEvent } from './types.js';

/** Options of a create. */
export interface CreateOptions extends CallOptions {
  /**
   * 1 to 255 printable ASCII characters. Left out, each call makes its own, which is enough for
   * the SDK's own retries; give one that outlives your process to be safe over its restarts too.
   */
  readonly idempotencyKey?: string;
}

const PATH = '/api/audit-events';

/**
 * Creates, reads and searches audit events; no call throws or rejects for an answer of the server
 * or for one that never came: it gives `{ error }`. There is no update and no delete.
 */
export class AuditEvents {
  readonly #transport: Transport;

  /** @internal Made by `new Kiln()`. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Stores one event and gives it back with its `id`, when it is on the server's disk. */
  async create(event: NewAuditEvent, options: CreateOptions = {}): Promise<Result<AuditEvent>> {
    return this.#post(event, oneEvent, options);
  }

  /**
   * Stores events as one unit, all of them or none, and gives them back in order. An error names
   * them by position: `[3].agent[0].requestor`.
   */
  async createMany(
    events: readonly NewAuditEvent[],
    options: CreateOptions = {},
  ): Promise<Result<readonly AuditEvent[]>> {
    return this.#post(events, severalEvents(events.length), options);
  }

  /** Reads one event by its id; `{ error }` with the code `not-found` where there is none. */
  async get(id: string, options: CallOptions = {}): Promise<Result<AuditEvent>> {
    const path = `${PATH}/${encodeURIComponent(id)}`;
    return this.#transport.send({ method: 'GET', path, read: oneEvent }, options);
  }

  /**
   * One page of the events that meet all filters, newest first. `paging.next`, given as the
   * filter `cursor` beside the same others, is the next page.
   */
  async search(filters: Filters = {}, options: CallOptions = {}): Promise<PageResult> {
    const path = `${PATH}${queryOf(filters)}`;
    const result = await this.#transport.send({ method: 'GET', path, read: page }, options);
    return result.error === undefined ? result.data : result;
  }

  /**
   * Every event that meets all filters, newest first, fetched page by page (`limit` each) as you
   * go; leaving the loop ends it. What comes in meanwhile neither shifts nor repeats anything.
   *
   * @throws KilnSearchError when a page cannot be had: an iterator has no `{ error }` to give. It
   * has the `error`, and the `cursor` to go on from.
   */
  searchAll(
    filters: Filters = {},
    options: CallOptions = {},
  ): AsyncGenerator<AuditEvent, void, undefined> {
    return pages((cursor) => this.search({ ...filters, cursor }, options), filters.cursor);
  }

  /**
   * A sender for hot paths: takes events at once and stores them in batches, each exactly once.
   *
   * @throws RangeError where a limit is not positive.
   */
  sender(options: SenderOptions = {}): Sender {
    const limits = withLimits(SENDER_LIMITS, options);
    const wrong = wrongLimit(limits);
    if (wrong !== undefined) throw new RangeError(`${wrong} is not a positive number`);
    return new Sender(this.#transport, PATH, limits, options);
  }

  async #post<T>(
    body: NewAuditEvent | readonly NewAuditEvent[],
    read: (answer: unknown) => T | undefined,
    options: CreateOptions,
  ): Promise<Result<T>> {
    const json = asJson(body);
    if (json === undefined) return { error: notJson() };
    const idempotencyKey = options.idempotencyKey ?? newIdempotencyKey();
    const request = { method: 'POST', path: PATH, body: json, idempotencyKey, read } as const;
    return this.#transport.send(request, options);
  }
}

function queryOf(filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value !== undefined && value !== null) query.append(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function notJson(): KilnError {
  return ownError('invalid', 'the event cannot be written as JSON');
}
