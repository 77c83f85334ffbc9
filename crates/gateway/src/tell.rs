//! From what happened to events: one for each interaction, each entry of a Bundle being one.
use crate::{
    entry::{Intent, Whom},
    seams::NotKept,
};
use kiln_fhir::Instant;
use kiln_server::intake::{self, Sent};
use kiln_store::{Millis, NewRecord, RecordKind};
use kiln_trail::{
    Client, Event, Interaction, Outcome, Patient, Profile, Request, Restful, Returned, Server,
    State, Tag, Version, Versioned,
    rest::{self, Happened},
};

/// How events are told, the same for all of them.
#[derive(Clone, Debug)]
pub(crate) struct Teller {
    /// In which shape.
    pub(crate) profile: Profile,
    /// The tenant's name.
    pub(crate) tenant: String,
    /// The base URL of the server behind.
    pub(crate) upstream: String,
}

/// What there is to tell.
#[derive(Clone, Debug)]
pub(crate) struct Told<'a> {
    /// What was to be done, and by whom.
    pub(crate) intent: &'a Intent,
    /// The same, read.
    pub(crate) asked: &'a rest::Asked,
    /// What came with it.
    pub(crate) sent: &'a rest::Sent,
    /// What the answer says.
    pub(crate) happened: &'a Happened,
    /// What was there before.
    pub(crate) before: &'a Before,
    /// The status; `None` where there is no answer.
    pub(crate) status: Option<u16>,
    /// How it ended, where the status does not say it.
    pub(crate) outcome: Option<Outcome>,
    /// Why it did not end well: words of ours.
    pub(crate) says: Option<&'a str>,
    /// When.
    pub(crate) at: Millis,
    /// One name for all of them.
    pub(crate) correlation: &'a str,
    /// The origin of the log.
    pub(crate) origin: &'a str,
    /// The URL that was asked, up to the resource type.
    pub(crate) base: Option<&'a str>,
}

/// What is known of a resource before it is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Before {
    /// Its id, where criteria named it.
    pub(crate) id: Option<rest::Id>,
    /// Its version.
    pub(crate) old: Old,
    /// Whom it is about.
    pub(crate) patients: Vec<rest::Patient>,
    /// Its tags.
    pub(crate) tags: Vec<rest::Tag>,
    /// Of a Bundle: what is known of the resource of each entry, as far as they were read.
    pub(crate) entries: Vec<Before>,
}

/// A version before a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Old {
    /// Nobody knows.
    #[default]
    Unknown,
    /// There was none.
    Absent,
    /// This one.
    Known(rest::Id),
}

impl Teller {
    /// The events of what happened.
    pub(crate) fn events(&self, told: &Told<'_>) -> Vec<Event> {
        let parts = parts(told);
        if parts.is_empty() {
            return self.one(told, &Part::whole(told));
        }
        parts.iter().flat_map(|part| self.one(told, part)).collect()
    }

    fn one(&self, told: &Told<'_>, part: &Part<'_>) -> Vec<Event> {
        let principal = told.intent.who.principal();
        let kind = part.asked.restful(part.sent);
        let query = is_query(kind).then(|| query(told.intent, part));
        let patients: Vec<Patient<'_>> =
            part.patients.iter().filter_map(rest::Patient::named).collect();
        // What was included was shown as well.
        let shown = part.happened.into_iter().flat_map(|it| it.returned.iter().chain(&it.included));
        let shown: Vec<&rest::Resource> = shown.collect();
        let theirs: Vec<Vec<Patient<'_>>> = shown.iter().map(|one| named(one)).collect();
        let returned: Vec<Returned<'_>> =
            shown.iter().zip(&theirs).filter_map(|(one, theirs)| returned(one, theirs)).collect();
        let tags: Vec<Tag<'_>> = part.tags().map(rest::Tag::named).collect();
        let purposes: Vec<&str> = told.intent.purposes.iter().map(String::as_str).collect();
        let outcome = part.outcome.unwrap_or_else(|| Outcome::of_status(part.status));
        let says = told.says.map(str::to_owned).or_else(|| part.says(outcome));
        let operation = match &part.asked.does {
            rest::Does::Operation(name, _) => Some(name.as_str()),
            _ => None,
        };
        self.profile.events(&Interaction {
            kind,
            operation,
            recorded: Instant { millis: told.at.0 },
            outcome,
            says: says.as_deref(),
            status: part.status,
            client: Client { principal: Some(&principal), address: told.intent.who.address },
            is_verified: told.intent.who.means.is_verified(),
            by_server: false,
            organization: None,
            server: Server { tenant: &self.tenant, origin: told.origin, url: told.base },
            upstream: Some(&self.upstream),
            request: Request {
                query: query.as_deref(),
                id: Some(&told.intent.request_id),
                traceparent: told.intent.traceparent.as_deref(),
            },
            correlation: part.is_entry.then_some(told.correlation),
            purposes: &purposes,
            resource: part.resource(kind, outcome),
            patients: &patients,
            returned: &returned,
            is_whole: part.happened.is_none_or(|it| it.is_whole),
            tags: &tags,
        })
    }
}

