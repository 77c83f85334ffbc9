//! References (<https://hl7.org/fhir/R4/search.html#reference>).
//!
//! No reference in an audit record is local to the server that keeps the record, so `Patient/1`
//! finds relative and absolute references alike: finding too little is the worse error. An
//! absolute value narrows. Ids are compared as sent, even outside FHIR's grammar.
use crate::clause::{any, term};
use crate::field::{FOREIGN, ID, LOCAL, SOURCE, TEXT, URL, VERSION};
use crate::settings::Sender;
use crate::{resource_type, string, token, value};
use kiln_fhir::Reference;
use kiln_index::{Field, Query, Terms};

/// What the text of a reference says, taken apart without copying.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts<'a> {
    /// Whether it names its server, or is a `urn:`.
    pub(crate) absolute: bool,
    /// All of it but the version.
    pub(crate) unversioned: &'a str,
    /// `Patient/1`
    pub(crate) typed: Option<&'a str>,
    /// `Patient`
    pub(crate) r#type: Option<&'a str>,
    /// `1`; all of it where it has no type and no server.
    pub(crate) id: Option<&'a str>,
    /// `Patient/1/_history/5`
    pub(crate) version: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// `None` for a reference into the record itself (`#x`), and for no text.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        if text.is_empty() || text.starts_with('#') {
            return None;
        }
        Some(Self::of_plain(text).unwrap_or_else(|| Self::of_any(text)))
    }

    /// `Patient/1` with or without a version: what most references are, in two short scans.
    fn of_plain(text: &'a str) -> Option<Self> {
        let (r#type, rest) = split_at_slash(text)?;
        let (id, after) = split_at_slash(rest).unwrap_or((rest, ""));
        let versioned = after.starts_with("_history/");
        let plain = versioned || id.len() == rest.len();
        if !plain || id.is_empty() || !resource_type::is_shaped(r#type) {
            return None;
        }
        let typed = &text[..r#type.len() + 1 + id.len()];
        Some(Self {
            absolute: false,
            unversioned: typed,
            typed: Some(typed),
            r#type: Some(r#type),
            id: Some(id),
            version: versioned.then_some(text),
        })
    }

    fn of_any(text: &'a str) -> Self {
        let absolute = is_urn(text) || text.contains("://");
        let unversioned = text.split_once("/_history/").map_or(text, |(before, _)| before);
        let typed_at = typed_at(unversioned);
        let typed = typed_at.map(|at| &unversioned[at..]);
        let (r#type, id) = match typed.and_then(split_at_slash) {
            Some((r#type, id)) => (Some(r#type), Some(id)),
            None if absolute => (None, None),
            None => (None, Some(text)),
        };
        let version = typed_at.filter(|_| unversioned.len() < text.len()).map(|at| &text[at..]);
        let unversioned = if version.is_some() { unversioned } else { text };
        Self { absolute, unversioned, typed, r#type, id, version }
    }
}

/// By hand, since the standard library's search costs more than these few bytes.
fn split_at_slash(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == b'/')?;
    Some((&text[..at], &text[at + 1..]))
}

fn is_urn(text: &str) -> bool {
    text.starts_with("urn:")
}

/// Where `Type/id` begins in a reference without its version.
fn typed_at(text: &str) -> Option<usize> {
    let (before, id) = text.rsplit_once('/')?;
    let at = before.rfind('/').map_or(0, |slash| slash + 1);
    // In `http://Patient/1` it is the server that is called so.
    let is_host = before[..at].ends_with("://");
    (!id.is_empty() && !is_host && resource_type::is_shaped(&before[at..])).then_some(at)
}

/// Indexes a reference with its identifier. What its text says.
pub(crate) fn index<'a>(
    terms: &mut Terms,
    field: Field,
    reference: &'a Reference<'_>,
) -> Option<Parts<'a>> {
    if let Some(identifier) = &reference.identifier {
        token::index_identifier(terms, field, identifier);
    }
    let text = reference.reference.as_deref()?;
    let parts = Parts::of(text)?;
    index_parts(terms, field, &parts, text);
    Some(parts)
}

/// Indexes the text of a reference.
pub(crate) fn index_parts(terms: &mut Terms, field: Field, parts: &Parts<'_>, whole: &str) {
    if let Some(typed) = parts.typed {
        terms.push(field, if parts.absolute { FOREIGN } else { LOCAL }, typed);
    }
    if let Some(id) = parts.id {
        terms.push(field, ID, id);
    }
    if parts.absolute {
        terms.push(field, URL, parts.unversioned);
    }
    if let Some(version) = parts.version {
        terms.push(field, VERSION, version);
        if parts.absolute {
            terms.push(field, URL, whole);
        }
    }
}

/// One value: an id, `Type/id`, either with a version, or an absolute URL.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile(
    field: Field,
    piece: &str,
    senders: &[Sender],
) -> Result<Query, &'static str> {
    let text = value::unescape(piece);
    let parts = Parts::of(&text).ok_or(FORMS)?;
    Ok(if parts.absolute {
        compile_absolute(field, &text, senders)
    } else if let Some(version) = parts.version {
        term(field, VERSION, version.to_owned())
    } else if let Some(typed) = parts.typed {
        compile_typed(field, typed)
    } else {
        term(field, ID, text.into_owned())
    })
}

