/** What an error says of the events of a batch: which are refused, what is to be sent again. */
import type { Batch } from './delivery.js';
import type { KilnError } from './result.js';
import type { Issue } from './types.js';
import type { Item } from './waiting-room.js';

/** An event that is refused. */
export interface Refused {
  readonly item: Item;
  readonly error: KilnError;
}

/** Either the same request again, or these events not at all and those in new batches. */
export type Verdict =
  | 'again'
  | { readonly rejected: readonly Refused[]; readonly resend: readonly (readonly Item[])[] };

/** Statuses that speak of the content: a request that gets one was not stored by an earlier try. */
const OF_CONTENT: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Rejects no event that may be stored: a refusal for another reason than the content (403, 404)
 * after a try without an answer says nothing of that try, so the same request is sent again.
 */
export function verdict(batch: Batch, error: KilnError): Verdict {
  if (error.status === undefined || error.retryable) return 'again';
  if (OF_CONTENT.has(error.status)) return ofContent(batch.items, error);
  if (batch.mayBeStored) return 'again';
  return { rejected: batch.items.map((item) => ({ item, error })), resend: [] };
}

function ofContent(items: readonly Item[], error: KilnError): Verdict {
  const issues = issuesByPosition(error.issues);
  const rejected = items.flatMap((item, at) => {
    const own = issues.get(at);
    return own === undefined ? [] : [{ item, error: ofEvent(error, own) }];
  });
  if (rejected.length > 0) {
    const others = items.filter((_, at) => !issues.has(at));
    return { rejected, resend: others.length === 0 ? [] : [others] };
  }
  const [only] = items;
  if (only !== undefined && items.length === 1) {
    return { rejected: [{ item: only, error }], resend: [] };
  }
  const half = Math.ceil(items.length / 2);
  return { rejected: [], resend: [items.slice(0, half), items.slice(half)] };
}

/** The issues of each event that they name, their paths as of that event alone. */
function issuesByPosition(issues: readonly Issue[]): ReadonlyMap<number, readonly Issue[]> {
  const found = new Map<number, Issue[]>();
  for (const { path, ...issue } of issues) {
    const [, position, rest] = /^\[(\d+)\]\.?(.*)$/.exec(path ?? '') ?? [];
    if (position === undefined) continue;
    const own = found.get(Number(position)) ?? [];
    own.push(rest === undefined || rest === '' ? issue : { ...issue, path: rest });
    found.set(Number(position), own);
  }
  return found;
}

function ofEvent(error: KilnError, issues: readonly Issue[]): KilnError {
  const [first] = issues;
  if (first === undefined) return error;
  return { ...error, code: first.code, message: placed(first), issues };
}

/** As the server says it of a single event: with its place. */
function placed({ path, message }: Issue): string {
  return path === undefined || message.startsWith(path) ? message : `${path}: ${message}`;
}