/// One interaction: the request, or an entry of its Bundle.
struct Part<'a> {
    asked: &'a rest::Asked,
    sent: &'a rest::Sent,
    happened: Option<&'a Happened>,
    before: Option<&'a Before>,
    patients: Vec<rest::Patient>,
    resource: Option<&'a rest::Resource>,
    status: Option<u16>,
    outcome: Option<Outcome>,
    is_entry: bool,
}

const NOTHING: rest::Sent = rest::Sent::Nothing;

/// The entries of a Bundle; none of another request, and none where the Bundle failed as a whole.
fn parts<'a>(told: &Told<'a>) -> Vec<Part<'a>> {
    let rest::Sent::Bundle(bundle) = told.sent else { return Vec::new() };
    let is_refused = told.status.is_some_and(|status| status >= 400) && told.outcome.is_none();
    if is_refused {
        return Vec::new();
    }
    let entries = bundle.entries.iter().enumerate();
    let part = |(at, entry): (usize, &'a rest::Entry)| {
        let happened = told.happened.entries.get(at);
        let status = happened.and_then(|it| it.status);
        // Where the answer does not tell of an entry, nobody knows.
        let outcome = told.outcome.or(Some(happened.map_or(Outcome::Unknown, |it| it.outcome)));
        let sent = entry.resource.iter().flat_map(|it| it.patients.clone());
        let kept = told.intent.entries.get(at).map_or(&[][..], |it| &it.patients);
        let (kept, asked) = (kept.iter().map(Whom::to_rest), of_asked(&entry.asked));
        let shown = happened.map_or(&[][..], |it| &it.patients).iter().cloned();
        let before = told.before.entries.get(at);
        let known = before.map_or(&[][..], |it| &it.patients).iter().cloned();
        Part {
            asked: &entry.asked,
            sent: &NOTHING,
            happened,
            before,
            patients: each_once(known.chain(named_by(shown, sent.chain(kept).chain(asked)))),
            resource: entry.resource.as_ref(),
            status,
            outcome,
            is_entry: true,
        }
    };
    entries.map(part).collect()
}

fn of_asked(asked: &rest::Asked) -> Vec<rest::Patient> {
    asked.patients(None, &rest::Limits::default())
}

/// Whom an answer says it was about, which has those of the request by the names that the server
/// gave them; without an answer, those of the request.
fn named_by(
    answer: impl Iterator<Item = rest::Patient>,
    request: impl Iterator<Item = rest::Patient>,
) -> Vec<rest::Patient> {
    let named = each_once(answer);
    if named.is_empty() { each_once(request) } else { named }
}

fn each_once(patients: impl Iterator<Item = rest::Patient>) -> Vec<rest::Patient> {
    let mut once: Vec<rest::Patient> = Vec::new();
    for patient in patients.filter(|it| it.named().is_some()) {
        if !once.contains(&patient) {
            once.push(patient);
        }
    }
    once
}

impl<'a> Part<'a> {
    fn whole(told: &Told<'a>) -> Self {
        let form = match told.sent {
            rest::Sent::Form(form) => Some(form.as_str()),
            _ => None,
        };
        let resource = match told.sent {
            rest::Sent::Resource(resource) => Some(&**resource),
            _ => None,
        };
        let sent = resource.map_or(&[][..], |it| &it.patients).iter().cloned();
        let kept = told.intent.patients.iter().map(Whom::to_rest);
        let asked = told.asked.patients(form, &rest::Limits::default()).into_iter();
        let before = told.before.patients.iter().cloned();
        let shown = told.happened.patients.iter().cloned();
        Self {
            asked: told.asked,
            sent: told.sent,
            happened: Some(told.happened),
            before: Some(told.before),
            patients: each_once(before.chain(named_by(shown, sent.chain(kept).chain(asked)))),
            resource,
            status: told.status,
            outcome: told.outcome.or(told.status.map(|_| told.happened.outcome)),
            is_entry: false,
        }
    }

    fn tags(&self) -> impl Iterator<Item = &rest::Tag> {
        let shown = self.happened.map_or(&[][..], |it| &it.tags);
        let sent = self.resource.map_or(&[][..], |it| &it.tags);
        let before = self.before.map_or(&[][..], |it| &it.tags);
        let all = [shown, sent, before];
        all.into_iter().find(|tags| !tags.is_empty()).unwrap_or_default().iter()
    }

    /// The status and the codes of the issues of a failure.
    fn says(&self, outcome: Outcome) -> Option<String> {
        let status = self.status.filter(|_| outcome != Outcome::Success)?;
        let issues = self.happened.map_or(&[][..], |it| &it.issues);
        Some(if issues.is_empty() {
            status.to_string()
        } else {
            format!("{status}: {}", issues.join(", "))
        })
    }

