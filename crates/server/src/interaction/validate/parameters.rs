//! What `$validate` is asked: by the URL's parameters, and by a body that is the event itself or
//! `Parameters` (<https://hl7.org/fhir/R4/operations.html#request>).
use super::too_large;
use crate::{answer::Refusal, exchange::Exchange, intake::Sent};
use kiln_fhir::{IssueType, Limits, MediaType, OperationOutcome, Release, shape, xml};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What is asked.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) resource: Option<Resource>,
    pub(super) mode: Option<Mode>,
    /// Whether a profile is named that is not that of base FHIR.
    pub(super) has_profile: bool,
    /// Whether something is asked that is not known.
    pub(super) has_unknown: bool,
}

/// `resource-validation-mode`
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Create,
    Update,
    Delete,
    /// General validation, against a profile.
    Profile,
}

/// The event that was sent.
#[derive(Debug)]
pub(super) enum Resource {
    /// As it was sent to this release, or to none.
    Json { json: Vec<u8>, at: Option<Release> },
    /// XML of so many bytes, as JSON of its release.
    Xml { json: Vec<u8>, release: Release, bytes: usize },
    /// No JSON or XML of FHIR.
    Unreadable(OperationOutcome),
}

/// Reads what is asked.
///
/// # Errors
/// 400 where the request cannot be understood, 413 where it is too large.
pub(super) fn read(exchange: &Exchange) -> Result<Asked, Refusal> {
    let mut asked = Asked::default();
    for (name, value) in exchange.parameters()? {
        asked.take(&name, Some(&value))?;
    }
    let body = &exchange.body.bytes;
    if body.is_empty() {
        return Ok(asked);
    }
    let (limits, Sent { at, media }) = (exchange.app.settings.event(), exchange.sent);
    let are_parameters = match media {
        MediaType::Json => is_parameters(body),
        MediaType::Xml => xml::root_name(body) == Some("Parameters"),
    };
    let around = if are_parameters { AROUND_BYTES_MAX } else { 0 };
    if body.len() > limits.body_bytes_max.saturating_add(around) {
        return Err(too_large(limits));
    }
    asked.resource = match (media, are_parameters) {
        (MediaType::Json, true) => asked.take_all(body)?.map(|json| Resource::Json { json, at }),
        (MediaType::Json, false) => Some(Resource::Json { json: body.to_vec(), at }),
        (MediaType::Xml, true) => asked.take_xml(body, at, limits)?,
        (MediaType::Xml, false) => Some(of_xml(body, at, limits)),
    };
    Ok(asked)
}

/// Bytes of `Parameters` around an event.
const AROUND_BYTES_MAX: usize = 64 << 10;

/// The profile of base FHIR is checked, whatever version of it is named.
const BASE: &str = "http://hl7.org/fhir/StructureDefinition/AuditEvent";

fn is_parameters(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "resourceType", borrow)]
        resource_type: Cow<'a, str>,
    }
    serde_json::from_slice::<Typed<'_>>(body)
        .is_ok_and(|resource| resource.resource_type == "Parameters")
}

fn of_xml(body: &[u8], at: Option<Release>, limits: &Limits) -> Resource {
    match xml::to_json_at(body, at, limits) {
        Ok((release, json)) => Resource::Xml { json, release, bytes: body.len() },
        Err(outcome) => Resource::Unreadable(outcome),
    }
}

#[derive(Deserialize)]
struct Parameters<'a> {
    #[serde(borrow, default)]
    parameter: Vec<Parameter<'a>>,
}

#[derive(Deserialize)]
struct Parameter<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
    #[serde(rename = "valueCode")]
    code: Option<String>,
    #[serde(rename = "valueString")]
    string: Option<String>,
    #[serde(rename = "valueUri")]
    uri: Option<String>,
    #[serde(rename = "valueCanonical")]
    canonical: Option<String>,
}

impl Asked {
    fn take(&mut self, name: &str, value: Option<&str>) -> Result<(), Refusal> {
        match (name, value) {
            ("mode", Some(value)) => self.mode = Some(Mode::of(value)?),
            ("profile", Some(value)) => {
                let url = value.split('|').next();
                self.has_profile |= url != Some(BASE);
            }
            _ => self.has_unknown = true,
        }
        Ok(())
    }

    /// Takes what `Parameters` say; gives the event among them.
    fn take_all(&mut self, json: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
        let parameters: Parameters<'_> =
            serde_json::from_slice(json).map_err(|_unread| not_read())?;
        let mut event = None;
        for parameter in parameters.parameter {
            let Parameter { name, resource, code, string, uri, canonical } = parameter;
            if name != "resource" {
                let value = code.or(string).or(uri).or(canonical);
                self.take(&name, value.as_deref())?;
                continue;
            }
            let json = resource.ok_or_else(not_read)?.get().as_bytes();
            if event.replace(json.to_vec()).is_some() {
                let says = "Parameters have several events: send one at a time";
                return Err(Refusal::bad_request(IssueType::Invalid, says));
            }
        }
        Ok(event)
    }

    /// The tables of the event's release say what repeats in it. Where the path leaves a choice,
    /// its shape tells which they are, and nothing of the shape needs them.
    fn take_xml(
        &mut self,
        body: &[u8],
        at: Option<Release>,
        limits: &Limits,
    ) -> Result<Option<Resource>, Refusal> {
        let limits = Limits {
            body_bytes_max: body.len(),
            depth_max: limits.depth_max + DEPTH_AROUND,
            nodes_max: limits.nodes_max + NODES_AROUND,
        };
        let mut release = at.unwrap_or(Release::R4);
        let Some(mut json) = self.take_all(&xml::to_json(body, release, &limits)?)? else {
            return Ok(None);
        };
        let seen = match (at, shape(&json)) {
            (None, Some(seen)) => seen,
            (Some(Release::R5), Some(Release::R5Draft)) => Release::R5Draft,
            _ => release,
        };
        if seen != release {
            release = seen;
            let again = Self::default().take_all(&xml::to_json(body, release, &limits)?)?;
            json = again.unwrap_or(json);
        }
        let bytes = json.len();
        Ok(Some(Resource::Xml { json, release, bytes }))
    }
}

/// `Parameters`, `parameter`, `resource`.
const DEPTH_AROUND: usize = 3;
const NODES_AROUND: usize = 64;

impl Mode {
    fn of(code: &str) -> Result<Self, Refusal> {
        match code {
            "create" => Ok(Self::Create),
            "update" => Ok(Self::Update),
            "delete" => Ok(Self::Delete),
            "profile" => Ok(Self::Profile),
            _ => {
                let says = "mode is create, update, delete or profile";
                Err(Refusal::bad_request(IssueType::Value, says))
            }
        }
    }
}

fn not_read() -> Refusal {
    let says = "Parameters have an array called parameter, whose items have a name, and a value or \
                a resource";
    Refusal::bad_request(IssueType::Structure, says)
}

#[cfg(test)]
mod tests;
