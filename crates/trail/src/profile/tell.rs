//! What the profiles share: type, subtypes, head, and the names of the request.
use super::{Source, resource::short};
use crate::{
    Action, Interaction, Outcome, Restful, agent,
    code::{self, Mark},
    event::{Head, Named, Writer},
    interaction::BreakGlass,
};
use std::borrow::Cow;

/// How an event begins.
pub(super) struct Opening {
    pub(super) action: Action,
    /// What it is besides an interaction.
    pub(super) mark: Option<Mark>,
    /// `None`: it is not said.
    pub(super) outcome: Option<Outcome>,
    /// Whether it is FHIR's `create` beside the interaction that was asked for.
    pub(super) is_create: bool,
}

/// Type, subtypes and head, up to the agents.
pub(super) fn begin(event: &mut Writer<'_>, of: &Interaction<'_>, opening: &Opening) {
    event.r#type(code::REST);
    // A list of results is no interaction, and is not to be counted as one.
    if opening.mark != Some(Mark::Results) {
        let restful = of.kind.code();
        event.subtype().raw(code::RESTFUL).raw(restful);
        event.raw("\",\"display\":\"").raw(restful).raw("\"}");
    }
    if opening.is_create {
        event.subtype().raw(code::CREATE);
    }
    if let Some(operation) = of.operation {
        event.subtype().raw(code::OPERATION).code(short(operation)).raw("}");
    }
    break_glass(event, of);
    let is_unknown = of.outcome == Outcome::Unknown;
    let marks = [
        opening.mark,
        (!of.is_whole && of.kind.lists()).then_some(Mark::Incomplete),
        is_unknown.then_some(Mark::OutcomeUnknown),
    ];
    for mark in marks.into_iter().flatten() {
        event.subtype().raw(code::TRAIL).raw(mark.code()).raw("\"}");
    }
    let says = says(of);
    event.head(&Head {
        action: opening.action,
        period: None,
        recorded: of.recorded,
        outcome: opening.outcome,
        says: says.as_deref(),
    });
    agent::purposes(event, ",\"purposeOfEvent\":[", of.purposes.iter().map(|text| short(text)));
}

/// The action that FHIR and BALP see in an interaction.
pub(super) fn action(of: &Interaction<'_>) -> Action {
    match of.kind {
        _ if of.is_upsert() => Action::Create,
        Restful::Create => Action::Create,
        Restful::Update | Restful::Patch => Action::Update,
        Restful::Delete => Action::Delete,
        Restful::Read
        | Restful::Vread
        | Restful::HistoryInstance
        | Restful::HistoryType
        | Restful::HistorySystem
        | Restful::Capabilities => Action::Read,
        Restful::SearchType
        | Restful::SearchSystem
        | Restful::Batch
        | Restful::Transaction
        | Restful::Operation => Action::Execute,
    }
}

/// Each purpose of an emergency once, as a subtype: that is what searches of every release find.
fn break_glass(event: &mut Writer<'_>, of: &Interaction<'_>) {
    for (wanted, coding) in
        [(BreakGlass::Btg, code::BREAK_THE_GLASS), (BreakGlass::Etreat, code::EMERGENCY_TREATMENT)]
    {
        if of.purposes().any(|purpose| BreakGlass::of(purpose) == Some(wanted)) {
            event.subtype().raw(coding);
        }
    }
}

fn says<'a>(of: &Interaction<'a>) -> Option<Cow<'a, str>> {
    if let Some(says) = of.says {
        return Some(Cow::Borrowed(short(says)));
    }
    match (of.outcome, of.status) {
        (Outcome::Success, _) if of.is_unchanged() => {
            Some(Cow::Borrowed("nothing was created: there was one already"))
        }
        (Outcome::Success, _) => None,
        (Outcome::Unknown, _) => Some(Cow::Borrowed("nobody saw how it ended")),
        (_, Some(status)) => Some(Cow::Owned(format!("HTTP status {status}"))),
        (_, None) => None,
    }
}

/// R4's source.
pub(super) fn source(event: &mut Writer<'_>, of: &Interaction<'_>, source: &Source) {
    event.source(source.site(of), source.identifier(of));
    event.entities();
}

/// The names by which the events of one request, and of one Bundle, are found.
pub(super) fn names(event: &mut Writer<'_>, of: &Interaction<'_>) {
    let names = [
        (of.request.id, Named::RequestId),
        (of.request.traceparent, Named::TraceParent),
        (of.correlation, Named::Bundle),
    ];
    for (value, kind) in names {
        if let Some(value) = value {
            event.named(short(value), kind);
        }
    }
}
