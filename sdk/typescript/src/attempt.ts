/** One try: sends the request once, and reads the answer to its end. */
import { parseJson } from './json.js';
import { after, retryAfter } from './pause.js';

/** An answer, whatever it says. */
export interface Answer {
  readonly status: number;
  /** What its JSON says; `undefined` where it is none. */
  readonly body: unknown;
  readonly requestId: string | undefined;
  /** 0 where it does not say. */
  readonly retryAfterMs: number;
}

/** Why there is no answer. */
export interface Silence {
  readonly code: 'unreachable' | 'timeout' | 'aborted' | 'token';
  /** What the platform calls it, such as `ECONNREFUSED`. */
  readonly detail: string | undefined;
}

/** Either; `status` tells which. */
export type Attempt = Answer | (Silence & { readonly status?: never });

/** Thrown by the work where it has no token to send. */
export class NoToken extends Error {}

/** Runs the work until it is done, late, or not wanted any more. */
export async function attempt(
  work: (signal: AbortSignal) => Promise<Response>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const controller = new AbortController();
  let code: Silence['code'] = 'unreachable';
  const end = (as: Silence['code']): void => {
    code = as;
    controller.abort();
  };
  const aborted = (): void => {
    end('aborted');
  };
  const callOff = after(timeoutMs, () => {
    end('timeout');
  });
  signal?.addEventListener('abort', aborted, { once: true });
  try {
    return await Promise.race([answer(work, controller.signal), rejectedBy(controller.signal)]);
  } catch (thrown) {
    return { code: thrown instanceof NoToken ? 'token' : code, detail: detailOf(thrown) };
  } finally {
    callOff();
    signal?.removeEventListener('abort', aborted);
  }
}

async function answer(
  work: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
): Promise<Answer> {
  const response = await work(signal);
  const body = parseJson(await response.text());
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const retryAfterMs = retryAfter(response.headers.get('retry-after'), Date.now());
  return { status: response.status, body, requestId, retryAfterMs };
}

/** A `fetch` of yours, or a token function, may not heed the signal. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('ended'));
    });
  });
}

/** A system error's code; messages may hold addresses. */
function detailOf(thrown: unknown): string | undefined {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
