//! `LifeOmic`'s audit trails: who changed a resource, from which version to which. STU3 in shape,
//! with the code systems that they have in the documentation of `LifeOmic`'s FHIR service.
use super::{
    Event, Lifeomic,
    resource::{self, UNKNOWN, short},
    tell::{self, Opening},
};
use crate::{
    Interaction, Restful, Version, Versioned, agent,
    code::{self, Lifecycle},
    event::Writer,
    rest,
};
use kiln_fhir::Release;
use kiln_identity::Means;

/// An event is about as long.
const BYTES_USUAL: usize = 1280;
/// Tags that an event takes over.
const TAGS_MAX: usize = 32;

impl Lifeomic {
    pub(super) fn events(&self, of: &Interaction<'_>) -> Vec<Event> {
        let r#type = of.resource.map(|resource| resource.r#type);
        if self.without.iter().any(|without| Some(without.as_str()) == r#type) {
            return Vec::new();
        }
        let Some(told) = told(of) else { return Vec::new() };
        let version = version_id(of);
        let mut json = Vec::with_capacity(BYTES_USUAL);
        self.write(&mut Writer::start(&mut json), of, version, &told);
        vec![Event { release: Release::Stu3, json, version_id: version.map(str::to_owned) }]
    }

    fn write(
        &self,
        event: &mut Writer<'_>,
        of: &Interaction<'_>,
        version: Option<&str>,
        told: &[Told<'_>],
    ) {
        self.meta(event, of, version);
        // Of what went well the documentation says no outcome.
        let outcome = Some(of.outcome).filter(|_| !of.is_success());
        let action = tell::action(of);
        tell::begin(event, of, &Opening { action, mark: None, outcome, is_create: false });
        event.agents();
        self.agent(event, of);
        self.source(event, of);
        event.entities();
        for told in told {
            told.write(event);
        }
        if let Some(correlation) = of.correlation {
            event.next().raw("\"identifier\":{\"value\":").text(short(correlation)).raw("}}");
        }
        event.finish();
    }

    /// The version of the change is that of its event, and the dataset of the resource is its too.
    fn meta(&self, event: &mut Writer<'_>, of: &Interaction<'_>, version: Option<&str>) {
        let theirs = of.tags.iter().filter(|tag| tag.system == Some(&self.tag_system));
        let mut theirs = theirs.take(TAGS_MAX).peekable();
        let has_tags = theirs.peek().is_some();
        match version {
            Some(version) => drop(event.raw(",\"meta\":{\"versionId\":").text(version)),
            None if has_tags => drop(event.raw(",\"meta\":{")),
            None => return,
        }
        let first = if version.is_some() { ",\"tag\":[{" } else { "\"tag\":[{" };
        for (at, tag) in theirs.enumerate() {
            event.raw(if at == 0 { first } else { ",{" });
            event.raw("\"system\":").uri(&self.tag_system);
            event.raw(",\"code\":").code(short(tag.code)).raw("}");
        }
        event.raw(if has_tags { "]}" } else { "}" });
    }

    /// The one agent: the user, or the platform where it acted by itself.
    fn agent(&self, event: &mut Writer<'_>, of: &Interaction<'_>) {
        event.next().raw("\"requestor\":true,\"userId\":{\"value\":");
        if of.by_server {
            event.text(self.source.identifier(of)).raw("}}");
            return;
        }
        let principal = of.client.principal.filter(|principal| principal.means != Means::Open);
        event.text(principal.map_or("anonymous", |principal| self.user.of(principal))).raw("}");
        agent::mark(event, of.is_verified || principal.is_none());
        agent::network(event, of.client.address);
        event.raw("}");
    }

    fn source(&self, event: &mut Writer<'_>, of: &Interaction<'_>) {
        event.end().raw(",\"source\":{\"site\":").text(self.source.site(of));
        event.raw(",\"identifier\":{\"value\":").text(self.source.identifier(of));
        event.raw("},\"type\":[").raw(code::WEB_SERVER).raw("]}");
    }
}

/// The version that a change made, where it is an id.
fn version_id<'a>(of: &Interaction<'a>) -> Option<&'a str> {
    match of.resource.filter(|_| of.is_success())?.new {
        Version::Known(version) => rest::Id::parse(version).map(|_| version),
        Version::Absent | Version::Unknown => None,
    }
}

/// An entity.
struct Told<'a> {
    of: Versioned<'a>,
    version: Version<'a>,
    /// What became of that version; of what failed nothing did.
    lifecycle: Option<Lifecycle>,
}

impl Told<'_> {
    fn write(&self, event: &mut Writer<'_>) {
        event.next().raw("\"reference\":");
        resource::what(event, &self.of, self.version);
        if let Some(lifecycle) = self.lifecycle {
            event.raw(",\"lifecycle\":").raw(lifecycle.coding());
        }
        if self.version == Version::Unknown {
            // STU3 has details in base64 alone.
            event.raw(",\"detail\":[{\"type\":\"versionId\",\"value\":");
            event.base64(UNKNOWN.as_bytes()).raw("}]");
        }
        event.raw("}");
    }
}

/// The entities of an interaction; `None` where nothing was changed, nor meant to be.
fn told<'a>(of: &Interaction<'a>) -> Option<Vec<Told<'a>>> {
    let is_change =
        matches!(of.kind, Restful::Create | Restful::Update | Restful::Patch | Restful::Delete);
    if !is_change && !of.kind.shows_nothing() {
        return None;
    }
    let Some(resource) = of.resource else {
        return (!of.is_success()).then(Vec::new);
    };
    if !of.is_success() {
        let is_known = resource.id.is_some();
        let told = Told { of: resource, version: Version::Absent, lifecycle: None };
        return Some(is_known.then_some(told).into_iter().collect());
    }
    changed(of, resource).map(|told| told.into_iter().flatten().collect())
}

/// What a change did to the versions; `None` where it left them as they were.
fn changed<'a>(of: &Interaction<'a>, resource: Versioned<'a>) -> Option<[Option<Told<'a>>; 2]> {
    let told =
        |version, lifecycle| Some(Told { of: resource, version, lifecycle: Some(lifecycle) });
    let Versioned { old, new, .. } = resource;
    let is_same = matches!((old, new), (Version::Known(old), Version::Known(new)) if old == new);
    match of.kind {
        // It matched, and nothing was made.
        _ if of.is_unchanged() || is_same => None,
        Restful::Delete if old == Version::Absent => {
            (new != Version::Absent).then(|| [told(new, Lifecycle::LogicalDeletion), None])
        }
        Restful::Delete => Some([told(old, Lifecycle::LogicalDeletion), None]),
        Restful::Create => Some([told(new, Lifecycle::Creation), None]),
        _ if old == Version::Absent => Some([told(new, Lifecycle::Creation), None]),
        _ => Some([told(old, Lifecycle::Import), told(new, Lifecycle::Amendment)]),
    }
}
