//! What a report is asked: whose, of which time, in which language, written as what.
use super::{
    output::Output,
    sender::{escaped, search_of},
};
use crate::{
    answer::Refusal,
    exchange::{Exchange, all_parameters},
    pages::Frame,
    patient_view,
};
use hyper::{HeaderMap, StatusCode};
use kiln_fhir::{Instant, IssueType, MediaType, Release, date_interval, xml};
use kiln_index::Query;
use kiln_pages::{
    Language, Reader,
    report::{Identifier, Kind, Period, Person},
};
use kiln_search::{Handling, Subject};
use serde::Deserialize;
use std::ops::Range;

/// What is asked.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) kind: Kind,
    pub(super) person: Person,
    /// The id in the path.
    pub(super) id: String,
    pub(super) period: Period,
    pub(super) output: Output,
    pub(super) reader: Reader,
    /// The events that may be theirs.
    pub(super) query: Query,
}

/// Identifiers of one person.
const IDENTIFIERS_MAX: usize = 20;

impl Asked {
    /// By the operation's parameters: those of the URL, and those of a body.
    ///
    /// # Errors
    /// 400 for what is not understood, 403 for another patient in a patient's view, 406.
    pub(super) fn of_operation(exchange: &Exchange, kind: Kind) -> Result<Self, Refusal> {
        if exchange.compartment != Some("Patient") {
            return Err(Refusal::not_found("this report is about a Patient"));
        }
        let mut pairs = all_parameters(&exchange.query)?;
        pairs.extend(of_body(exchange)?);
        Self::of(exchange, kind, &exchange.id, &pairs, &exchange.headers)
    }

    /// By the fields of the form of [`reports`](super::reports).
    ///
    /// # Errors
    /// Those of [`of_operation`](Self::of_operation).
    pub(super) fn of_form(exchange: &Exchange) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(&exchange.body.bytes).unwrap_or_default();
        let (mut id, mut kind, mut pairs) = (String::new(), Kind::Access, Vec::new());
        for (name, value) in all_parameters(text)? {
            match (name.as_str(), value.trim()) {
                ("patient", value) => value.trim_start_matches("Patient/").clone_into(&mut id),
                ("report", "disclosure-accounting") => kind = Kind::Disclosure,
                ("report", _) => {}
                ("identifier", lines) => {
                    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
                    pairs.extend(lines.map(|line| (name.clone(), line.to_owned())));
                }
                _ => pairs.push((name, value)),
            }
        }
        Self::of(exchange, kind, &id, &pairs, &exchange.headers)
    }

    /// By names and values.
    ///
    /// # Errors
    /// Those of [`of_operation`](Self::of_operation).
    pub(super) fn of(
        exchange: &Exchange,
        kind: Kind,
        id: &str,
        pairs: &[(String, String)],
        headers: &HeaderMap,
    ) -> Result<Self, Refusal> {
        if !is_id(id) {
            return Err(refused(NO_ID));
        }
        let mut said = Said::default();
        pairs.iter().try_for_each(|(name, value)| said.take(name, value))?;
        let mut reader = Frame::of(exchange).reader;
        reader.language = said.language.unwrap_or(reader.language);
        let (person, query) = person(exchange, id, &said.identifiers)?;
        exchange.looks.about(id);
        let mut period = said.period(&reader)?;
        if kind == Kind::Disclosure && period.start.is_none() {
            period.start = Some(six_years_before(period.end.unwrap_or(reader.now), &reader));
        }
        let output = Output::of(headers, said.format.as_deref())?;
        Ok(Self { kind, person, id: id.to_owned(), period, output, reader, query })
    }

    /// When the events were recorded.
    pub(super) fn recorded(&self) -> Range<kiln_index::Millis> {
        let millis = |instant: Option<Instant>, open| {
            kiln_index::Millis(instant.map_or(open, |instant| instant.millis))
        };
        millis(self.period.start, i64::MIN)..millis(self.period.end, i64::MAX)
    }

    /// A file's name, without anybody in it.
    pub(super) fn file_name(&self, ending: &str) -> String {
        let name = match self.kind {
            Kind::Access => "access-report",
            Kind::Disclosure => "disclosure-accounting",
        };
        [name, ".", ending].concat()
    }
}

