//! `source`: who reports the event.
use crate::code::{self, SOURCE_TYPE};
use crate::reference::{self, Otherwise};
use crate::sent::Sent;
use crate::stored::Stored;
use crate::writer::Writer;

/// Writes the members of `source`.
pub(crate) fn write(sent: &mut Sent<'_, '_>, at: usize, json: &mut Writer<'_>) {
    let Some([observer, site, r#type]) = sent.members(at, ["observer", "site", "type"]) else {
        return;
    };
    if observer.is_none() {
        sent.missing(at, "observer", "is missing: name the system that reports the event");
    }
    if let Some(site) = sent.text(site) {
        json.member("site", site);
    }
    if let Some(observer) = sent.text(observer) {
        reference::write(json, "observer", observer, Otherwise::Display);
    }
    if let Some(r#type) = sent.text(r#type) {
        json.array("type", |json| json.item(|json| code::write(json, &SOURCE_TYPE, r#type)));
    }
}

/// Reads the members of `source`.
pub(crate) fn read(stored: &mut Stored<'_, '_>, at: usize, json: &mut Writer<'_>) {
    let observer = stored.member(at, "observer");
    if let Some(text) = observer.and_then(|at| reference::read_name_first(stored, at)) {
        json.member("observer", text);
    }
    let site = stored.take_text(at, "site").or_else(|| {
        // R5 has a reference to a Location.
        let site = stored.member(at, "site")?;
        stored.take_text(site, "display").or_else(|| reference::read(stored, site))
    });
    if let Some(site) = site {
        json.member("site", site);
    }
    let types = stored.member(at, "type");
    if let Some(text) = types.and_then(|types| code::read_first(stored, types, &SOURCE_TYPE)) {
        json.member("type", text);
    }
}
