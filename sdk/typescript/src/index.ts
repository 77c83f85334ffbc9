/** Audit events in Kiln: create, read, search, and send many. Start with {@link Kiln}. */
export { Kiln } from './kiln.js';
export type { KilnOptions } from './kiln.js';
export type { AuditEvents, CreateOptions } from './audit-events.js';
export { KilnSearchError } from './pages.js';
export { KilnSenderError } from './sender-error.js';
export type { Rejection, Undelivered } from './sender-error.js';
export type { CloseOptions, SendOptions, Sender, SenderOptions, SenderStats } from './sender.js';
export { LIMITS, SENDER_LIMITS } from './limits.js';
export type { Limits, SenderLimits } from './limits.js';
export type { CallOptions, Retry, Token } from './transport.js';
export type { ErrorCode, KilnError, PageResult, Result } from './result.js';
export type {
  Agent,
  AuditEvent,
  Entity,
  Filters,
  Issue,
  IssueCode,
  NewAgent,
  NewAuditEvent,
  NewEntity,
  NewSource,
  Paging,
  Source,
} from './types.js';
