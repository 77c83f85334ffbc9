//! What people have stated on pages: marks of reviewers, searches they keep. Each statement is the
//! record of the request that made it, in the log of those who look, which Kiln alone writes
//! (`docs/decisions/0028-statements-are-records.md`).
use super::{frame::Frame, said};
use crate::{
    answer::Refusal, authentication::holds_credential, exchange::Exchange, query_string,
    tasks::Deadline,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::StatusCode;
use kiln_fhir::{Agent, AuditEvent, Instant, IssueType, Release};
use kiln_index::{Order, Page};
use kiln_search::{Handling, Names};

/// A statement.
#[derive(Debug)]
pub(super) struct Statement {
    /// Who, as the record names them.
    pub(super) who: String,
    pub(super) at: Instant,
    /// The event that it is about, if one.
    pub(super) event: Option<String>,
    form: Vec<(String, String)>,
}

impl Statement {
    /// A field of the form; empty where there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        field(&self.form, name)
    }
}

/// Statements that are read: the newest ones.
const READ_MAX: usize = 4096;

/// The newest statements of these operations, oldest first: of this principal, or of anybody.
///
/// # Errors
/// The log of those who look cannot be read.
pub(super) fn newest(
    exchange: &Exchange,
    operations: &[&str],
    by: Option<&str>,
    deadline: &Deadline,
) -> Result<Vec<Statement>, Refusal> {
    let Some(audit) = &exchange.tenant.audit else { return Ok(Vec::new()) };
    let snapshot = audit.snapshot();
    let codes = operations.iter().map(|code| format!("{LOG_USE}|{code}"));
    let mut pairs = vec![
        ("subtype".to_owned(), codes.collect::<Vec<_>>().join(",")),
        ("outcome".to_owned(), "0".to_owned()),
    ];
    pairs.extend(by.map(|who| ("altid".to_owned(), escaped(who))));
    let names = Names::Release(Release::R4);
    let settings = &exchange.app.settings.search;
    let search = kiln_search::parse(names, &pairs, Handling::Strict, settings, &|_id| None)?;
    let page = Page {
        query: &search.query,
        order: Order::LogNewest,
        after: None,
        size: snapshot.size(),
        limit: READ_MAX,
    };
    let hits = snapshot.query(&page, &|| deadline.expired())?;
    let mut at: Vec<_> = hits.into_iter().map(|hit| hit.log_index).collect();
    at.reverse();
    let mut statements = Vec::with_capacity(at.len());
    for record in snapshot.read_all(&at)? {
        let said = |event: &AuditEvent<'_>| is_by(event, by).then(|| read(event)).flatten();
        statements.extend(said::with_event(&record, said)?);
    }
    Ok(statements)
}

/// Whether it is by this principal, to the letter: a search folds case.
fn is_by(event: &AuditEvent<'_>, by: Option<&str>) -> bool {
    by.is_none_or(|who| event.agents.iter().any(|agent| agent.alt_id.as_deref() == Some(who)))
}

/// The system of the codes of what only Kiln does.
const LOG_USE: &str = "https://kiln-audit.org/fhir/CodeSystem/log-use";

/// The fields of a form that states something, once it is known to be one of ours and holds nothing
/// that must not outlive its use: then its record would leave it out.
///
/// # Errors
/// 400, 403; 501 where nobody records anything.
pub(super) fn form(frame: &Frame<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let exchange = frame.exchange;
    if exchange.tenant.audit.is_none() {
        let says = "this server keeps no log of those who look, so nothing can be stated here";
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, IssueType::NotSupported, says));
    }
    let text = std::str::from_utf8(&exchange.body.bytes).unwrap_or_default();
    let pairs = query_string::pairs(text).ok_or_else(|| {
        Refusal::bad_request(IssueType::Invalid, "the form is not percent-encoded UTF-8")
    })?;
    frame.check_form(field(&pairs, "form"))?;
    if holds_credential(text) {
        let says = "the form holds what looks like a key or a token: it would be kept for years";
        return Err(Refusal::bad_request(IssueType::Invalid, says));
    }
    Ok(pairs)
}

/// A field that must say something, and no more than so many bytes.
///
/// # Errors
/// 400
pub(super) fn filled<'f>(
    form: &'f [(String, String)],
    name: &'static str,
    bytes_max: usize,
) -> Result<&'f str, Refusal> {
    let value = field(form, name).trim();
    if value.is_empty() || value.len() > bytes_max {
        let says = format!("the field {name} must be filled in, with at most {bytes_max} bytes");
        return Err(Refusal::bad_request(IssueType::Value, says));
    }
    Ok(value)
}

/// The first value of a field; empty where there is none.
pub(super) fn field<'f>(form: &'f [(String, String)], name: &str) -> &'f str {
    form.iter().find(|pair| pair.0 == name).map_or("", |pair| &pair.1)
}

/// The statement that a record is of; `None` of one whose form was left out.
fn read(event: &AuditEvent<'_>) -> Option<Statement> {
    let query = event.entities.iter().find_map(|entity| entity.query.as_deref())?;
    let asked = String::from_utf8(STANDARD.decode(query).ok()?).ok()?;
    // The form stands last, and has no empty line.
    let (_, form) = asked.rsplit_once("\n\n")?;
    let form = query_string::pairs(form)?;
    let references = event.entities.iter().filter_map(|entity| entity.what.as_ref());
    let mut references = references.filter_map(|what| what.reference.as_deref());
    let about = references.find_map(|reference| reference.strip_prefix("AuditEvent/"));
    Some(Statement { who: who(event), at: event.recorded, event: about.map(str::to_owned), form })
}

/// The person where one is named, else the principal.
fn who(event: &AuditEvent<'_>) -> String {
    let named = |agent: &Agent<'_>| {
        let who = agent.who.as_ref().and_then(|who| who.display.as_deref());
        agent.name.as_deref().or(who).map(str::to_owned)
    };
    let asked = event.agents.iter().find(|agent| agent.requestor == Some(true));
    let by_name = asked.and_then(named);
    let alt_id = |agent: &Agent<'_>| agent.alt_id.as_deref().map(str::to_owned);
    by_name.or_else(|| event.agents.iter().find_map(alt_id)).unwrap_or_default()
}

/// A value in which nothing is syntax of a search (<https://hl7.org/fhir/R4/search.html#escaping>).
pub(super) fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for char in value.chars() {
        if matches!(char, '\\' | ',' | '|' | '$') {
            out.push('\\');
        }
        out.push(char);
    }
    out
}