/// What to do where somebody asks by what is no id, which no event can name: a report of it would
/// read as if nobody had looked.
const NO_ID: &str = "patient is the id of a Patient: 1 to 64 letters, digits, -, . and _ without \
    blanks, and not a name; search for the name on the timeline and take the id from an event; an \
    identifier is given as system|value in the field identifier";

/// The form of an id (<https://hl7.org/fhir/R4/datatypes.html#id>), and with `_`, which FHIR has
/// none of and senders have: the SDK's own example is `pt_abc123`.
fn is_id(text: &str) -> bool {
    let is_part = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(is_part)
}

/// The parameters, as they were sent.
#[derive(Debug, Default)]
struct Said {
    start: Option<String>,
    end: Option<String>,
    identifiers: Vec<String>,
    language: Option<Language>,
    format: Option<String>,
}

impl Said {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        if value.is_empty() {
            return Ok(());
        }
        match name {
            "start" => self.start = Some(value.to_owned()),
            "end" => self.end = Some(value.to_owned()),
            "identifier" if self.identifiers.len() < IDENTIFIERS_MAX => {
                self.identifiers.push(value.to_owned());
            }
            "identifier" => return Err(refused("too many identifiers of one person")),
            "language" => {
                let says = "language is en or de";
                self.language = Some(Language::of(value).ok_or_else(|| refused(says))?);
            }
            "_format" => self.format = Some(value.to_owned()),
            "_pretty" => {}
            _ => {
                return Err(refused("a report takes start, end, identifier, language, _format"));
            }
        }
        Ok(())
    }

    /// Days are those of the tenant's zone; `end` is a part of the period.
    fn period(&self, reader: &Reader) -> Result<Period, Refusal> {
        let says = "start and end are dates, or instants: 2026-11-22";
        let read = |text: &Option<String>| match text {
            Some(text) => span(text, reader).map(Some).ok_or_else(|| refused(says)),
            None => Ok(None),
        };
        let (start, end) = (read(&self.start)?, read(&self.end)?);
        let millis = |millis| Instant { millis };
        let period = Period {
            start: start.map(|span| millis(span.start)),
            end: end.map(|span| millis(span.end)),
        };
        match (period.start, period.end) {
            (Some(start), Some(end)) if start >= end => Err(refused("start is before end")),
            _ => Ok(period),
        }
    }
}

/// What a date covers; without a zone, in the reader's.
fn span(text: &str, reader: &Reader) -> Option<Range<i64>> {
    let span = date_interval(text)?;
    let time = text.split_once('T').map_or("", |(_, time)| time);
    if time.contains(['Z', '+', '-']) {
        return Some(span);
    }
    Some(in_zone(span.start, reader)?..in_zone(span.end, reader)?)
}

