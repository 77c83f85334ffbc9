/**
 * A server that misbehaves as it is told, to test what the SDK does on bad networks. It is no
 * stand-in for Kiln: what Kiln answers is tested against Kiln.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What becomes of a request: an answer, or something worse. */
export type Fault = (response: ServerResponse, seen: Seen) => void;

/** Answers requests by the faults in turn; the last one stays. */
export class Faulty implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly baseUrl: string;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  static async start(...faults: Fault[]): Promise<Faulty> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const faulty = new Faulty(server);
    server.on('request', (request, response) => {
      void faulty.#answer(request, response, faults);
    });
    return faulty;
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    faults: readonly Fault[],
  ): Promise<void> {
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: await text(request) };
    const fault = faults[Math.min(this.seen.length, faults.length - 1)];
    this.seen.push(seen);
    fault?.(response, seen);
  }

  /** A header of each request. */
  headers(name: string): unknown[] {
    return this.seen.map(({ headers }) => headers[name]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** An answer with a status, a body (JSON unless it is a text), and headers. */
export function answers(
  status: number,
  body: unknown = '',
  headers: Record<string, string> = {},
): Fault {
  return (response) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** The connection ends without an answer. */
export const hangsUp: Fault = (response) => {
  response.destroy();
};

/** No answer, and the connection stays open. */
export const saysNothing: Fault = () => undefined;

/** An answer that ends in its middle. */
export const breaksOff: Fault = (response) => {
  response.writeHead(201, { 'content-length': '1000' });
  response.write('{ "data": {', () => {
    response.destroy();
  });
};
