//! Read and vread of a resource (<https://hl7.org/fhir/R4/http.html#read>).
use super::{
    Reply, Wanted, limits,
    reply::Kept,
    resources,
    told::{self, Ending, Shown},
};
use crate::{answer::Refusal, exchange::Exchange, resources::place};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_store::LogIndex;
use kiln_trail::rest::{Does, Form, Id, Instance, Patient, Resource};

/// Answers it, once its event is on disk.
pub(super) async fn read(
    exchange: &Exchange,
    wanted: &Wanted,
    patient: Option<String>,
) -> Result<Reply, Refusal> {
    let at = place(exchange, wanted)?.ok_or_else(unknown)?;
    let kept = Kept::of(&exchange.store().snapshot().read(at)?)?;
    let shown = shown(exchange, &kept);
    if !is_about(&shown, patient.as_deref()) {
        return Err(unknown());
    }
    if kept.head.is_deletion() {
        return Err(gone());
    }
    let known = wanted.asked.conditions.if_none_match.as_ref();
    let version = Id::parse(&kept.head.version);
    let is_known = known.zip(version.as_ref()).is_some_and(|(known, it)| known.has(it));
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let ending = Ending { status, shown: Some(&shown), ..Ending::default() };
    told::keep(exchange, wanted, &ending).await?;
    Ok(Reply::read(status, kept))
}

/// What of a version is told.
pub(super) fn shown(exchange: &Exchange, kept: &Kept) -> Shown {
    let (head, limits) = (&kept.head, limits(exchange));
    // As it is read: the id that a create was sent with is nobody's.
    let resource = if head.is_deletion() { Vec::new() } else { kept.rendered() };
    let says = Resource::read(&resource, Form::Json, &[&exchange.base], &limits).ok();
    let (r#type, id, version) = (head.r#type.clone(), head.id.clone(), head.version.clone());
    Shown { r#type, id, version, says }
}

/// Whether it is about the patient to whose resources somebody is limited.
pub(super) fn is_about(shown: &Shown, patient: Option<&str>) -> bool {
    let Some(patient) = patient else { return true };
    let is_theirs = |it: &Patient| match it {
        Patient::Reference(reference) => reference.strip_prefix("Patient/") == Some(patient),
        _ => false,
    };
    (shown.r#type == "Patient" && shown.id == patient)
        || shown.says.iter().flat_map(|says| &says.patients).any(is_theirs)
}

fn place(exchange: &Exchange, wanted: &Wanted) -> Result<Option<LogIndex>, Refusal> {
    match &wanted.asked.does {
        Does::Vread(Instance { r#type, id }, version) => {
            let snapshot = exchange.store().snapshot();
            Ok(place::version(&snapshot, r#type.as_str(), id.as_str(), version.as_str())?)
        }
        does => {
            let Does::Read(instance) = does else { return Ok(None) };
            Ok(resources(exchange).current(&instance.to_string()).map(|current| current.at))
        }
    }
}

pub(super) fn unknown() -> Refusal {
    Refusal::not_found("there is no such resource, or no such version of it")
}

/// 410 (<https://hl7.org/fhir/R4/http.html#delete>)
pub(super) fn gone() -> Refusal {
    let says = "the resource was deleted: its history has what it was";
    Refusal::new(StatusCode::GONE, IssueType::Deleted, says)
}
