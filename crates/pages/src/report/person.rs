//! The person of a report, and whether something said of somebody is said of them.
use kiln_fhir::Reference;

/// A person, by all that is known to be them.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// `Patient/1`: relative references that are theirs.
    pub typed: Vec<String>,
    /// Absolute references that are theirs, without versions.
    pub urls: Vec<String>,
    /// Identifiers of theirs.
    pub identifiers: Vec<Identifier>,
}

/// `system|value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// Empty: of no system.
    pub system: String,
    /// `value`
    pub value: String,
}

impl Person {
    /// How the report names them.
    pub fn names(&self) -> Vec<String> {
        let identifiers = self.identifiers.iter().map(|it| [&*it.system, "|", &*it.value].concat());
        self.typed.iter().chain(&self.urls).cloned().chain(identifiers).collect()
    }

    /// Whether a reference in an event of a sender with this base URL, where it is known, is to
    /// them.
    pub(super) fn is(&self, reference: &Reference<'_>, base: Option<&str>) -> bool {
        let text = reference.reference.as_deref();
        text.is_some_and(|text| self.is_text(text, base))
            || reference.identifier.as_ref().is_some_and(|identifier| {
                let system = identifier.system.as_deref().unwrap_or_default();
                let value = identifier.value.as_deref().unwrap_or_default();
                self.has_identifier(system, value)
            })
    }

    /// Whether the text of a reference, in an event of a sender with this base URL, is to them.
    pub fn is_text(&self, text: &str, base: Option<&str>) -> bool {
        let text = unversioned(text);
        if is_absolute(text) {
            return self.urls.iter().any(|url| url == text);
        }
        let is_below = |url: &String| {
            let base = base.map(|base| base.trim_end_matches('/'));
            base.and_then(|base| url.strip_prefix(base)?.strip_prefix('/')) == Some(text)
        };
        self.typed.iter().any(|typed| typed == text) || self.urls.iter().any(is_below)
    }

    fn has_identifier(&self, system: &str, value: &str) -> bool {
        !value.is_empty()
            && self.identifiers.iter().any(|it| {
                it.system.eq_ignore_ascii_case(system) && it.value.eq_ignore_ascii_case(value)
            })
    }

    /// Whether an absolute reference has an id of theirs on another server.
    pub(super) fn elsewhere<'t>(&self, text: &'t str) -> Option<&'t str> {
        let text = unversioned(text);
        if !is_absolute(text) || self.urls.iter().any(|url| url == text) {
            return None;
        }
        let base = |typed: &String| text.strip_suffix(typed.as_str())?.strip_suffix('/');
        self.typed.iter().find_map(base)
    }
}

pub(super) fn is_absolute(text: &str) -> bool {
    text.contains("://") || text.starts_with("urn:")
}

/// A reference without the version it may name.
pub(super) fn unversioned(text: &str) -> &str {
    text.split_once("/_history/").map_or(text, |(before, _)| before)
}

/// `Practitioner` of `Practitioner/1`, with a server or without.
pub(super) fn type_of<'t>(reference: &'t Reference<'_>) -> Option<&'t str> {
    let of_text = || {
        let (before, _id) = unversioned(reference.reference.as_deref()?).rsplit_once('/')?;
        let name = before.rsplit('/').next().unwrap_or(before);
        name.starts_with(|first: char| first.is_ascii_uppercase()).then_some(name)
    };
    of_text().or_else(|| reference.r#type.as_deref()?.rsplit('/').next())
}

/// Whether a reference is to a patient, or to something inside of its event that may be one.
pub fn may_be_patient(reference: &Reference<'_>) -> bool {
    match type_of(reference) {
        Some(name) => name == "Patient",
        None => reference.reference.as_deref().is_some_and(|text| text.starts_with('#')),
    }
}

#[cfg(test)]
mod tests;
