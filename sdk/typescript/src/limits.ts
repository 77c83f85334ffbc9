/** Every limit, with its default, in one place. Times are milliseconds. */

/** Limits of a call; options of `new Kiln()` for all calls, of a call for that one. */
export interface Limits {
  /**
   * How long one try may take, to the end of the answer. The default leaves the server its own 30
   * seconds to say that the disk has not answered.
   */
  readonly timeoutMs: number;
  /** How long the call may take in all, tries and pauses. */
  readonly deadlineMs: number;
  /** How often a call is tried at most; 1 never tries again. */
  readonly maxAttempts: number;
  /** The longest pause before the second try; doubles from try to try. Each is drawn from 0 up. */
  readonly backoffMs: number;
  /** Where the doubling ends. */
  readonly maxBackoffMs: number;
  /** How much of a server's `Retry-After` is waited for. */
  readonly maxRetryAfterMs: number;
}

/** What holds where nothing else is said. */
export const LIMITS: Limits = Object.freeze({
  timeoutMs: 35_000,
  deadlineMs: 120_000,
  maxAttempts: 6,
  backoffMs: 200,
  maxBackoffMs: 10_000,
  maxRetryAfterMs: 30_000,
});

/** Limits of a sender. */
export interface SenderLimits {
  /** Events in one request, at most; the server takes 1000 unless set otherwise. */
  readonly maxBatch: number;
  /** UTF-8 bytes of JSON in one request; a single larger event is sent alone. */
  readonly maxBatchBytes: number;
  /** How long an event waits for others before it is sent. */
  readonly maxWaitMs: number;
  /** Accepted events that are not stored yet; `send` waits while there are so many. */
  readonly maxQueued: number;
  /** How long `close` goes on delivering. */
  readonly closeWithinMs: number;
}

/** What holds for senders where nothing else is said. */
export const SENDER_LIMITS: SenderLimits = Object.freeze({
  maxBatch: 500,
  maxBatchBytes: 4 * 1024 * 1024,
  maxWaitMs: 20,
  maxQueued: 10_000,
  closeWithinMs: 30_000,
});

/** What is no sensible limit: the name of the first, or `undefined`. */
export function wrongLimit(limits: Limits | SenderLimits): string | undefined {
  return Object.entries(limits).find(([name, value]) => !isLimit(name, value))?.[0];
}

/** Pauses may be 0; what counts or ends something is more. `Infinity` is no limit. */
function isLimit(name: string, value: unknown): boolean {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  const mayBeZero = /^(backoffMs|maxBackoffMs|maxRetryAfterMs|maxWaitMs|closeWithinMs)$/;
  return mayBeZero.test(name) ? value >= 0 : value > 0 && (name.endsWith('Ms') || value >= 1);
}

/** The limits among some options, over the given ones; one that is `undefined` says nothing. */
export function withLimits<L extends Limits | SenderLimits>(base: L, options: Partial<L>): L {
  const names = Object.keys(base) as (keyof L)[];
  const said = names.filter((name) => options[name] !== undefined);
  return Object.assign({ ...base }, ...said.map((name) => ({ [name]: options[name] }))) as L;
}
