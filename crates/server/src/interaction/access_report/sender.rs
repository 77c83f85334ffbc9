//! Who sends an event: its observer, and where its relative references lead.
use crate::answer::Refusal;
use kiln_fhir::{AuditEvent, Release};
use kiln_index::Query;
use kiln_pages::report::label;
use kiln_search::{Handling, Sender, Settings};

/// The base URL of the relative references of an event, where the settings know its sender.
pub(super) fn base<'s>(event: &AuditEvent<'_>, senders: &'s [Sender]) -> Option<&'s str> {
    let observer = event.source.observer.as_ref()?;
    let text = observer.reference.as_deref().unwrap_or_default();
    let identifier = observer.identifier.as_ref();
    let is_it = |sender: &&Sender| match sender.observer.split_once('|') {
        None => sender.observer == text,
        Some((system, value)) => identifier.is_some_and(|it| {
            it.system.as_deref().unwrap_or_default().eq_ignore_ascii_case(system)
                && it.value.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(value))
        }),
    };
    senders.iter().find(is_it).map(|sender| sender.base_url.as_str())
}

/// The events that have the same observer, as near as can be searched.
///
/// # Errors
/// 500 where that cannot be searched: a mistake of ours.
pub(super) fn query(event: &AuditEvent<'_>) -> Result<Query, Refusal> {
    let observer = event.source.observer.as_ref();
    let reference = observer.and_then(|it| it.reference.as_deref()).filter(|it| is_outside(it));
    if let Some(reference) = reference {
        return search(Release::R4, "source", &escaped(reference));
    }
    if let Some(identifier) = observer.and_then(|it| it.identifier.as_ref())
        && let Some(value) = identifier.value.as_deref().filter(|value| !value.is_empty())
    {
        let system = identifier.system.as_deref().map(escaped);
        let system = system.map(|system| system + "|").unwrap_or_default();
        return search(Release::R4, "source:identifier", &(system + &escaped(value)));
    }
    match observer.and_then(label) {
        // Before R4 the observer is an identifier, and a display is searched as one.
        Some(display) => search(Release::Stu3, "source", &escaped(&display)),
        None => search(Release::R4, "source:missing", "true"),
    }
}

/// A reference into the event itself is not searched.
fn is_outside(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('#')
}

/// Compiles one parameter of ours.
///
/// # Errors
/// 400 where its value is none that can be searched.
pub(super) fn search(release: Release, name: &str, value: &str) -> Result<Query, Refusal> {
    search_of(release, name, value, &Settings::default())
}

/// The same, with the senders of the settings.
///
/// # Errors
/// Those of [`search`].
pub(super) fn search_of(
    release: Release,
    name: &str,
    value: &str,
    settings: &Settings,
) -> Result<Query, Refusal> {
    let pairs = [(name.to_owned(), value.to_owned())];
    let search = kiln_search::parse(release, &pairs, Handling::Strict, settings, &|_id| None)?;
    Ok(search.query)
}

/// A value in which nothing separates (<https://hl7.org/fhir/R4/search.html#escaping>).
pub(super) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for letter in value.chars() {
        if matches!(letter, '\\' | ',' | '$' | '|') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
