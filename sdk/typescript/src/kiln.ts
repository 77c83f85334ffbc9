import { AuditEvents } from './audit-events.js';
import { LIMITS, withLimits, wrongLimit, type Limits } from './limits.js';
import { Transport, type Token } from './transport.js';

/** Where Kiln is and how calls are made. */
export interface KilnOptions extends Partial<Limits> {
  /**
   * The server's address, `http` or `https`, with the path it is served below if there is one:
   * `http://127.0.0.1:8080`. A page of the same origin says `location.origin`.
   */
  readonly baseUrl: string | URL;
  /** The bearer token, or what gives it; asked before each try, so it may be renewed. */
  readonly token?: Token;
  /** Takes the place of the global `fetch`, for a proxy or a client certificate. */
  readonly fetch?: typeof fetch;
}

/**
 * A Kiln server. Makes no request by itself and holds nothing open.
 *
 * @throws TypeError where `baseUrl` is no http(s) address, or has credentials, a query or a
 * fragment; RangeError where a limit is not positive.
 */
export class Kiln {
  /** The audit events: create, read, search. They are never changed or deleted. */
  readonly auditEvents: AuditEvents;

  constructor(options: KilnOptions) {
    const limits = withLimits(LIMITS, options);
    const wrong = wrongLimit(limits);
    if (wrong !== undefined) throw new RangeError(`${wrong} is not a positive number`);
    const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    const transport = new Transport(baseOf(options.baseUrl), send, limits, options.token);
    this.auditEvents = new AuditEvents(transport);
  }
}

/** Without a slash at the end. */
function baseOf(given: string | URL): string {
  const url = parsed(given);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError('baseUrl is not an http or https address');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('baseUrl has credentials, a query or a fragment: say the address alone');
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function parsed(given: string | URL): URL {
  try {
    return new URL(given);
  } catch {
    throw new TypeError("baseUrl is not an address such as 'http://127.0.0.1:8080'");
  }
}
