/** Delivers the events of one taking: until each is stored, or refused for itself. */
import { receipts } from './answers.js';
import { newIdempotencyKey } from './idempotency-key.js';
import { backoff, pause } from './pause.js';
import type { KilnError } from './result.js';
import type { Retry, Transport } from './transport.js';
import { verdict } from './verdict.js';
import type { Item } from './waiting-room.js';

/** Events of one request, and its key: as long as no answer tells, the two stay together. */
export interface Batch {
  readonly key: string;
  readonly items: readonly Item[];
  /** Whether a try of it ended without an answer that says otherwise. */
  mayBeStored: boolean;
}

/** A batch with a key of its own. */
export function newBatch(items: readonly Item[]): Batch {
  return { key: newIdempotencyKey(), items, mayBeStored: false };
}

/** Who is told what becomes of the events. */
export interface Told {
  readonly stored: (count: number) => void;
  /** Must not reject. */
  readonly rejected: (item: Item, error: KilnError) => Promise<void>;
  readonly retry: (retry: Retry) => void;
}

/** Sends batches in order, one at a time. */
export class Delivery {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #told: Told;
  readonly #signal: AbortSignal;

  constructor(transport: Transport, path: string, told: Told, signal: AbortSignal) {
    this.#transport = transport;
    this.#path = path;
    this.#told = told;
    this.#signal = signal;
  }

  /** Gives back what is not settled when the signal ends it; else nothing. */
  async deliver(items: readonly Item[]): Promise<readonly Batch[]> {
    let batches: readonly Batch[] = [newBatch(items)];
    for (;;) {
      const [batch, ...later] = batches;
      if (batch === undefined) return [];
      const left = await this.#settle(batch);
      if (left === 'ended') return batches;
      batches = [...left, ...later];
    }
  }

  /** Sends a batch until there is a verdict on it: what is to be sent in its place. */
  async #settle(batch: Batch): Promise<readonly Batch[] | 'ended'> {
    for (let refusals = 1; ; refusals += 1) {
      const error = await this.#post(batch);
      if (error === undefined) {
        this.#told.stored(batch.items.length);
        return [];
      }
      if (this.#signal.aborted) return 'ended';
      const judged = verdict(batch, error);
      if (judged !== 'again') {
        for (const { item, error: why } of judged.rejected) await this.#told.rejected(item, why);
        return judged.resend.map(newBatch);
      }
      const waitMs = backoff(refusals, this.#transport.limits, 0);
      this.#told.retry({ error, attempts: refusals, waitMs });
      await pause(waitMs, this.#signal);
    }
  }

  /** Tries until there is an answer that another try does not change, or the signal ends it. */
  async #post(batch: Batch): Promise<KilnError | undefined> {
    const request = {
      method: 'POST',
      path: this.#path,
      body: `[${batch.items.map((item) => item.json).join(',')}]`,
      idempotencyKey: batch.key,
      minimal: true,
      read: receipts(batch.items.length),
    } as const;
    const onTry = (error: KilnError): void => {
      batch.mayBeStored ||= mayBeStored(error);
    };
    const onRetry = this.#told.retry;
    const forever = { maxAttempts: Infinity, deadlineMs: Infinity, signal: this.#signal };
    return (await this.#transport.send(request, { ...forever, onTry, onRetry })).error;
  }
}

/** No answer, a server's fault, or a success that cannot be read: nobody knows. */
function mayBeStored({ code, status }: KilnError): boolean {
  if (status === undefined) return code !== 'token';
  return status < 300 || status === 408 || status >= 500;
}
