/**
 * What must and what must not compile for users, checked by the compiler alone: each
 * `@ts-expect-error` is an error where the line below it has none.
 */
import { Kiln, type AuditEvent, type NewAuditEvent } from 'kiln-audit';

/** Never called. */
export async function uses(clinik: Kiln, event: NewAuditEvent): Promise<AuditEvent | undefined> {
  const { data, error } = await clinik.auditEvents.create(event);
  // @ts-expect-error: there may be none.
  const unchecked: AuditEvent = data;
  if (error !== undefined) return unchecked;
  const checked: AuditEvent = data;
  const page = await clinik.auditEvents.search({ action: 'R', limit: 10, cursor: null });
  if (page.error === undefined) return page.data.find(() => page.paging.next === checked.id);

  // @ts-expect-error: no such action.
  await clinik.auditEvents.search({ action: 'X' });
  // @ts-expect-error: no such filter.
  await clinik.auditEvents.search({ who: 'x' });
  // @ts-expect-error: no such member.
  await clinik.auditEvents.create({ ...event, agents: [] });
  // @ts-expect-error: `recorded` is missing.
  await clinik.auditEvents.create({ type: 'rest', agent: [], source: { observer: 'x' } });
  // @ts-expect-error: the server gives ids.
  const withId: NewAuditEvent = { ...event, id: 'x' };
  // @ts-expect-error: events never change.
  checked.action = 'U';
  // @ts-expect-error: events never change.
  await clinik.auditEvents.update(checked);
  // @ts-expect-error: events are never deleted.
  await clinik.auditEvents.delete(checked.id);
  const { data: made } = await clinik.auditEvents.create(withId);
  return made;
}
