//! Compartments: everything of one patient, practitioner or device
//! (<https://hl7.org/fhir/R4/compartmentdefinition.html>).
//!
//! Each release says by which parameters an event belongs to one: the patient's by `patient` (STU3
//! adds it for agents and entities, DSTU2 calls those `participant` and `reference`), a
//! practitioner's and a device's by the agent. Kiln's `patient` looks at all of them in every
//! release. Other compartments have no parameter of `AuditEvent`.
use crate::clause::any;
use crate::field::{AGENT, ENTITY, PATIENT};
use crate::reference;
use kiln_index::Query;

/// The events of one compartment.
#[derive(Clone, Debug)]
pub struct Compartment {
    pub(crate) query: Query,
}

/// The compartment of the resource `{type}/{id}`, as of `/Patient/1/AuditEvent`: the same in every
/// release. `None` where `AuditEvent` is in no compartment of this type.
pub fn compartment(r#type: &str, id: &str) -> Option<Compartment> {
    let fields: &[_] = match r#type {
        "Patient" => &[AGENT, ENTITY, PATIENT],
        "Practitioner" | "Device" => &[AGENT],
        _ => return None,
    };
    let typed = format!("{type}/{id}");
    let ways = fields.iter().map(|field| reference::compile_typed(*field, &typed));
    Some(Compartment { query: any(ways.collect()) })
}

#[cfg(test)]
mod tests;
