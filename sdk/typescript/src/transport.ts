/** Requests with retries: what is sent again, when, and what becomes of the last try. */
import { attempt, NoToken, type Attempt } from './attempt.js';
import { abortedError, errorOf } from './failure.js';
import { withLimits, wrongLimit, type Limits } from './limits.js';
import { backoff, pause } from './pause.js';
import { ownError, type KilnError, type Result } from './result.js';

/** A bearer token, or a function that gives one. */
export type Token = string | (() => string | Promise<string>);

/** A failed try that is followed by another. */
export interface Retry {
  readonly error: KilnError;
  /** How many tries there were, this one too. */
  readonly attempts: number;
  /** The pause before the next. */
  readonly waitMs: number;
}

/** Options of every call; limits given here stand above those of `new Kiln()`. */
export interface CallOptions extends Partial<Limits> {
  /** Ends the call, in a pause too: `{ error }` with the code `aborted`. */
  readonly signal?: AbortSignal;
  /** Told of each failed try that is followed by another. */
  readonly onRetry?: (retry: Retry) => void;
}

/** A request, and how its answer is read. */
export interface Request<T> {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, with its query. */
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
  /** Whether ids are answer enough. */
  readonly minimal?: boolean;
  /** `undefined` for what is not the answer to this request. */
  readonly read: (body: unknown) => T | undefined;
}

/** A call of the SDK itself, which sees each try that failed, before it is decided upon. */
export interface Watched extends CallOptions {
  readonly onTry?: (error: KilnError) => void;
}

/** Sends requests to one server. */
export class Transport {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #token: Token | undefined;
  /** The limits of calls that say nothing else. */
  readonly limits: Limits;

  constructor(base: string, send: typeof fetch, limits: Limits, token: Token | undefined) {
    this.#base = base;
    this.#fetch = send;
    this.#token = token;
    this.limits = limits;
  }

  /** Tries until there is an answer worth giving, or a limit is reached. Never rejects. */
  async send<T>(request: Request<T>, options: Watched): Promise<Result<T>> {
    const limits = withLimits(this.limits, options);
    const wrong = isSendable(request.idempotencyKey) ? wrongLimit(limits) : 'idempotencyKey';
    const result =
      wrong === undefined
        ? await this.#tries(request, limits, options)
        : { error: ownError('invalid', `the option ${wrong} is not what it may be`) };
    const { idempotencyKey } = request;
    if (result.error === undefined || idempotencyKey === undefined) return result;
    return { error: { ...result.error, idempotencyKey } };
  }

  async #tries<T>(request: Request<T>, limits: Limits, options: Watched): Promise<Result<T>> {
    const end = performance.now() + limits.deadlineMs;
    for (let attempts = 1; ; attempts += 1) {
      if (options.signal?.aborted === true) return { error: abortedError() };
      const leftMs = Math.max(0, end - performance.now());
      const work = (signal: AbortSignal): Promise<Response> => this.#fetchOnce(request, signal);
      const made = await attempt(work, Math.min(limits.timeoutMs, leftMs), options.signal);
      const data = isSuccess(made) ? request.read(made.body) : undefined;
      if (data !== undefined) return { data };
      const error = errorOf(made, typeof this.#token === 'function');
      options.onTry?.(error);
      const waitMs = backoff(attempts, limits, made.status === undefined ? 0 : made.retryAfterMs);
      // A timer may end a try a moment before the deadline: that was the last one too.
      const wasCut = made.status === undefined && made.code === 'timeout';
      const isLate = (wasCut && leftMs < limits.timeoutMs) || performance.now() + waitMs >= end;
      if (!error.retryable || isLate || attempts >= limits.maxAttempts) return { error };
      tell(options.onRetry, { error, attempts, waitMs });
      await pause(waitMs, options.signal);
    }
  }

  async #fetchOnce(request: Request<unknown>, signal: AbortSignal): Promise<Response> {
    const token = await this.#nextToken();
    signal.throwIfAborted();
    return this.#fetch(this.#base + request.path, {
      method: request.method,
      headers: headersOf(request, token),
      body: request.body ?? null,
      signal,
      cache: 'no-store',
      // A followed redirect may turn a POST into a GET.
      redirect: 'manual',
    });
  }

  async #nextToken(): Promise<string | undefined> {
    if (this.#token === undefined) return undefined;
    try {
      const token = typeof this.#token === 'function' ? await this.#token() : this.#token;
      if (isToken(token)) return token;
    } catch {
      // What was thrown may hold secrets of the caller's: it is not passed on.
    }
    throw new NoToken();
  }
}

/** Outside of the loop: what the callback throws is its own, and uncaught. */
export function tell<T>(callback: ((told: T) => void) | undefined, told: T): void {
  if (callback !== undefined) {
    queueMicrotask(() => {
      callback(told);
    });
  }
}

function isSuccess(made: Attempt): made is Attempt & { readonly body: unknown } {
  return made.status !== undefined && made.status >= 200 && made.status < 300;
}

function headersOf(request: Request<unknown>, token: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  if (request.minimal === true) headers['prefer'] = 'return=minimal';
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  return headers;
}

/** 1 to 255 printable ASCII characters, as the server takes it; `fetch` would trim white space. */
function isSendable(key: string | undefined): boolean {
  return key === undefined || (/^[\x20-\x7e]{1,255}$/.test(key) && key.trim() === key);
}

/** Visible ASCII: what RFC 6750 §2.1 allows, and a little more. */
function isToken(token: unknown): token is string {
  return typeof token === 'string' && /^[\x21-\x7e]+$/.test(token);
}
