/** What a server has stored, seen both ways. */
import assert from 'node:assert/strict';
import { Kiln } from 'kiln-audit';
import { at, fhir, type Resource } from './fhir.js';

/** The `who` of each event, in the order in which they were stored: ids rise with the log. */
export async function storedAgents(baseUrl: string): Promise<(string | undefined)[]> {
  const events: { id: string; who: string | undefined }[] = [];
  for await (const { id, agent } of new Kiln({ baseUrl }).auditEvents.searchAll({ limit: 1000 })) {
    events.push({ id, who: agent[0]?.who });
  }
  events.sort((a, b) => (a.id < b.id ? -1 : 1));
  return events.map(({ who }) => who);
}

/** The same by FHIR search, sorted. */
export async function storedIdentifiers(baseUrl: string): Promise<string[]> {
  const found: string[] = [];
  let next: string | undefined = 'AuditEvent?_count=1000';
  while (next !== undefined) {
    const page: Resource = await fhir(baseUrl, next);
    found.push(...at(page, 'entry.resource.agent.who.identifier.value').map(String));
    const link = at(page, 'link').find((each) => at(each, 'relation')[0] === 'next');
    const url = at(link, 'url')[0];
    assert.ok(url === undefined || typeof url === 'string');
    next = url?.slice(url.indexOf('AuditEvent'));
  }
  return found.sort();
}
