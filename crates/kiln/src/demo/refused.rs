//! What the Pharmacy Board sends since its update: events that no log can take.
use super::{DAY_MS, MINUTE_MS, Plan, places::PHARMACY};
use bytes::Bytes;
use kiln_fhir::{Instant, Limits, MediaType, Release};
use kiln_server::intake::{self, Sent};
use kiln_store::{
    Millis,
    rejects::{Door, Rejected},
};

/// How many of them.
const COUNT: i64 = 12;

/// For the shelf: what was sent, and why it was refused.
pub(crate) fn all(plan: &Plan, limits: &Limits) -> Vec<Rejected> {
    let first_ms = plan.now_ms - 2 * DAY_MS;
    (0..COUNT).filter_map(|nth| one(first_ms + nth * 170 * MINUTE_MS, nth, limits)).collect()
}

/// `None` of what would be taken.
fn one(at_ms: i64, nth: i64, limits: &Limits) -> Option<Rejected> {
    let body = Bytes::from(if nth % 4 == 3 { without_a_day(at_ms) } else { without_source(at_ms) });
    let sent = Sent::json(Release::R4);
    let outcome = intake::new_record(body.clone(), sent, limits).err()?;
    Some(Rejected {
        received: Millis(at_ms),
        principal: super::fill::principal(PHARMACY.id),
        door: Door::Create,
        release: Release::R4.number(),
        media_type: MediaType::Json.number(),
        status: 400,
        position: 0,
        outcome: outcome.to_json(),
        body,
    })
}

fn without_source(at_ms: i64) -> String {
    let recorded = Instant { millis: at_ms }.to_text();
    format!(r#"{{{START},"recorded":"{recorded}",{AGENT}}}"#)
}

fn without_a_day(at_ms: i64) -> String {
    let recorded = Instant { millis: at_ms }.to_text();
    // The time alone.
    let recorded = recorded.split('T').next_back().unwrap_or_default();
    let source = r#""source":{"observer":{"reference":"Device/pharmacy"}}"#;
    format!(r#"{{{START},"recorded":"{recorded}",{AGENT},{source}}}"#)
}

const START: &str = concat!(
    r#""resourceType":"AuditEvent","type":{"system":"#,
    r#""http://terminology.hl7.org/CodeSystem/audit-event-type","code":"rest"},"action":"C""#
);
const AGENT: &str = r#""agent":[{"who":{"reference":"Device/dispense"},"requestor":true}]"#;
