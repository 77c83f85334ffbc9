//! The canonical `AuditEvent` view: what every release's event says, in one shape.
use crate::definition::{Checked, check};
use crate::json::{self, Tape};
use crate::{Instant, Issue, IssueType, OperationOutcome, Release, Severity, shape};
use std::borrow::Cow;

mod fill;
mod keep;

pub(crate) use keep::keep_tape;
pub use keep::{keep, kept};

/// Text of the event: borrowed from its bytes unless an escape had to be resolved.
pub type Str<'a> = Cow<'a, str>;

/// How large an event may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one `AuditEvent`.
    pub body_bytes_max: usize,
    /// Objects and arrays inside each other.
    pub depth_max: usize,
    /// Values and keys in all.
    pub nodes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body_bytes_max: 1 << 20, depth_max: 32, nodes_max: 10_000 }
    }
}

/// An event that is acceptable, and what its sender should be told nevertheless.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The view.
    pub event: AuditEvent<'a>,
    /// Unknown elements, unusual ids.
    pub warnings: Vec<Issue>,
}

/// Parses and checks an event against the base definition of its release.
///
/// # Errors
/// Everything wrong with it, each issue naming its element: not JSON, duplicate keys, another
/// resource type, wrong types, missing mandatory elements, bad primitives, codes outside required
/// bindings, broken invariants (`sev-1`), a limit. `IssueType::Invariant` alone is 422, all else is
/// 400.
pub fn parse<'a>(
    body: &'a [u8],
    release: Release,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    parse_tape(&read(body, limits)?, release)
}

/// Parses and checks an event that was sent to the path of `at`, or to none. Its shape says which
/// release it is in where the path leaves a choice: `/fhir/r5` takes the R4-shaped draft of R5 as
/// well, a path without a release takes every one. [`AuditEvent::release`] is the one it is in.
///
/// # Errors
/// Those of [`parse`]; where the event looks like another release, the first issue says so. An
/// event of R6 is no R4 event with unknown elements, nor the other way round, and is refused.
pub fn receive<'a>(
    body: &'a [u8],
    at: Option<Release>,
    limits: &Limits,
) -> Result<Parsed<'a>, OperationOutcome> {
    let tape = read(body, limits)?;
    receive_tape(&tape, shape::release_at(&tape, at))
}

/// What [`receive`] does once the release is told.
pub(crate) fn receive_tape<'a>(
    tape: &Tape<'a>,
    release: Release,
) -> Result<Parsed<'a>, OperationOutcome> {
    match parse_tape(tape, release) {
        Ok(parsed) if parsed.warnings.is_empty() => Ok(parsed),
        Ok(mut parsed) => {
            let Some(hint) = shape::hint(tape, release) else { return Ok(parsed) };
            if shape::is_foreign(tape, release) {
                parsed.warnings.insert(0, hint);
                return Err(OperationOutcome { issues: parsed.warnings });
            }
            parsed.warnings.insert(0, Issue { severity: Severity::Warning, ..hint });
            Ok(parsed)
        }
        Err(mut outcome) => {
            if let Some(hint) = shape::hint(tape, release) {
                outcome.issues.insert(0, hint);
            }
            Err(outcome)
        }
    }
}

fn read<'a>(body: &'a [u8], limits: &Limits) -> Result<Tape<'a>, OperationOutcome> {
    if body.len() > limits.body_bytes_max {
        let message = format!("larger than {} bytes", limits.body_bytes_max);
        return Err(OperationOutcome::error(IssueType::TooLong, message));
    }
    Ok(json::read(body, limits, "AuditEvent")?)
}

fn parse_tape<'a>(tape: &Tape<'a>, release: Release) -> Result<Parsed<'a>, OperationOutcome> {
    let Checked { slots, warnings } = check(tape, release)?;
    let event = fill::fill(tape, &slots, release).ok_or_else(|| {
        let message = "a mandatory element is missing";
        Issue::error(IssueType::Required, message).at("AuditEvent.recorded")
    })?;
    Ok(Parsed { event, warnings })
}

/// What an `AuditEvent` of any release says. Names are R4's; section 1 of the shared FHIR tables
/// says where each release keeps them.
#[derive(Clone, Debug)]
pub struct AuditEvent<'a> {
    /// The release it is written in.
    pub release: Release,
    /// The id it was sent with.
    pub id: Option<Str<'a>>,
    /// `meta` as sent.
    pub meta: Meta<'a>,
    /// General type: `type` (R4, R6), `category` (R5), `event.type` (DSTU2).
    pub r#type: Vec<CodeableConcept<'a>>,
    /// Specific type: `subtype`, `code` (R5).
    pub subtype: Vec<CodeableConcept<'a>>,
    /// C R U D E.
    pub action: Option<Str<'a>>,
    /// R5's `severity`.
    pub severity: Option<Str<'a>>,
    /// When it was recorded.
    pub recorded: Instant,
    /// Its outcome; R4's code comes as a coding without a system.
    pub outcome: Option<CodeableConcept<'a>>,
    /// `outcomeDesc`, `outcome.detail`.
    pub outcome_detail: Vec<CodeableConcept<'a>>,
    /// `purposeOfEvent`, `authorization`.
    pub purpose: Vec<CodeableConcept<'a>>,
    /// R5's `basedOn`.
    pub based_on: Vec<Reference<'a>>,
    /// R5's `patient`.
    pub patient: Option<Reference<'a>>,
    /// R5's `encounter`.
    pub encounter: Option<Reference<'a>>,
    /// `agent`, `participant`.
    pub agents: Vec<Agent<'a>>,
    /// `source`.
    pub source: Source<'a>,
    /// `entity`, `object`.
    pub entities: Vec<Entity<'a>>,
}

