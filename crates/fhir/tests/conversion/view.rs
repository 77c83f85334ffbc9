//! What the view of a converted event says, beside the view of the event.
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Limits, Reference, Release, parse};

/// What the target can say, and says differently. URLs of code systems may move, so codes are
/// compared; what is only carried in extensions is not part of a view.
pub(crate) fn differences(one: &[u8], from: Release, other: &[u8], to: Release) -> Vec<String> {
    let limits = Limits { body_bytes_max: 1 << 24, depth_max: 64, nodes_max: 1 << 20 };
    let one = parse(one, from, &limits).expect("an event").event;
    let other = parse(other, to, &limits).expect("an event").event;
    let mut wrong = Vec::new();
    let mut same = |what: &str, one: String, other: String| {
        if one != other {
            wrong.push(format!("{what}: {one} became {other}"));
        }
    };
    same("action", format!("{:?}", one.action), format!("{:?}", other.action));
    same("recorded", format!("{:?}", one.recorded), format!("{:?}", other.recorded));
    same("agents", one.agents.len().to_string(), other.agents.len().to_string());
    same("entities", one.entities.len().to_string(), other.entities.len().to_string());
    if !one.r#type.is_empty() {
        same("type", first(&codes(&one.r#type)), first(&codes(&other.r#type)));
    }
    if !codes(&one.subtype).is_empty() {
        same("subtype", codes(&one.subtype).join(" "), codes(&other.subtype).join(" "));
    }
    if let (Some(one), Some(other)) = (&one.outcome, &other.outcome)
        && one
            .coding
            .iter()
            .any(|coding| matches!(coding.code.as_deref(), Some("0" | "4" | "8" | "12")))
    {
        same(
            "outcome",
            first(&codes(std::slice::from_ref(one))),
            first(&codes(std::slice::from_ref(other))),
        );
    }
    same("purpose", codes(&one.purpose).join(" "), codes(&other.purpose).join(" "));
    same("site", format!("{:?}", one.source.site), format!("{:?}", other.source.site));
    agents(&one, &other, &mut same);
    for (one, other) in one.entities.iter().zip(&other.entities) {
        same("what", identity(one.what.as_ref()), identity(other.what.as_ref()));
        same("query", format!("{:?}", one.query), format!("{:?}", other.query));
        let role = |role: &Option<CodeableConcept<'_>>| {
            role.as_ref().map(|role| codes(std::slice::from_ref(role)).join(" "))
        };
        same("entity role", format!("{:?}", role(&one.role)), format!("{:?}", role(&other.role)));
    }
    wrong
}

fn agents(
    one: &AuditEvent<'_>,
    other: &AuditEvent<'_>,
    same: &mut impl FnMut(&str, String, String),
) {
    for (one, other) in one.agents.iter().zip(&other.agents) {
        let is_known = |agent: &Agent<'_>| {
            agent
                .who
                .as_ref()
                .is_some_and(|who| who.reference.is_some() || who.identifier.is_some())
        };
        if is_known(one) {
            same("who", identity(one.who.as_ref()), identity(other.who.as_ref()));
        }
        same("role", codes(&one.role).join(" "), codes(&other.role).join(" "));
        let requestor = |agent: &Agent<'_>| agent.requestor.unwrap_or(false).to_string();
        same("requestor", requestor(one), requestor(other));
        same(
            "network",
            format!("{:?}", one.network_address),
            format!("{:?}", other.network_address),
        );
        same("policy", format!("{:?}", one.policy), format!("{:?}", other.policy));
    }
}

/// Who it is, apart from how it is shown; what is contained stays behind.
fn identity(reference: Option<&Reference<'_>>) -> String {
    let text = reference.and_then(|own| own.reference.as_deref());
    let text = text.filter(|text| !text.starts_with('#'));
    let identifier = reference.and_then(|own| own.identifier.as_ref());
    let value = identifier.and_then(|own| own.value.as_deref());
    format!("{text:?} {value:?}")
}

fn codes(concepts: &[CodeableConcept<'_>]) -> Vec<String> {
    let codings = concepts.iter().flat_map(|concept| &concept.coding);
    codings.filter_map(|coding| coding.code.as_deref().map(str::to_owned)).collect()
}

fn first(codes: &[String]) -> String {
    codes.first().cloned().unwrap_or_default()
}
