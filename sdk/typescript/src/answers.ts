/**
 * Reads the bodies of answers. Each function gives `undefined` for what is not Kiln's answer; the
 * members of an event are taken as the OpenAPI document promises them.
 */
import { isObject } from './json.js';
import type { AuditEvent, Issue, Paging, Receipt } from './types.js';

/** `{ "data": event }` */
export function oneEvent(body: unknown): AuditEvent | undefined {
  return isObject(body) && isEvent(body['data']) ? body['data'] : undefined;
}

/** `{ "data": [event, …] }` with as many as were sent. */
export function severalEvents(count: number): (body: unknown) => readonly AuditEvent[] | undefined {
  return (body) => {
    const data = isObject(body) ? body['data'] : undefined;
    return isArrayOf(data, isEvent) && data.length === count ? data : undefined;
  };
}

/** `{ "data": [receipt, …] }` with as many as were sent. */
export function receipts(count: number): (body: unknown) => readonly Receipt[] | undefined {
  return (body) => {
    const data = isObject(body) ? body['data'] : undefined;
    return isArrayOf(data, isReceipt) && data.length === count ? data : undefined;
  };
}

/** A page of a search. */
export interface Page {
  readonly data: readonly AuditEvent[];
  readonly paging: Paging;
}

/** `{ "data": [event, …], "paging": { … } }`; members that later servers add are left out. */
export function page(body: unknown): Page | undefined {
  if (!isObject(body)) return undefined;
  const { data, paging } = body;
  return isArrayOf(data, isEvent) && isPaging(paging) ? { data, paging } : undefined;
}

/** `{ "error": { code, message, issues } }` */
export function refusal(body: unknown): Refusal | undefined {
  const error = isObject(body) ? body['error'] : undefined;
  return isRefusal(error) ? error : undefined;
}

/** What the server says is wrong. */
export type Refusal = { readonly issues: readonly Issue[] } & Issue;

function isEvent(value: unknown): value is AuditEvent {
  return isReceipt(value) && 'recorded' in value && 'agent' in value && 'source' in value;
}

function isReceipt(value: unknown): value is Receipt {
  return isObject(value) && typeof value['id'] === 'string';
}

function isPaging(value: unknown): value is Paging {
  return isObject(value) && (value['next'] === null || typeof value['next'] === 'string');
}

function isRefusal(value: unknown): value is Refusal {
  return isIssue(value) && 'issues' in value && isArrayOf(value.issues, isIssue);
}

function isIssue(value: unknown): value is Issue {
  if (!isObject(value)) return false;
  return typeof value['code'] === 'string' && typeof value['message'] === 'string';
}

function isArrayOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(is);
}
