/**
 * The names of what Kiln's plain API takes and gives. All of them are made from its OpenAPI
 * document (`schema.ts`); they are read-only, as stored events are.
 */
import type { components, operations } from './schema.js';

type Schemas = components['schemas'];

/**
 * An event to store. `recorded` is an instant of RFC 3339 with seconds and a zone; `null` and an
 * empty array say the same as leaving the member out.
 */
export type NewAuditEvent = Schemas['NewAuditEvent'];
/** Who or what took part; says at least one thing. */
export type NewAgent = Schemas['NewAgent'];
/** The system that reports the event. */
export type NewSource = Schemas['NewSource'];
/** What was looked at, changed or used; says at least one thing. */
export type NewEntity = Schemas['NewEntity'];

/**
 * A stored event: what was sent, with `id` and `received`. One that came as FHIR may have
 * `leftOut`, the FHIR paths that this shape has no place for.
 */
export type AuditEvent = Schemas['AuditEvent'];
/** A participant of a stored event. */
export type Agent = Schemas['Agent'];
/** The system that reported a stored event. */
export type Source = Schemas['Source'];
/** A thing of a stored event. */
export type Entity = Schemas['Entity'];

/** What stands for an event that was stored with `Prefer: return=minimal`. */
export type Receipt = Schemas['Receipt'];
/** Where a page stands: `next` is the cursor of the page after it, `null` on the last one. */
export type Paging = Schemas['Paging'];

/** A code of FHIR's issue-type. */
export type IssueCode = Schemas['IssueCode'];
/** One thing that is wrong; `path` names the member or the filter, never its value. */
export type Issue = Schemas['Issue'];

type Query = NonNullable<operations['searchAuditEvents']['parameters']['query']>;

/**
 * What to search for; all filters are to be met. One that is `undefined` or `null` is not sent.
 * `dateTo: '2024-06-30'` is that whole day, in `timeZone` (UTC where it is not given).
 */
export type Filters = { readonly [Name in keyof Query]?: Query[Name] | null | undefined };
