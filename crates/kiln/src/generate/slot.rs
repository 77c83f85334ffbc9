//! What differs between events, and how each difference is written.
use super::draw::{Event, Kind, Outcome};
use super::population::{self, APPLICATIONS, RESOURCES, SITES};
use super::text::{self, Scratch, push};
use kiln_fhir::Release;

/// A place in a template.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Action,
    Address,
    AppAddress,
    AppId,
    AppName,
    Login,
    Name,
    Outcome,
    Patient,
    Practitioner,
    Profile,
    PurposeCode,
    Query,
    Recorded,
    RequestId,
    Resource,
    ResourceId,
    RoleCode,
    RoleDisplay,
    Severity,
    SiteId,
    SiteLocation,
    SiteName,
    SubtypeCode,
    SubtypeDisplay,
    Version,
}

impl Slot {
    const NAMES: [(&'static str, Self); 26] = [
        ("action", Self::Action),
        ("address", Self::Address),
        ("app-address", Self::AppAddress),
        ("app-id", Self::AppId),
        ("app-name", Self::AppName),
        ("login", Self::Login),
        ("name", Self::Name),
        ("outcome", Self::Outcome),
        ("patient", Self::Patient),
        ("practitioner", Self::Practitioner),
        ("profile", Self::Profile),
        ("purpose-code", Self::PurposeCode),
        ("query", Self::Query),
        ("recorded", Self::Recorded),
        ("request-id", Self::RequestId),
        ("resource", Self::Resource),
        ("resource-id", Self::ResourceId),
        ("role-code", Self::RoleCode),
        ("role-display", Self::RoleDisplay),
        ("severity", Self::Severity),
        ("site-id", Self::SiteId),
        ("site-location", Self::SiteLocation),
        ("site-name", Self::SiteName),
        ("subtype-code", Self::SubtypeCode),
        ("subtype-display", Self::SubtypeDisplay),
        ("version", Self::Version),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(of, _)| *of == name).map(|(_, slot)| *slot)
    }

    /// Appends what stands here in this event.
    pub(super) fn write(
        self,
        event: &Event,
        release: Release,
        scratch: &mut Scratch,
        out: &mut String,
    ) {
        match self {
            Self::Action => out.push_str(words(event.kind).action),
            Self::Address => text::address(out, event),
            Self::AppAddress => out.push_str(APPLICATIONS[event.application].address),
            Self::AppId => out.push_str(APPLICATIONS[event.application].id),
            Self::AppName => out.push_str(APPLICATIONS[event.application].name),
            Self::Login => population::push_login(out, event.practitioner),
            Self::Name => population::push_name(out, event.practitioner),
            Self::Outcome if release == Release::R5 => r5_outcome(event.outcome, out),
            Self::Outcome => r4_outcome(event.outcome, out),
            Self::Patient => text::uuid(out, population::patient_id(event.patient)),
            Self::Practitioner => population::push_practitioner_id(out, event.practitioner),
            Self::Profile => out.push_str(words(event.kind).profile),
            Self::PurposeCode => out.push_str(PURPOSES[event.purpose]),
            Self::Query => text::query(out, event, scratch),
            Self::Recorded => text::instant(out, event.recorded_ms, scratch),
            Self::RequestId => text::uuid(out, event.request_id),
            Self::Resource => out.push_str(RESOURCES[event.resource]),
            Self::ResourceId => text::uuid(out, event.resource_id),
            Self::RoleCode => out.push_str(population::role(event.practitioner).0),
            Self::RoleDisplay => out.push_str(population::role(event.practitioner).1),
            Self::Severity => out.push_str(ending(event.outcome).severity),
            Self::SiteId => out.push_str(SITES[event.site].id),
            Self::SiteLocation => out.push_str(SITES[event.site].location),
            Self::SiteName => out.push_str(SITES[event.site].name),
            Self::SubtypeCode => out.push_str(words(event.kind).code),
            Self::SubtypeDisplay => out.push_str(words(event.kind).display),
            Self::Version => text::number(out, event.version),
        }
    }
}

/// Treatment, payment, operations, emergency treatment (v3-ActReason).
static PURPOSES: [&str; 4] = ["TREAT", "HPAYMT", "HOPERAT", "ETREAT"];

/// What a kind of event is called.
struct Words {
    /// The end of the name of BALP's profile.
    profile: &'static str,
    action: &'static str,
    code: &'static str,
    display: &'static str,
}

fn words(kind: Kind) -> Words {
    let (profile, action, code, display) = match kind {
        Kind::Read => ("PatientRead", "R", "read", "read"),
        Kind::VersionRead => ("PatientRead", "R", "vread", "vread"),
        Kind::Search => ("PatientQuery", "E", "search-type", "search-type"),
        Kind::Create => ("PatientCreate", "C", "create", "create"),
        Kind::Update => ("PatientUpdate", "U", "update", "update"),
        Kind::Delete => ("PatientDelete", "D", "delete", "delete"),
        Kind::Everything => ("PatientQuery", "E", "operation", "operation"),
        Kind::Login => ("", "E", "110122", "Login"),
        Kind::Logout => ("", "E", "110123", "Logout"),
        Kind::Export => ("", "R", "operation", "operation"),
    };
    Words { profile, action, code, display }
}

/// How an outcome is told.
struct Ending {
    /// The code of `audit-event-outcome`, which R4 and R5 share.
    code: &'static str,
    severity: &'static str,
    text: Option<&'static str>,
}

fn ending(outcome: Outcome) -> Ending {
    let (code, severity, text) = match outcome {
        Outcome::Success => ("0", "informational", None),
        Outcome::Minor => ("4", "warning", Some("a parameter was left out")),
        Outcome::Serious => ("8", "error", Some("refused: no treatment relationship")),
        Outcome::Major => ("12", "critical", Some("the data source did not answer")),
    };
    Ending { code, severity, text }
}

fn r4_outcome(outcome: Outcome, out: &mut String) {
    let ending = ending(outcome);
    push(out, &["\"", ending.code, "\""]);
    if let Some(text) = ending.text {
        push(out, &[r#","outcomeDesc":""#, text, "\""]);
    }
}

fn r5_outcome(outcome: Outcome, out: &mut String) {
    let ending = ending(outcome);
    let system = "http://terminology.hl7.org/CodeSystem/audit-event-outcome";
    push(out, &[r#"{"code":{"system":""#, system, r#"","code":""#, ending.code, r#""}"#]);
    if let Some(text) = ending.text {
        push(out, &[r#","detail":[{"text":""#, text, r#""}]"#]);
    }
    out.push('}');
}
