//! A batch or a transaction that is sent (<https://hl7.org/fhir/R4/http.html#transaction>).
use super::resource::text;
use super::{
    Asked, Does, Head, Headers, Limits, Method, Refusal, Resource, patch, reference, route, sent,
};
use kiln_fhir::json::{Tape, Value};
use std::collections::HashSet;

/// A batch or a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Which of them.
    pub kind: BundleKind,
    /// Its entries, in their order.
    pub entries: Vec<Entry>,
}

/// What the entries of a Bundle are to each other.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum BundleKind {
    /// They fail alone.
    Batch,
    /// All or nothing.
    Transaction,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it asks for.
    pub asked: Asked,
    /// `fullUrl`: what other entries call its resource.
    pub full_url: Option<String>,
    /// Its resource.
    pub resource: Option<Resource>,
}

/// Reads a Bundle. One entry that cannot be understood for certain makes all of it refused: the
/// bytes go on as they are.
pub(super) fn read(tape: &Tape<'_>, limits: &Limits) -> Result<Bundle, Refusal> {
    spelled(tape, 0, &["resourceType", "type", "entry"])?;
    if text(tape, 0, "resourceType") != Some("Bundle") {
        let says = "to the base goes a Bundle; to create a resource, send it to its type";
        return Err(Refusal::invalid(says).at("resourceType"));
    }
    let kind = match text(tape, 0, "type") {
        Some("batch") => BundleKind::Batch,
        Some("transaction") => BundleKind::Transaction,
        _ => {
            let says = "to the base goes a batch or a transaction";
            return Err(Refusal::invalid(says).at("Bundle.type"));
        }
    };
    let list: Vec<usize> =
        tape.member(0, "entry").into_iter().flat_map(|list| tape.items(list)).collect();
    if list.len() > limits.entries_max {
        let says = format!("more than {} entries: send fewer", limits.entries_max);
        return Err(Refusal::too_long(says).at("Bundle.entry"));
    }
    let entries = list.iter().enumerate().map(|(position, &at)| {
        entry(tape, at, limits).map_err(|refusal| in_entry(refusal, position))
    });
    let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    check_names(&entries)?;
    Ok(Bundle { kind, entries })
}

/// Whether no two entries have one name: references by it would be to either (bdl-7).
fn check_names(entries: &[Entry]) -> Result<(), Refusal> {
    let mut names = HashSet::new();
    for (position, entry) in entries.iter().enumerate() {
        let name = entry.full_url.as_deref().filter(|name| reference::is_placeholder(name));
        if name.is_some_and(|name| !names.insert(name)) {
            let says = "two entries have one name: give each its own";
            return Err(Refusal::invalid(says).at(format!("Bundle.entry[{position}].fullUrl")));
        }
    }
    Ok(())
}

/// The same refusal, of an entry: that a method is wrong is no matter of the Bundle's own method.
fn in_entry(refusal: Refusal, position: usize) -> Refusal {
    let status = if refusal.status == 413 { 413 } else { 400 };
    let inside = refusal.issue.expression.as_deref().map(|inside| [".", inside].concat());
    let path = format!("Bundle.entry[{position}]{}", inside.unwrap_or_default());
    Refusal { status, allow: "", ..refusal }.at(path)
}

fn entry(tape: &Tape<'_>, at: usize, limits: &Limits) -> Result<Entry, Refusal> {
    spelled(tape, at, &["request", "resource", "fullUrl"])?;
    let request = object(tape, at, "request")?
        .ok_or_else(|| Refusal::invalid("a mandatory element is missing").at("request"))?;
    let asked = asked(tape, request, limits).map_err(|refusal| refusal.at("request"))?;
    let resource = object(tape, at, "resource")?;
    fits(&asked, resource, tape)?;
    let mut said = resource.and_then(|at| Resource::on(tape, at, &[], limits));
    if let (Does::Patch(_) | Does::PatchIf(_), Some(at)) = (&asked.does, resource)
        && let Some(said) = &mut said
    {
        said.patients = patch::patients_in_bundle(tape, at, limits);
    }
    let full_url = text(tape, at, "fullUrl").map(str::to_owned);
    Ok(Entry { full_url, resource: said, asked })
}

const REQUEST: [&str; 6] =
    ["method", "url", "ifMatch", "ifNoneMatch", "ifNoneExist", "ifModifiedSince"];

fn asked(tape: &Tape<'_>, request: usize, limits: &Limits) -> Result<Asked, Refusal> {
    spelled(tape, request, &REQUEST)?;
    let [method, url, if_match, if_none_match, if_none_exist, _] =
        REQUEST.map(|name| match tape.member(request, name) {
            None => Ok(None),
            Some(at) => match tape.text(at) {
                Some(text) => Ok(Some(text)),
                None => Err(Refusal::invalid("must be a string")),
            },
        });
    let missing = || Refusal::invalid("a mandatory element is missing: method and url");
    let url = url?.ok_or_else(missing)?;
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    let headers = Headers {
        if_match: if_match?,
        if_none_match: if_none_match?,
        if_none_exist: if_none_exist?,
        ..Headers::default()
    };
    let head = Head { method: method?.ok_or_else(missing)?, path, query, headers };
    route::of_entry(&head, limits)
}

/// Whether an entry has the resource that it needs, and none that makes another request of it:
/// there are servers that create what an entry holds, whatever its `url` says.
fn fits(asked: &Asked, resource: Option<usize>, tape: &Tape<'_>) -> Result<(), Refusal> {
    let written = match &asked.does {
        Does::Create(kind) | Does::UpdateIf(kind) => Some(*kind),
        Does::Update(instance) => Some(instance.r#type),
        _ => None,
    };
    match (written, resource) {
        (Some(kind), Some(at)) => {
            sent::agrees(asked, kind, tape, at).map_err(|refusal| refusal.at("resource"))
        }
        (Some(_), None) => Err(Refusal::invalid("a mandatory element is missing").at("resource")),
        (None, Some(at)) if matches!(asked.does, Does::Operation(..)) => {
            let is_input = asked.method == Method::Post;
            let is_parameters = text(tape, at, "resourceType") == Some("Parameters");
            let says = "an operation in a Bundle is given Parameters, by POST";
            if is_input && is_parameters { Ok(()) } else { Err(Refusal::invalid(says)) }
        }
        (None, Some(_)) if asked.method.is_safe() => {
            Err(Refusal::invalid("a read has no resource: send it without").at("resource"))
        }
        _ => Ok(()),
    }
}

fn object(tape: &Tape<'_>, at: usize, name: &str) -> Result<Option<usize>, Refusal> {
    let Some(member) = tape.member(at, name) else { return Ok(None) };
    match tape.value(member) {
        Value::Object(_) => Ok(Some(member)),
        _ => Err(Refusal::invalid("must be an object").at(name)),
    }
}

/// Whether none of these names is there in another spelling: a server that does not mind the case
/// of names would read another request.
fn spelled(tape: &Tape<'_>, at: usize, names: &[&str]) -> Result<(), Refusal> {
    let is_other =
        |key: &str| names.iter().any(|name| key.eq_ignore_ascii_case(name) && key != *name);
    if tape.children(at).any(|child| is_other(tape.key(child))) {
        return Err(Refusal::invalid("an element's name is spelled otherwise than FHIR spells it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