    /// The resource that it is about, and its versions around it.
    fn resource(&self, kind: Restful, outcome: Outcome) -> Option<Versioned<'_>> {
        let changed = self.happened.and_then(|it| it.changed.as_ref());
        let named = self.asked.instance();
        let r#type = changed.map(|it| it.r#type).or_else(|| match kind {
            Restful::Create | Restful::Update | Restful::Patch | Restful::Delete => {
                self.asked.resource_type()
            }
            _ => named.map(|instance| instance.r#type),
        })?;
        let id =
            changed.and_then(|it| it.id.as_ref()).or(self.before.and_then(|it| it.id.as_ref()));
        let id = id.or_else(|| named.map(|instance| &instance.id));
        let shown = self.happened.and_then(|it| it.resource.as_ref());
        let state = shown.or(self.resource).map_or_else(State::default, rest::Resource::state);
        Some(Versioned {
            r#type: r#type.as_str(),
            id: id.map(rest::Id::as_str),
            old: self.old(kind),
            new: self.new_version(kind, outcome),
            state,
        })
    }

    fn old(&self, kind: Restful) -> Version<'_> {
        let changed = self.happened.and_then(|it| it.changed.as_ref());
        if !is_change(kind) || kind == Restful::Create || changed.is_some_and(|it| it.is_new) {
            return Version::Absent;
        }
        let said = self.asked.conditions.if_match.as_ref().and_then(rest::EntityTags::version);
        let before = self.before.map_or(&Old::Unknown, |it| &it.old);
        match (before, said.or_else(|| changed.and_then(|it| it.old.as_ref()))) {
            (Old::Known(version), _) | (_, Some(version)) => Version::Known(version.as_str()),
            (Old::Absent, None) => Version::Absent,
            (Old::Unknown, None) => Version::Unknown,
        }
    }

    fn new_version(&self, kind: Restful, outcome: Outcome) -> Version<'_> {
        let changed = self.happened.and_then(|it| it.changed.as_ref());
        let version = changed.and_then(|it| it.version.as_ref());
        match (outcome, version.or_else(|| self.asked.version())) {
            (Outcome::Minor | Outcome::Serious, _) if is_change(kind) => Version::Absent,
            (_, Some(version)) => Version::Known(version.as_str()),
            (Outcome::Success | Outcome::Unknown, None) => Version::Unknown,
            (Outcome::Minor | Outcome::Serious, None) => Version::Absent,
        }
    }
}

fn is_change(kind: Restful) -> bool {
    matches!(kind, Restful::Create | Restful::Update | Restful::Patch | Restful::Delete)
}

/// What of a request is told as it was sent.
fn is_query(kind: Restful) -> bool {
    !matches!(
        kind,
        Restful::Create
            | Restful::Read
            | Restful::Vread
            | Restful::Update
            | Restful::Patch
            | Restful::Delete
            | Restful::Batch
            | Restful::Transaction
    )
}

/// Method and target, and below them the form.
fn query(intent: &Intent, part: &Part<'_>) -> Vec<u8> {
    let method =
        if part.is_entry { crate::entry::method(part.asked.method) } else { &intent.head.method };
    let mut query = [method, " ", &part.asked.path].concat().into_bytes();
    if let Some(behind) = &part.asked.query {
        query.push(b'?');
        query.extend_from_slice(behind.as_bytes());
    }
    if let rest::Sent::Form(form) = part.sent {
        query.extend_from_slice(b"\n\n");
        query.extend_from_slice(form.as_bytes());
    }
    query
}

fn named(resource: &rest::Resource) -> Vec<Patient<'_>> {
    resource.patients.iter().filter_map(rest::Patient::named).collect()
}

fn returned<'a>(one: &'a rest::Resource, patients: &'a [Patient<'a>]) -> Option<Returned<'a>> {
    let version = one.version.as_ref().map_or(Version::Unknown, |it| Version::Known(it.as_str()));
    let (r#type, id) = (one.r#type.as_str(), one.id.as_ref()?.as_str());
    Some(Returned { r#type, id, version, state: one.state(), patients })
}

/// Limits are for what comes in; this comes from within.
const UNBOUNDED: kiln_fhir::Limits =
    kiln_fhir::Limits { body_bytes_max: usize::MAX, depth_max: 128, nodes_max: usize::MAX };

/// The record of an event. It is checked as others' are.
///
/// # Errors
/// It is none that this server would take: a mistake of ours.
pub(crate) fn record(event: &Event) -> Result<NewRecord, NotKept> {
    let (body, sent) = (event.json.clone().into(), Sent::json(event.release));
    match intake::new_record(body, sent, &UNBOUNDED) {
        Ok((record, _warnings)) => Ok(NewRecord { kind: RecordKind::TrailEvent, ..record }),
        Err(outcome) => {
            tracing::error!(?outcome, "an event of the trail is not valid");
            Err(NotKept::Invalid)
        }
    }
}
