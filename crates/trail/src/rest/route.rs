//! The one table: method and path → interaction.
use super::asked::{Asked, Does, Target};
use super::{Conditions, Form, Head, Id, Instance, Limits, Method, Prefer, Refusal, ResourceType};
use super::{path, query};
use kiln_fhir::IssueType;
use std::borrow::Cow;

/// Reads all but the body of a request.
pub(super) fn of_request(head: &Head<'_>, limits: &Limits) -> Result<Asked, Refusal> {
    let segments = path::of_request(head.path, limits)?;
    asked(head, &segments, limits)
}

/// Reads what an entry of a Bundle asks. Its method, path and query stand in the Bundle's bytes,
/// which go upstream as they are.
pub(super) fn of_entry(head: &Head<'_>, limits: &Limits) -> Result<Asked, Refusal> {
    let segments = path::of_entry(head.path, limits)?;
    let asked = asked(head, &segments, limits)?;
    let is_search = segments.last().is_some_and(|last| last == "_search");
    match asked.does {
        Does::Bundle => Err(Refusal::invalid("a Bundle inside a Bundle: send it alone")),
        Does::AsyncStatus => Err(Refusal::invalid("no part of a Bundle: ask for it alone")),
        _ if head.path.is_empty() && asked.query.is_none() => {
            Err(Refusal::invalid("an empty url: name what is asked for"))
        }
        // Some servers see the method alone here, and create what the entry holds.
        _ if is_search => Err(Refusal::invalid("a search in a Bundle is a GET of the type itself")),
        _ if asked.method == Method::Options => Err(unknown_method()),
        _ => Ok(asked),
    }
}

fn asked(head: &Head<'_>, segments: &[Cow<'_, str>], limits: &Limits) -> Result<Asked, Refusal> {
    let method = Method::parse(head.method).ok_or_else(unknown_method)?;
    if let Some(query) = head.query {
        query::check(query, limits)?;
    }
    let query = head.query.filter(|query| !query.is_empty());
    let names: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
    let does = place(&names)?.does(method, query.is_some())?;
    Ok(Asked {
        does,
        method,
        path: names.join("/"),
        query: query.map(str::to_owned),
        conditions: Conditions::read(head, limits)?,
        prefer: head.headers.prefer.map(Prefer::parse).unwrap_or_default(),
        form: head.headers.content_type.map(Form::of_request).transpose()?,
    })
}

fn unknown_method() -> Refusal {
    Refusal::method(
        "GET, HEAD, POST, PUT, PATCH, DELETE",
        "no method of FHIR REST; in capital letters they are GET, HEAD, POST, PUT, PATCH, DELETE",
    )
}

/// What a path names.
enum Place {
    Base,
    Capabilities,
    Search(Option<ResourceType>),
    History(Target),
    Type(ResourceType),
    Instance(Instance),
    Compartment(Instance, Option<ResourceType>),
    CompartmentSearch(Instance, Option<ResourceType>),
    Operation(String, Target),
    AsyncStatus,
}

fn place(names: &[&str]) -> Result<Place, Refusal> {
    if is_async_status(names) {
        return Ok(Place::AsyncStatus);
    }
    match names {
        [] => Ok(Place::Base),
        ["metadata"] | [".well-known", "smart-configuration"] => Ok(Place::Capabilities),
        ["_search"] => Ok(Place::Search(None)),
        ["_history"] => Ok(Place::History(Target::System)),
        [name] if name.starts_with('$') => operation(name, Target::System),
        [name, rest @ ..] => of_type(known(name)?, rest),
    }
}

