import type { KilnError } from './result.js';
import type { NewAuditEvent } from './types.js';

/** An event that the server refused, certainly not stored. */
export interface Rejection {
  /** The object that was given to `send`. */
  readonly event: NewAuditEvent;
  /** Its issues' paths are the event's own: `agent[0].requestor`. */
  readonly error: KilnError;
}

/**
 * Events that were accepted and not delivered, in the order of `send`. Deliver them yet by
 * `createMany(events, { idempotencyKey })`: those that are stored already are not stored again.
 */
export interface Undelivered {
  readonly events: readonly NewAuditEvent[];
  readonly idempotencyKey: string;
  /** Whether they were sent without an answer, so that they may be stored. */
  readonly mayBeStored: boolean;
}

/** What `send`, `flush` and `close` of a sender reject with. Nothing of it is told twice. */
export class KilnSenderError extends Error {
  override readonly name = 'KilnSenderError';
  /** The reason; of several rejections the first one's. */
  readonly error: KilnError;
  /** Refused events that no `onRejected` took. */
  readonly rejected: readonly Rejection[];
  /** What `close` could not deliver in its time. */
  readonly undelivered: readonly Undelivered[];

  /** @internal */
  constructor(
    error: KilnError,
    rejected: readonly Rejection[] = [],
    undelivered: readonly Undelivered[] = [],
  ) {
    super(error.message);
    this.error = error;
    this.rejected = rejected;
    this.undelivered = undelivered;
  }
}
