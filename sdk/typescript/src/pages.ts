import type { KilnError, PageResult } from './result.js';
import type { AuditEvent } from './types.js';

/** Thrown by `searchAll` when a page cannot be had. */
export class KilnSearchError extends Error {
  override readonly name = 'KilnSearchError';
  /** What `search` would have given as `error`. */
  readonly error: KilnError;
  /**
   * Where to go on: `searchAll({ ...filters, cursor })` begins with the page that failed. Absent
   * where that is the first.
   */
  readonly cursor: string | undefined;

  /** @internal */
  constructor(error: KilnError, cursor: string | undefined) {
    super(error.message);
    this.error = error;
    this.cursor = cursor;
  }
}

/** The events of all pages from a cursor on; a page is fetched when its first event is wanted. */
export async function* pages(
  fetchPage: (cursor: string | undefined) => Promise<PageResult>,
  from: string | null | undefined,
): AsyncGenerator<AuditEvent, void, undefined> {
  let cursor = from ?? undefined;
  for (;;) {
    const { data, paging, error } = await fetchPage(cursor);
    if (error !== undefined) throw new KilnSearchError(error, cursor);
    yield* data;
    if (paging.next === null) return;
    cursor = paging.next;
  }
}