fn of_type(r#type: ResourceType, rest: &[&str]) -> Result<Place, Refusal> {
    match rest {
        [] => Ok(Place::Type(r#type)),
        ["_search"] => Ok(Place::Search(Some(r#type))),
        ["_history"] => Ok(Place::History(Target::Type(r#type))),
        [name] if name.starts_with('$') => operation(name, Target::Type(r#type)),
        [id, rest @ ..] => of_instance(Instance { r#type, id: parsed(id)? }, rest),
    }
}

fn of_instance(instance: Instance, rest: &[&str]) -> Result<Place, Refusal> {
    match rest {
        [] => Ok(Place::Instance(instance)),
        ["_history"] => Ok(Place::History(Target::Instance(instance))),
        ["_history", version] => Ok(Place::History(Target::Version(instance, parsed(version)?))),
        ["_history", version, name] if name.starts_with('$') => {
            operation(name, Target::Version(instance, parsed(version)?))
        }
        [name] if name.starts_with('$') => operation(name, Target::Instance(instance)),
        ["*"] => Ok(Place::Compartment(instance, None)),
        ["_search"] | ["*", "_search"] => Ok(Place::CompartmentSearch(instance, None)),
        [other] => Ok(Place::Compartment(instance, Some(known(other)?))),
        [other, "_search"] => Ok(Place::CompartmentSearch(instance, Some(known(other)?))),
        _ => Err(path::not_found()),
    }
}

fn known(name: &str) -> Result<ResourceType, Refusal> {
    ResourceType::parse(name).ok_or_else(path::not_found)
}

fn parsed(id: &str) -> Result<Id, Refusal> {
    let says = "no id: 1 to 64 of letters, digits, - and .";
    Id::parse(id).ok_or_else(|| Refusal::new(404, IssueType::NotFound, says))
}

/// Bytes of the name of an operation.
const OPERATION_BYTES_MAX: usize = 64;

fn operation(name: &str, on: Target) -> Result<Place, Refusal> {
    let name = name.strip_prefix('$').unwrap_or(name);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let starts = name.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if starts && name.len() <= OPERATION_BYTES_MAX && name.bytes().all(is_plain) {
        return Ok(Place::Operation(name.to_owned(), on));
    }
    Err(path::not_found())
}

/// Where servers tell how an export or another answer in the background gets on: FHIR leaves the
/// address to them (<https://hl7.org/fhir/R4/async.html>). In turn: Microsoft, Medplum, Blaze, and
/// the reference server of bulk data. HAPI and Firely have operations.
fn is_async_status(names: &[&str]) -> bool {
    match names {
        ["_operations", kind, id] => is_word(kind) && Id::parse(id).is_some(),
        ["bulkdata", "export", id] | ["__async-status" | "bulkstatus", id] => {
            Id::parse(id).is_some()
        }
        _ => false,
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

const GET: &str = "GET, HEAD";
const GET_POST: &str = "GET, HEAD, POST";

impl Place {
    fn does(self, method: Method, has_query: bool) -> Result<Does, Refusal> {
        let is_read = matches!(method, Method::Get | Method::Head);
        let searches = is_read || method == Method::Post;
        Ok(match self {
            Self::Base => return base(method, has_query),
            Self::Capabilities if method.is_safe() => Does::Capabilities,
            Self::Search(Some(r#type)) if searches => Does::SearchType(r#type),
            Self::Search(None) if searches => Does::SearchSystem,
            Self::Compartment(of, r#type) if is_read => Does::SearchCompartment(of, r#type),
            Self::CompartmentSearch(of, r#type) if searches => Does::SearchCompartment(of, r#type),
            Self::History(target) => return history(target, method),
            Self::Type(r#type) => return on_type(r#type, method, has_query),
            Self::Instance(instance) => return on_instance(instance, method),
            Self::Operation(name, on) if searches || ends_export(&name, &on, method) => {
                Does::Operation(name, on)
            }
            Self::AsyncStatus if is_read || method == Method::Delete => Does::AsyncStatus,
            Self::Capabilities | Self::Compartment(..) => return Err(only(GET)),
            Self::Search(_) | Self::CompartmentSearch(..) | Self::Operation(..) => {
                return Err(only(GET_POST));
            }
            Self::AsyncStatus => return Err(only("GET, HEAD, DELETE")),
        })
    }
}

/// HAPI's and Firely's exports are ended by a DELETE of the operation that tells how they get on.
fn ends_export(name: &str, on: &Target, method: Method) -> bool {
    let tells = matches!(name, "export-poll-status" | "exportstatus");
    tells && *on == Target::System && method == Method::Delete
}

fn only(allow: &'static str) -> Refusal {
    Refusal::method(allow, "this path is not for that method")
}

fn base(method: Method, has_query: bool) -> Result<Does, Refusal> {
    match method {
        Method::Get | Method::Head => Ok(Does::SearchSystem),
        Method::Options => Ok(Does::Capabilities),
        Method::Post => Ok(Does::Bundle),
        Method::Delete if has_query => Ok(Does::DeleteIf(None)),
        Method::Delete => Err(criteria()),
        Method::Put | Method::Patch => Err(only("GET, HEAD, POST")),
    }
}

fn history(target: Target, method: Method) -> Result<Does, Refusal> {
    let is_read = matches!(method, Method::Get | Method::Head);
    Ok(match (target, method) {
        (Target::System, _) if is_read => Does::HistorySystem,
        (Target::Type(r#type), _) if is_read => Does::HistoryType(r#type),
        (Target::Instance(instance), _) if is_read => Does::HistoryInstance(instance),
        (Target::Version(instance, version), _) if is_read => Does::Vread(instance, version),
        (Target::Instance(instance), Method::Delete) => Does::DeleteHistory(instance, None),
        (Target::Version(instance, version), Method::Delete) => {
            Does::DeleteHistory(instance, Some(version))
        }
        (Target::System | Target::Type(_), _) => return Err(only(GET)),
        _ => return Err(only("GET, HEAD, DELETE")),
    })
}

fn on_type(r#type: ResourceType, method: Method, has_query: bool) -> Result<Does, Refusal> {
    match method {
        Method::Get | Method::Head => Ok(Does::SearchType(r#type)),
        Method::Post => Ok(Does::Create(r#type)),
        Method::Options => Err(only("GET, HEAD, POST, PUT, PATCH, DELETE")),
        _ if !has_query => Err(criteria()),
        Method::Put => Ok(Does::UpdateIf(r#type)),
        Method::Patch => Ok(Does::PatchIf(r#type)),
        Method::Delete => Ok(Does::DeleteIf(Some(r#type))),
    }
}

fn criteria() -> Refusal {
    Refusal::invalid("neither an id nor criteria: name what is to be changed")
}

fn on_instance(instance: Instance, method: Method) -> Result<Does, Refusal> {
    match method {
        Method::Get | Method::Head => Ok(Does::Read(instance)),
        Method::Put => Ok(Does::Update(instance)),
        Method::Patch => Ok(Does::Patch(instance)),
        Method::Delete => Ok(Does::Delete(instance)),
        Method::Post | Method::Options => Err(Refusal::method(
            "GET, HEAD, PUT, PATCH, DELETE",
            "an id in the path: create by POST of the type, or by PUT",
        )),
    }
}

#[cfg(test)]
mod tests;
