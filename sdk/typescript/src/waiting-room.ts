/** The bounded queue of a sender: what has no room waits outside, in order. */
import { abortedError } from './failure.js';
import { KilnSenderError } from './sender-error.js';
import type { NewAuditEvent } from './types.js';

/** An event, and its JSON as it was when it was given. */
export interface Item {
  readonly event: NewAuditEvent;
  readonly json: string;
  /** Of the JSON, in UTF-8. */
  readonly bytes: number;
}

interface Waiting {
  readonly item: Item;
  readonly enter: () => void;
  readonly refuse: (reason: Error) => void;
}

/** First in, first out. An item holds its place until it is settled. */
export class WaitingRoom {
  readonly #places: number;
  readonly #queued: Item[] = [];
  readonly #waiting = new Set<Waiting>();
  #taken = 0;
  #bytes = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** Items with a place that are not taken out. */
  get queued(): number {
    return this.#queued.length;
  }

  /** Items outside. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** UTF-8 bytes of the queued items, as the elements of a JSON array. */
  get queuedBytes(): number {
    return this.#bytes;
  }

  /** Gives the item a place at once, or says that there is none. */
  tryEnter(item: Item): boolean {
    if (this.#waiting.size > 0 || this.#isFull()) return false;
    this.#push(item);
    return true;
  }

  /**
   * Waits for a place, and calls `entered` at the moment it is given.
   *
   * @throws KilnSenderError when the signal ends it; what `refuseWaiting` says.
   */
  async wait(item: Item, entered: () => void, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        reject(new KilnSenderError(abortedError()));
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', leave);
        entered();
        resolve();
      };
      const waiting = { item, enter, refuse: reject };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.add(waiting);
    });
  }

  /** Takes the first items out, as many as both limits allow, but at least one. */
  take(itemsMax: number, bytesMax: number): Item[] {
    let bytes = 1;
    const beyond = this.#queued.findIndex((item, at) => {
      bytes += item.bytes + 1;
      return at >= itemsMax || (at > 0 && bytes > bytesMax);
    });
    const items = this.#queued.splice(0, beyond === -1 ? this.#queued.length : beyond);
    this.#taken += items.length;
    this.#bytes -= items.reduce((sum, item) => sum + item.bytes + 1, 0);
    return items;
  }

  /** Taken items are settled: their places go to those that wait longest. */
  free(places: number): void {
    this.#taken -= places;
    for (const waiting of this.#waiting) {
      if (this.#isFull()) return;
      this.#waiting.delete(waiting);
      this.#push(waiting.item);
      waiting.enter();
    }
  }

  /** Sends away all that wait outside. */
  refuseWaiting(reason: Error): void {
    for (const { refuse } of this.#waiting) refuse(reason);
    this.#waiting.clear();
  }

  #push(item: Item): void {
    this.#queued.push(item);
    this.#bytes += item.bytes + 1;
  }

  #isFull(): boolean {
    return this.#queued.length + this.#taken >= this.#places;
  }
}
