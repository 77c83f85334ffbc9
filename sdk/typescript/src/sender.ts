/// <reference lib="esnext.disposable" preserve="true" />
import { Delivery, newBatch, type Batch } from './delivery.js';
import { abortedError } from './failure.js';
import { asJson } from './json.js';
import type { SenderLimits } from './limits.js';
import { after } from './pause.js';
import { ownError, type KilnError } from './result.js';
import { KilnSenderError, type Rejection } from './sender-error.js';
import { tell, type Retry, type Transport } from './transport.js';
import type { NewAuditEvent } from './types.js';
import { WaitingRoom, type Item } from './waiting-room.js';

/** Options of a sender; those left out have the values of `SENDER_LIMITS`. */
export interface SenderOptions extends Partial<SenderLimits> {
  /**
   * Gets each event that the server refuses, with the reason, and is waited for. Where it is not
   * given, or fails, the event is told by the next `flush` or `close`.
   */
  readonly onRejected?: (event: NewAuditEvent, error: KilnError) => void | Promise<void>;
  /** Told of each failed try: the sender goes on trying until it is closed. */
  readonly onRetry?: (retry: Retry) => void;
}

/** Options of `send`. */
export interface SendOptions {
  /** Ends the waiting for a place in the queue. */
  readonly signal?: AbortSignal;
}

/** Options of `close`. */
export interface CloseOptions {
  /** Milliseconds; `closeWithinMs` of the sender where it is not given. */
  readonly withinMs?: number;
}

/** Counts of events since the sender was made; accepted = stored + rejected + queued + inFlight. */
export interface SenderStats {
  readonly accepted: number;
  readonly stored: number;
  readonly rejected: number;
  /** Accepted, not sent yet. */
  readonly queued: number;
  /** In the request under way. */
  readonly inFlight: number;
  /** Not accepted: each waits in a `send`. */
  readonly waiting: number;
  /** Failed tries that were followed by another. */
  readonly retries: number;
  /** Why the last of them failed. */
  readonly lastError: KilnError | undefined;
}

interface Flush {
  /** How many events must be settled. */
  readonly target: number;
  readonly resolve: () => void;
  readonly reject: (reason: KilnSenderError) => void;
}

/**
 * Takes events and stores them in batches, in the order of `send`, one request at a time. A batch
 * is sent under one idempotency key until an answer comes, through failures and restarts of the
 * server, so each event is stored exactly once; what the server refuses is told, never dropped.
 * Close it at the end of your program: what it holds is in memory only.
 */
