//! `agent`: who took part.
use crate::code::AGENT_ROLE;
use crate::reference::Otherwise;
use crate::sent::Sent;
use crate::stored::Stored;
use crate::writer::Writer;
use crate::{concept, mark, network, reference};
use kiln_fhir::IssueType;
use kiln_fhir::json::Value;

/// Writes one agent.
pub(crate) fn write(sent: &mut Sent<'_, '_>, at: usize, json: &mut Writer<'_>) {
    let names = ["who", "name", "requestor", "role", "networkAddress"];
    let Some(members) = sent.members(at, names) else { return };
    if members.iter().all(Option::is_none) {
        let message = "an agent has at least one of who, name, requestor, role, networkAddress";
        return sent.refuse(at, IssueType::Required, message);
    }
    let [who, name, requestor, role, address] = members;
    if let Some(role) = sent.text(role) {
        json.array("role", |json| concept::write(json, &AGENT_ROLE, role));
    }
    if let Some(who) = sent.text(who) {
        reference::write(json, "who", who, Otherwise::Identifier);
    }
    if let Some(name) = sent.text(name) {
        json.member("name", name);
    }
    write_requestor(json, sent.boolean(requestor));
    if let Some(address) = sent.text(address) {
        network::write(json, address);
    }
}

/// FHIR wants one; where none was sent it is false, and marked.
fn write_requestor(json: &mut Writer<'_>, requestor: Option<bool>) {
    json.key("requestor");
    json.boolean(requestor.unwrap_or(false));
    if requestor.is_none() {
        json.within("_requestor", mark::write_derived);
    }
}

/// Reads one agent.
pub(crate) fn read(stored: &mut Stored<'_, '_>, at: usize, json: &mut Writer<'_>) {
    let who = stored.member(at, "who");
    if let Some(text) = who.and_then(|who| reference::read(stored, who)) {
        json.member("who", text);
    }
    if let Some(name) = stored.take_text(at, "name") {
        json.member("name", name);
        // R5 has no name but this; senders of R4 often fill both.
        if let Some(who) = who {
            stored.take_if(who, "display", |display| display == name);
        }
    } else if let Some(name) = who.and_then(|who| stored.take_text(who, "display")) {
        json.member("name", name);
    }
    read_requestor(stored, at, json);
    let roles = stored.member(at, "role");
    let role = roles.and_then(|roles| stored.tape.items(roles).next());
    if let Some(text) = role.and_then(|role| concept::read(stored, role, &AGENT_ROLE)) {
        json.member("role", text);
    }
    if let Some(address) = network::read(stored, at) {
        json.member("networkAddress", address);
    }
}

fn read_requestor(stored: &mut Stored<'_, '_>, agent: usize, json: &mut Writer<'_>) {
    let Some(requestor) = stored.member(agent, "requestor") else { return };
    let Value::Bool(value) = stored.tape.value(requestor) else { return };
    stored.take(requestor);
    let beside = stored.member(agent, "_requestor");
    if let Some(beside) = beside.filter(|&beside| !value && mark::is_derived(stored, beside)) {
        mark::take_derived(stored, beside);
    } else {
        json.key("requestor");
        json.boolean(value);
    }
}
