//! `patient`: whom an event is about, wherever its release says so.
//!
//! R4 defines it over `agent.who` and `entity.what`, R5 over `patient` alone; Kiln searches all
//! three for every release, which is what a user expects. `Patient/1` needs no term of its own
//! for that, since agents and entities have theirs.
use crate::clause::any;
use crate::field::{AGENT, ENTITY, PATIENT};
use crate::reference::{self, Parts};
use crate::settings::Sender;
use crate::{resource_type, token, value};
use kiln_fhir::{AuditEvent, Entity, Reference};
use kiln_index::{Query, Terms};

/// Indexes what an agent's or entity's reference says of a patient beyond its own terms: the
/// identifier of a logical reference, a text without a type. Whether it is to a patient.
pub(crate) fn index_reference(
    terms: &mut Terms,
    reference: &Reference<'_>,
    parts: Option<&Parts<'_>>,
) -> bool {
    let typed = parts.and_then(|parts| parts.r#type);
    let beside = || reference.r#type.as_deref().map(resource_type::of_uri);
    if typed.or_else(beside) != Some("Patient") {
        return false;
    }
    if let (None, Some(parts), Some(text)) = (typed, parts, &reference.reference) {
        reference::index_parts(terms, PATIENT, parts, text);
    }
    index_identifier(terms, reference);
    true
}

/// An entity that is a patient, by an identifier: a person (type 1) in the role of the patient
/// (role 1), or a resource of this type. R5 has no type.
pub(crate) fn index_by_role(terms: &mut Terms, entity: &Entity<'_>) -> bool {
    let Some(what) = entity.what.as_ref().filter(|what| what.identifier.is_some()) else {
        return false;
    };
    let role = entity.role.iter().flat_map(|role| &role.coding);
    let in_role = role.map(|role| role.code.as_deref()).any(|code| code == Some("1"));
    let r#type = entity.r#type.as_ref().and_then(|r#type| r#type.code.as_deref());
    let is_patient = r#type == Some("Patient") || in_role && matches!(r#type, None | Some("1"));
    if is_patient {
        index_identifier(terms, what);
    }
    is_patient
}

/// Indexes R5's element. Its reference needs terms only where no agent or entity has the same.
pub(crate) fn index_element(terms: &mut Terms, event: &AuditEvent<'_>, patient: &Reference<'_>) {
    let agents = event.agents.iter().filter_map(|agent| agent.who.as_ref());
    let mut others = agents.chain(event.entities.iter().filter_map(|entity| entity.what.as_ref()));
    let typed = patient.reference.as_deref().and_then(Parts::of).and_then(|parts| parts.r#type);
    if typed.is_some() && others.any(|other| other.reference == patient.reference) {
        index_identifier(terms, patient);
    } else {
        reference::index(terms, PATIENT, patient);
    }
}

fn index_identifier(terms: &mut Terms, reference: &Reference<'_>) {
    if let Some(identifier) = &reference.identifier {
        token::index_identifier(terms, PATIENT, identifier);
    }
}

/// One value: as of any reference, and an id alone is a Patient's.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(piece: &str, senders: &[Sender]) -> Result<Query, &'static str> {
    let text = value::unescape(piece);
    let parts = Parts::of(&text).ok_or(reference::FORMS)?;
    let fields = [AGENT, ENTITY, PATIENT];
    Ok(match parts.r#type {
        Some("Patient") => any(fields
            .map(|field| reference::compile(field, piece, senders))
            .into_iter()
            .collect::<Result<_, _>>()?),
        Some(_) => Query::Nothing,
        None => {
            let typed = format!("Patient/{text}");
            let mut ways = Vec::from(fields.map(|field| reference::compile_typed(field, &typed)));
            ways.push(reference::compile(PATIENT, piece, senders)?);
            any(ways)
        }
    })
}

#[cfg(test)]
mod tests;
