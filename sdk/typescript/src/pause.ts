/** Waiting that a signal ends, and how long to wait between tries. */
import type { Limits } from './limits.js';

/** What a timer can hold; more would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Calls back after that long, never for `Infinity`; the function given back calls it off. */
export function after(ms: number, then: () => void): () => void {
  if (ms === Infinity) return () => undefined;
  const timer = setTimeout(then, Math.min(ms, TIMER_MAX_MS));
  return () => {
    clearTimeout(timer);
  };
}

/** Waits that long, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      callOff();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const callOff = after(ms, end);
    signal?.addEventListener('abort', end);
  });
}

/**
 * The pause after that many tries: exponential with full jitter, so that many clients that failed
 * together do not come back together; on top of what the server asked for.
 */
export function backoff(tries: number, limits: Limits, retryAfterMs: number): number {
  const ceiling = Math.min(limits.maxBackoffMs, limits.backoffMs * 2 ** (tries - 1));
  return Math.min(retryAfterMs, limits.maxRetryAfterMs) + Math.random() * ceiling;
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3); 0 where there is none. */
export function retryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
