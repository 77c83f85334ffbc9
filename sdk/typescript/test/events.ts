/** Events for the tests. */
import type { NewAuditEvent } from 'kiln-audit';

/** One that is found again by its number: its agent is `{series}-{number}`. */
export function numbered(series: string, number: number): NewAuditEvent {
  return {
    type: 'rest',
    subtype: ['read'],
    action: 'R',
    recorded: new Date(Date.UTC(2025, 0, 1) + number * 1000).toISOString(),
    agent: [{ who: `${series}-${String(number)}`, requestor: true }],
    source: { observer: series },
    entity: [{ what: 'Patient/p1' }],
  };
}

/** The numbers from 0 on. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** As `numbered`, but no server of the plain API may take it. */
export function refused(series: string, number: number): NewAuditEvent {
  return { ...numbered(series, number), agent: [] };
}