/// One value of the token that `source` is before R4: its identifier, or what is made one of when
/// an event without any is rendered there: the text of a reference, or its display.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_observer(piece: &str) -> Result<Query, &'static str> {
    let mut ways = vec![token::compile_identifier(SOURCE, piece)?];
    let (system, text) = value::system_and_code(piece);
    if system.is_none_or(|system| system.is_empty()) {
        let mut display = String::new();
        string::push_cut(&mut display, &text);
        ways.push(term(SOURCE, TEXT, display));
        ways.extend(Parts::of(&text).map(|parts| as_sent(SOURCE, &parts, &text)));
    }
    Ok(any(ways))
}

/// Records whose reference has this text, as near as its terms tell.
fn as_sent(field: Field, parts: &Parts<'_>, text: &str) -> Query {
    match (parts.absolute, parts.version, parts.typed) {
        (true, ..) => term(field, URL, text.to_owned()),
        (_, Some(version), _) => term(field, VERSION, version.to_owned()),
        (_, None, Some(typed)) => term(field, LOCAL, typed.to_owned()),
        // `1` alone would find the id of `Device/1`, which is another text.
        (_, None, None) => Query::Nothing,
    }
}

/// One value of `:Type`: an id, or what [`compile`] takes as long as its type is this one.
///
/// # Errors
/// What the value should look like.
pub(crate) fn compile_of_type(
    field: Field,
    r#type: &str,
    piece: &str,
    senders: &[Sender],
) -> Result<Query, &'static str> {
    let text = value::unescape(piece);
    let parts = Parts::of(&text).ok_or(FORMS)?;
    match parts.r#type {
        Some(given) if given == r#type => compile(field, piece, senders),
        Some(_) => Err("names another type than its modifier"),
        None if parts.absolute && !is_urn(&text) => {
            Err("takes an id, Type/id or an absolute URL of its modifier's type")
        }
        None => Ok(compile_typed(field, &format!("{type}/{text}"))),
    }
}

/// `Type/id`, wherever it is kept.
pub(crate) fn compile_typed(field: Field, typed: &str) -> Query {
    any([LOCAL, FOREIGN].map(|kind| term(field, kind, typed.to_owned())).into())
}

/// As it was sent, or relative in a record of the sender whose base URL it begins with.
fn compile_absolute(field: Field, url: &str, senders: &[Sender]) -> Query {
    let mut ways = vec![term(field, URL, url.to_owned())];
    // Some senders put a whole `urn:` where an id belongs: `Patient/urn:uuid:…`.
    ways.extend(is_urn(url).then(|| term(field, ID, url.to_owned())));
    for sender in senders {
        let relative = url.strip_prefix(sender.base_url.trim_end_matches('/'));
        if let Some(relative) = relative.and_then(|rest| rest.strip_prefix('/')) {
            ways.extend(compile_sent_by(field, relative, &sender.observer));
        }
    }
    any(ways)
}

fn compile_sent_by(field: Field, relative: &str, observer: &str) -> Option<Query> {
    let parts = Parts::of(relative)?;
    let mut wanted = vec![term(field, LOCAL, parts.typed?.to_owned())];
    wanted.extend(parts.version.map(|version| term(field, VERSION, version.to_owned())));
    wanted.push(if observer.contains('|') {
        token::compile_identifier(SOURCE, observer).ok()?
    } else {
        compile(SOURCE, observer, &[]).ok()?
    });
    Some(Query::And(wanted))
}

/// What a reference may look like in a search.
pub(crate) const FORMS: &str = "takes an id, Type/id, Type/id/_history/version or an absolute URL";

#[cfg(test)]
mod tests;
