//! `entity`: with what it happened.
use crate::code::{self, ENTITY_ROLE, ENTITY_TYPE};
use crate::reference::{self, Otherwise};
use crate::sent::Sent;
use crate::stored::Stored;
use crate::writer::Writer;
use kiln_fhir::IssueType;

/// Writes one entity.
pub(crate) fn write(sent: &mut Sent<'_, '_>, at: usize, json: &mut Writer<'_>) {
    let names = ["what", "type", "role", "name", "description"];
    let Some(members) = sent.members(at, names) else { return };
    if members.iter().all(Option::is_none) {
        let message = "an entity has at least one of what, type, role, name, description";
        return sent.refuse(at, IssueType::Required, message);
    }
    let [what, r#type, role, name, description] = members;
    if let Some(what) = sent.text(what) {
        reference::write(json, "what", what, Otherwise::Identifier);
    }
    if let Some(r#type) = sent.text(r#type) {
        json.within("type", |json| code::write(json, &ENTITY_TYPE, r#type));
    }
    if let Some(role) = sent.text(role) {
        json.within("role", |json| code::write(json, &ENTITY_ROLE, role));
    }
    if let Some(name) = sent.text(name) {
        json.member("name", name);
    }
    if let Some(description) = sent.text(description) {
        json.member("description", description);
    }
}

/// Reads one entity.
pub(crate) fn read(stored: &mut Stored<'_, '_>, at: usize, json: &mut Writer<'_>) {
    let what = stored.member(at, "what");
    if let Some(text) = what.and_then(|what| reference::read(stored, what)) {
        json.member("what", text);
    }
    for (name, vocabulary) in [("type", &ENTITY_TYPE), ("role", &ENTITY_ROLE)] {
        let coded = stored.member(at, name);
        if let Some(text) = coded.and_then(|coded| code::read_first(stored, coded, vocabulary)) {
            json.member(name, text);
        }
    }
    if let Some(name) = stored.take_text(at, "name") {
        json.member("name", name);
        if let Some(what) = what {
            stored.take_if(what, "display", |display| display == name);
        }
    } else if let Some(name) = what.and_then(|what| stored.take_text(what, "display")) {
        json.member("name", name);
    }
    if let Some(description) = stored.take_text(at, "description") {
        json.member("description", description);
    }
}
