/**
 * The seven calls of the page that the API was made after, as they stand there. Each create has a
 * function of its own because the page uses its names more than once.
 */
import { Kiln, type AuditEvent } from 'kiln-audit';

/** What was sent, what came back, and what was found. */
export interface Seeded {
  readonly sent: readonly unknown[];
  readonly created: readonly (AuditEvent | undefined)[];
  readonly found: Readonly<Record<Search, readonly AuditEvent[] | undefined>>;
}

/** The page's three searches. */
export type Search = 'action' | 'failures' | 'recent';

/** Runs the page against a server. */
export async function seed(baseUrl: string): Promise<Seeded> {
  const sent: unknown[] = [];
  const recording: typeof fetch = (input, init) => {
    if (typeof init?.body === 'string') sent.push(JSON.parse(init.body));
    return fetch(input, init);
  };
  const clinik = new Kiln({ baseUrl, fetch: recording });
  const created = [];
  for (const record of [access, login, denied, exported]) created.push(await record(clinik));
  return { sent, created, found: await searches(clinik) };
}

/** Record a REST Access Event. */
async function access(clinik: Kiln): Promise<AuditEvent | undefined> {
  const { data: event } = await clinik.auditEvents.create({
    type: 'rest',
    subtype: ['read'],
    action: 'R',
    recorded: new Date().toISOString(),
    outcome: '0',
    agent: [{
      who: 'prac_dr456',
      name: 'Dr. Sarah Chen',
      requestor: true,
      role: 'Practitioner',
      networkAddress: '10.0.1.42',
    }],
    source: {
      observer: 'EHR Application',
      site: 'Main Campus',
      type: 'Application Server',
    },
    entity: [{
      what: 'Patient/pt_abc123',
      type: '1',
      role: '1',
      name: 'Patient Record',
      description: 'Accessed patient demographics',
    }],
  });
  return event;
}

/** Record a Login Event. */
async function login(clinik: Kiln): Promise<AuditEvent | undefined> {
  const { data } = await clinik.auditEvents.create({
    type: 'login',
    action: 'E',
    recorded: '2024-06-15T08:30:00Z',
    outcome: '0',
    agent: [{
      who: 'user_nurse789',
      name: 'Nurse Johnson',
      requestor: true,
      role: 'Nurse',
      networkAddress: '192.168.1.50',
    }],
    source: {
      observer: 'Authentication Service',
      site: 'Cloud',
    },
  });
  return data;
}

/** Record a Failed Access Attempt. */
async function denied(clinik: Kiln): Promise<AuditEvent | undefined> {
  const { data } = await clinik.auditEvents.create({
    type: 'rest',
    action: 'R',
    recorded: new Date().toISOString(),
    outcome: '8',
    outcomeDesc: 'Access denied — insufficient privileges for restricted record',
    agent: [{
      who: 'user_intern001',
      name: 'Medical Intern',
      requestor: true,
      role: 'Intern',
    }],
    source: {
      observer: 'Authorization Service',
      site: 'Cloud',
    },
    entity: [{
      what: 'Patient/pt_restricted999',
      type: '1',
      role: '1',
      name: 'Restricted Patient Record',
    }],
  });
  return data;
}

/** Record a Data Export Event. */
async function exported(clinik: Kiln): Promise<AuditEvent | undefined> {
  const { data } = await clinik.auditEvents.create({
    type: 'export',
    action: 'R',
    recorded: new Date().toISOString(),
    outcome: '0',
    purposeOfEvent: ['HIPAA Operations', 'Quality Reporting'],
    agent: [{
      who: 'admin_user001',
      name: 'System Administrator',
      requestor: true,
      role: 'Admin',
    }],
    source: {
      observer: 'Bulk Export Service',
      site: 'Cloud',
      type: 'Application Server',
    },
    entity: [{
      type: '2',
      role: '3',
      name: 'Bulk Export Job',
      description: 'Exported 1,200 patient records for quality reporting',
    }],
  });
  return data;
}

async function searches(clinik: Kiln): Promise<Seeded['found']> {
  // All events with a specific action
  const { data } = await clinik.auditEvents.search({
    action: 'R',
  });
  // Failed events
  const { data: failures } = await clinik.auditEvents.search({
    outcome: '8',
  });
  // Events in a date range
  const { data: recent } = await clinik.auditEvents.search({
    dateFrom: '2024-06-01',
    dateTo: '2024-06-30',
  });
  return { action: data, failures, recent };
}
