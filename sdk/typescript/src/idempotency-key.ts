/** A key that nobody else will make: a random UUID. */
export function newIdempotencyKey(): string {
  const source: Pick<Crypto, 'getRandomValues'> & Partial<Crypto> = globalThis.crypto;
  // Browsers have randomUUID on https and localhost only; a clinic's own network may be neither.
  if (source.randomUUID !== undefined) return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