impl AuditEvent<'_> {
    /// An event that says nothing but when.
    pub fn empty(release: Release, recorded: Instant) -> Self {
        Self {
            release,
            id: None,
            meta: Meta::default(),
            r#type: Vec::new(),
            subtype: Vec::new(),
            action: None,
            severity: None,
            recorded,
            outcome: None,
            outcome_detail: Vec::new(),
            purpose: Vec::new(),
            based_on: Vec::new(),
            patient: None,
            encounter: None,
            agents: Vec::new(),
            source: Source::default(),
            entities: Vec::new(),
        }
    }
}

/// `meta`, without what Kiln sets itself.
#[derive(Clone, Debug, Default)]
pub struct Meta<'a> {
    /// `meta.source`
    pub source: Option<Str<'a>>,
    /// `meta.profile`
    pub profile: Vec<Str<'a>>,
    /// `meta.security`
    pub security: Vec<Coding<'a>>,
    /// `meta.tag`
    pub tag: Vec<Coding<'a>>,
}

/// `Coding`
#[derive(Clone, Debug, Default)]
pub struct Coding<'a> {
    /// `system`
    pub system: Option<Str<'a>>,
    /// `code`
    pub code: Option<Str<'a>>,
    /// `display`
    pub display: Option<Str<'a>>,
}

/// `CodeableConcept`, or a lone Coding or code lifted into one.
#[derive(Clone, Debug, Default)]
pub struct CodeableConcept<'a> {
    /// `coding`
    pub coding: Vec<Coding<'a>>,
    /// `text`
    pub text: Option<Str<'a>>,
}

/// `Identifier`
#[derive(Clone, Debug, Default)]
pub struct Identifier<'a> {
    /// `system`
    pub system: Option<Str<'a>>,
    /// `value`
    pub value: Option<Str<'a>>,
    /// `type`
    pub r#type: CodeableConcept<'a>,
}

/// `Reference`
#[derive(Clone, Debug, Default)]
pub struct Reference<'a> {
    /// `reference`
    pub reference: Option<Str<'a>>,
    /// `type`
    pub r#type: Option<Str<'a>>,
    /// `identifier`
    pub identifier: Option<Identifier<'a>>,
    /// `display`
    pub display: Option<Str<'a>>,
}

/// `agent`
#[derive(Clone, Debug, Default)]
pub struct Agent<'a> {
    /// How it took part.
    pub r#type: Option<CodeableConcept<'a>>,
    /// Its security roles.
    pub role: Vec<CodeableConcept<'a>>,
    /// Who.
    pub who: Option<Reference<'a>>,
    /// `altId`; R5: the value of the extension `AlternativeUserID`.
    pub alt_id: Option<Str<'a>>,
    /// `name`
    pub name: Option<Str<'a>>,
    /// Whether it started the event.
    pub requestor: Option<bool>,
    /// `location`
    pub location: Option<Reference<'a>>,
    /// `policy`
    pub policy: Vec<Str<'a>>,
    /// `media`
    pub media: Option<Coding<'a>>,
    /// `network.address`, `networkString`, `networkUri`, or the reference of `networkReference`.
    pub network_address: Option<Str<'a>>,
    /// `network.type`
    pub network_type: Option<Str<'a>>,
    /// `purposeOfUse`, `authorization`
    pub purpose: Vec<CodeableConcept<'a>>,
}

/// `source`
#[derive(Clone, Debug, Default)]
pub struct Source<'a> {
    /// `site` as text; R5: the reference's display, or without any, its text.
    pub site: Option<Str<'a>>,
    /// `observer`; before R4 its identifier.
    pub observer: Option<Reference<'a>>,
    /// `type`
    pub r#type: Vec<CodeableConcept<'a>>,
}

/// `entity`
#[derive(Clone, Debug, Default)]
pub struct Entity<'a> {
    /// `what`
    pub what: Option<Reference<'a>>,
    /// `type`
    pub r#type: Option<Coding<'a>>,
    /// `role`
    pub role: Option<CodeableConcept<'a>>,
    /// `lifecycle`
    pub lifecycle: Option<Coding<'a>>,
    /// `securityLabel`
    pub security_label: Vec<CodeableConcept<'a>>,
    /// `name`
    pub name: Option<Str<'a>>,
    /// `description`
    pub description: Option<Str<'a>>,
    /// `query`, still in base64.
    pub query: Option<Str<'a>>,
    /// R5's `entity.agent`.
    pub agents: Vec<Agent<'a>>,
}

#[cfg(test)]
mod tests;