/// The instant that a clock in the reader's zone shows as one in UTC would show this.
fn in_zone(millis: i64, reader: &Reader) -> Option<i64> {
    let shown = jiff::Timestamp::from_millisecond(millis).ok()?;
    let shown = shown.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let zoned = shown.to_zoned(reader.zone.clone()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

/// The time that an accounting spans where nobody says less (45 CFR 164.528(a)(1)).
fn six_years_before(end: Instant, reader: &Reader) -> Instant {
    let end_at = jiff::Timestamp::from_millisecond(end.millis).ok();
    let years = jiff::Span::new().years(6);
    let start = end_at.and_then(|end| end.to_zoned(reader.zone.clone()).checked_sub(years).ok());
    start.map_or(end, |start| Instant { millis: start.timestamp().as_millisecond() })
}

/// The person, and the query of the events that may be theirs. Who sees one patient alone is given
/// theirs, and names nobody else.
fn person(
    exchange: &Exchange,
    id: &str,
    identifiers: &[String],
) -> Result<(Person, Query), Refusal> {
    let own = [("patient".to_owned(), id.to_owned())];
    patient_view::narrowed(exchange, &own, Handling::Strict)?;
    let is_view = patient_view::subject(exchange).is_some();
    if is_view && !identifiers.is_empty() {
        let says = "in a patient's view a report is of that patient by their own id alone";
        return Err(Refusal::new(StatusCode::FORBIDDEN, IssueType::Forbidden, says));
    }
    let bases = patient_view::bases(exchange);
    let bases = || bases.iter().map(String::as_str);
    let settings = &exchange.app.settings.search;
    let mut person = Person::default();
    let mut ways = Vec::new();
    let mut add_id = |person: &mut Person, typed: String| -> Result<(), Refusal> {
        let id = typed.strip_prefix("Patient/").unwrap_or(&typed);
        ways.push(Subject::new(id, bases()).query());
        if !is_view {
            // Those of other servers, to say that they are there.
            ways.push(search_of(Release::R4, "patient", &escaped(&typed), settings)?);
        }
        person.urls.extend(bases().map(|base| [base, "/", &typed].concat()));
        person.typed.push(typed);
        Ok(())
    };
    add_id(&mut person, format!("Patient/{id}"))?;
    let mut others = Vec::new();
    for identifier in identifiers {
        if let Some(id) = identifier.strip_prefix("Patient/") {
            add_id(&mut person, format!("Patient/{id}"))?;
        } else {
            others.push(identifier);
        }
    }
    for identifier in others {
        if let Some((system, value)) = identifier.rsplit_once('|') {
            let text = [escaped(system), "|".to_owned(), escaped(value)].concat();
            ways.push(search_of(Release::R4, "patient:identifier", &text, settings)?);
            let (system, value) = (system.to_owned(), value.to_owned());
            person.identifiers.push(Identifier { system, value });
        } else if identifier.contains("://") || identifier.starts_with("urn:") {
            ways.push(search_of(Release::R4, "patient", &escaped(identifier), settings)?);
            person.urls.push(identifier.clone());
        } else {
            let says = "identifier is system|value, Patient/id, or the URL of a Patient";
            return Err(refused(says));
        }
    }
    // Those that the person has on this server come last in what the report calls them.
    Ok((person, Query::Or(ways)))
}

/// The parameters of a body: a form, or `Parameters`.
fn of_body(exchange: &Exchange) -> Result<Vec<(String, String)>, Refusal> {
    let body = &exchange.body.bytes;
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let says = "a report takes Parameters whose parameters have a name and a value";
    let json;
    let json = match exchange.sent.media {
        MediaType::Json => &**body,
        MediaType::Xml => {
            let limits = exchange.app.settings.event();
            json = xml::to_json(body, exchange.release, limits)?;
            &json
        }
    };
    let sent: Parameters = serde_json::from_slice(json).map_err(|_unread| refused(says))?;
    if sent.resource_type != "Parameters" {
        return Err(refused(says));
    }
    let value = |it: Parameter| Some((it.name, it.values.into_iter().find_map(text)?));
    Ok(sent.parameter.into_iter().filter_map(value).collect())
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(rename = "resourceType")]
    resource_type: String,
    #[serde(default)]
    parameter: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(flatten)]
    values: serde_json::Map<String, serde_json::Value>,
}

/// A `value[x]` as it stands in a URL: a text, or an Identifier as `system|value`.
fn text((name, value): (String, serde_json::Value)) -> Option<String> {
    if !name.starts_with("value") {
        return None;
    }
    match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Object(identifier) => {
            let member = |name: &str| identifier.get(name).and_then(|it| it.as_str());
            let system = member("system").unwrap_or_default();
            Some([system, "|", member("value")?].concat())
        }
        _ => None,
    }
}

fn refused(says: &str) -> Refusal {
    Refusal::bad_request(IssueType::Invalid, says)
}
