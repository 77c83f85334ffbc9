/** What a call gives: `{ data }` or `{ error }`, so that nobody forgets the second. */
import type { AuditEvent, Issue, IssueCode, Paging } from './types.js';

/**
 * The server's code (FHIR's issue-type), or, where no answer of Kiln's came, one of
 * `unreachable` (no connection, or it broke), `timeout`, `aborted` (by your signal),
 * `unexpected` (an answer that is not Kiln's, such as a proxy's page), `token` (your token
 * function failed, or gave no token), `closed` (the sender takes nothing more).
 */
export type ErrorCode =
  | IssueCode
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  | 'unexpected'
  | 'token'
  | 'closed';

/** Why a call gave no data. */
export interface KilnError {
  readonly code: ErrorCode;
  /** For people. Never a value of the request. */
  readonly message: string;
  /** Everything that the server found wrong; empty where the error is not the server's. */
  readonly issues: readonly Issue[];
  /** The HTTP status; absent where no answer came. */
  readonly status?: number;
  /** Names the request in the server's log. */
  readonly requestId?: string;
  /**
   * Of a create: send the same events again under this key, whenever, and they are stored once,
   * whatever became of this call. (The server remembers keys for 30 days unless set otherwise.)
   */
  readonly idempotencyKey?: string;
  /** Whether the same call may succeed later. The SDK has tried again already. */
  readonly retryable: boolean;
}

interface Failure {
  readonly data?: never;
  readonly error: KilnError;
}

interface Success<T> {
  readonly data: T;
  readonly error?: never;
}

/** `{ data }` or `{ error }`: the object has one of the two members. */
export type Result<T> = Success<T> | Failure;

/** `{ data, paging }` or `{ error }`: a page of a search, newest event first. */
export type PageResult =
  | (Success<readonly AuditEvent[]> & { readonly paging: Paging })
  | (Failure & { readonly paging?: never });

/** An error that is not the server's. */
export function ownError(code: ErrorCode, message: string, retryable = false): KilnError {
  return { code, message, issues: [], retryable };
}