export class Sender implements AsyncDisposable {
  readonly #limits: SenderLimits;
  readonly #options: SenderOptions;
  readonly #room: WaitingRoom;
  readonly #delivery: Delivery;
  readonly #end = new AbortController();
  readonly #counts = { accepted: 0, stored: 0, rejected: 0, retries: 0, settled: 0 };
  #lastError: KilnError | undefined;
  #untold: Rejection[] = [];
  #flushes: Flush[] = [];
  #isRunning = false;
  #hurry: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  /** @internal Made by `auditEvents.sender()`. */
  constructor(transport: Transport, path: string, limits: SenderLimits, options: SenderOptions) {
    this.#limits = limits;
    this.#options = options;
    this.#room = new WaitingRoom(limits.maxQueued);
    const told = {
      stored: (count: number) => (this.#counts.stored += count),
      rejected: (item: Item, error: KilnError) => this.#rejected(item, error),
      retry: (retry: Retry) => {
        this.#retried(retry);
      },
    };
    this.#delivery = new Delivery(transport, path, told, this.#end.signal);
  }

  /** How many events are where. */
  get stats(): SenderStats {
    const { accepted, stored, rejected, retries } = this.#counts;
    const { queued, waiting } = this.#room;
    const inFlight = accepted - stored - rejected - queued;
    const lastError = this.#lastError;
    return { accepted, stored, rejected, queued, inFlight, waiting, retries, lastError };
  }

  /**
   * Resolves when the event has a place in the queue: at once, or, while `maxQueued` events are on
   * their way, when some of them have arrived. Changing the event afterwards changes nothing.
   *
   * @throws KilnSenderError where the event is not accepted: `closed`; `aborted` by the signal;
   * `invalid`, what has no JSON; or `maxQueued` rejected events wait to be told, and now are.
   */
  async send(event: NewAuditEvent, options: SendOptions = {}): Promise<void> {
    if (this.#closing !== undefined) throw new KilnSenderError(CLOSED);
    if (options.signal?.aborted === true) throw new KilnSenderError(abortedError());
    if (this.#untold.length >= this.#limits.maxQueued) this.#tellRejections();
    const item = itemOf(event);
    if (this.#room.tryEnter(item)) this.#entered();
    else {
      const entered = (): void => {
        this.#entered();
      };
      await this.#room.wait(item, entered, options.signal);
    }
  }

  /**
   * Resolves when all that was accepted so far is stored, or was rejected and taken by
   * `onRejected`. Sends at once what still waits for company.
   *
   * @throws KilnSenderError with the `rejected` events that nobody took.
   */
  async flush(): Promise<void> {
    await this.#settled(this.#counts.accepted);
    this.#tellRejections();
  }

  /**
   * Takes nothing more, delivers all that `send` was called for, and ends the sender.
   *
   * @throws KilnSenderError with the `rejected` events that nobody took, and, when the time is
   * over, with the `undelivered` ones and the key under which to deliver them yet.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.withinMs ?? this.#limits.closeWithinMs);
    return this.#closing;
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(withinMs: number): Promise<void> {
    const callOff = after(withinMs, () => {
      this.#end.abort();
    });
    try {
      while (this.#isRunning || this.#room.waiting > 0) await this.#settled(Infinity);
    } finally {
      callOff();
    }
    this.#tellRejections();
  }

  #entered(): void {
    this.#counts.accepted += 1;
    if (!this.#isRunning) void this.#run();
    else if (this.#isBatchFull()) this.#hurry();
  }

  /** Runs while there are events. Never rejects. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    await this.#company();
    let left: readonly Batch[] = [];
    while (this.#room.queued > 0) {
      const items = this.#room.take(this.#limits.maxBatch, this.#limits.maxBatchBytes);
      left = await this.#delivery.deliver(items);
      if (left.length > 0) break;
      this.#counts.settled += items.length;
      this.#room.free(items.length);
      this.#resolveFlushes(this.#counts.settled);
    }
    this.#isRunning = false;
    if (left.length > 0) this.#fail(left);
    else this.#resolveFlushes(Infinity);
  }

  /** Waits for others to send with the first; while a request is under way they come anyway. */
  async #company(): Promise<void> {
    if (this.#flushes.length > 0 || this.#isBatchFull()) return;
    await new Promise<void>((resolve) => {
      const callOff = after(this.#limits.maxWaitMs, resolve);
      this.#hurry = () => {
        callOff();
        resolve();
      };
    });
  }

  #isBatchFull(): boolean {
    const { queued, queuedBytes } = this.#room;
    return queued >= this.#limits.maxBatch || queuedBytes >= this.#limits.maxBatchBytes;
  }

  async #settled(target: number): Promise<void> {
    if (this.#counts.settled >= target || !this.#isRunning) return;
    await new Promise<void>((resolve, reject) => {
      this.#flushes.push({ target, resolve, reject });
      this.#hurry();
    });
  }

  #resolveFlushes(settled: number): void {
    const flushes = this.#flushes;
    this.#flushes = flushes.filter(({ target }) => target > settled);
    for (const { target, resolve } of flushes) if (target <= settled) resolve();
  }

  /** The time to close is over. */
  #fail(left: readonly Batch[]): void {
    const rest: Batch[] = [];
    while (this.#room.queued > 0) {
      const { maxBatch, maxBatchBytes } = this.#limits;
      rest.push(newBatch(this.#room.take(maxBatch, maxBatchBytes)));
    }
    const undelivered = [...left, ...rest].map(({ items, key, mayBeStored }) => {
      return { events: items.map(({ event }) => event), idempotencyKey: key, mayBeStored };
    });
    const error = new KilnSenderError(UNDELIVERED, this.#untold.splice(0), undelivered);
    for (const { reject } of this.#flushes.splice(0)) reject(error);
    this.#room.refuseWaiting(new KilnSenderError(CLOSED));
  }

  async #rejected({ event }: Item, error: KilnError): Promise<void> {
    this.#counts.rejected += 1;
    try {
      if (this.#options.onRejected !== undefined) {
        await this.#options.onRejected(event, error);
        return;
      }
    } catch {
      // It did not take the event, which is told below as if there were no callback.
    }
    this.#untold.push({ event, error });
  }

  #retried(retry: Retry): void {
    this.#counts.retries += 1;
    this.#lastError = retry.error;
    tell(this.#options.onRetry, retry);
  }

  #tellRejections(): void {
    const rejected = this.#untold.splice(0);
    const [first] = rejected;
    if (first !== undefined) throw new KilnSenderError(first.error, rejected);
  }
}

const CLOSED = ownError('closed', 'the sender is closed: the event is not accepted');
const UNDELIVERED = ownError('closed', 'the time to close ended before all was delivered', true);

const encoder = new TextEncoder();

function itemOf(event: NewAuditEvent): Item {
  const json = asJson(event);
  const wrong = 'the event cannot be written as JSON: it is not accepted';
  if (json === undefined) throw new KilnSenderError(ownError('invalid', wrong));
  return { event, json, bytes: encoder.encode(json).length };
}
