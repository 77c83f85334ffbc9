//! The releases and forms, and the events in each of them.
use crate::{
    arguments::bench::Common,
    bench::{client::Target, events::Events},
    command::export::{one_line, plain},
    generate::Plan,
};
use anyhow::bail;
use bytes::Bytes;
use kiln_fhir::{Limits, MediaType, Release, conversion, xml};
use kiln_server::intake::{self, Sent};

/// A release and a form of its events.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) release: Release,
    pub(super) media: MediaType,
}

impl Form {
    pub(super) const R5: Self = json(Release::R5);
    /// What the others are measured beside.
    pub(super) const R4: Self = json(Release::R4);

    pub(super) const ALL: [Self; 14] = [
        Self::R4,
        json(Release::Dstu2),
        json(Release::Stu3),
        json(Release::R4b),
        json(Release::R5Draft),
        json(Release::R5),
        json(Release::R6),
        xml(Release::Dstu2),
        xml(Release::Stu3),
        xml(Release::R4),
        xml(Release::R4b),
        xml(Release::R5Draft),
        xml(Release::R5),
        xml(Release::R6),
    ];

    /// `r4 JSON`
    pub(super) fn name(self) -> String {
        let media = match self.media {
            MediaType::Json => "JSON",
            MediaType::Xml => "XML",
        };
        format!("{} {media}", self.release.path())
    }

    /// The release that its senders name: the R4-shaped draft of R5 is sent as R5.
    pub(super) fn named(self) -> Release {
        if self.release == Release::R5Draft { Release::R5 } else { self.release }
    }

    /// As an `Accept` field.
    pub(super) fn accept(self) -> String {
        format!("{}; fhirVersion={}", self.target().media, self.release.version())
    }

    pub(super) fn target(self) -> Target {
        let path = match self.named() {
            Release::Dstu2 => "/fhir/dstu2/AuditEvent",
            Release::Stu3 => "/fhir/stu3/AuditEvent",
            Release::R4 => "/fhir/r4/AuditEvent",
            Release::R4b => "/fhir/r4b/AuditEvent",
            Release::R5Draft | Release::R5 => "/fhir/r5/AuditEvent",
            Release::R6 => "/fhir/r6/AuditEvent",
        };
        let media = match self.media {
            MediaType::Json => "application/fhir+json",
            MediaType::Xml => "application/fhir+xml",
        };
        Target { path, media }
    }

    /// How intake is told of it.
    pub(super) fn sent(self) -> Sent {
        Sent { at: Some(self.named()), media: self.media }
    }
}

const fn json(release: Release) -> Form {
    Form { release, media: MediaType::Json }
}

const fn xml(release: Release) -> Form {
    Form { release, media: MediaType::Xml }
}

/// Events as they were generated or read.
pub(super) struct Sources {
    release: Release,
    events: Vec<Bytes>,
}

impl Sources {
    /// The R4 that `common` asks for.
    pub(super) fn of(common: &Common) -> anyhow::Result<Self> {
        Self::those(Events::of(common)?, Release::R4)
    }

    /// The same generated events as a sender of R5 writes them.
    pub(super) fn r5(common: &Common) -> anyhow::Result<Self> {
        let plan = Plan { release: Release::R5, ..Plan::r4(common.count, common.seed) };
        Self::those(Events::made(plan), Release::R5)
    }

    /// Those that are good: what cannot be stored cannot be compared.
    fn those(mut all: Events, release: Release) -> anyhow::Result<Self> {
        let (mut events, limits) = (Vec::new(), Limits::default());
        while let Some(event) = all.next()? {
            if intake::new_record(event.clone(), json(release).sent(), &limits).is_ok() {
                events.push(event);
            }
        }
        if events.is_empty() {
            bail!("none of the events is {}", release.path());
        }
        Ok(Self { release, events })
    }

    /// As they are.
    pub(super) fn events(&self) -> &[Bytes] {
        &self.events
    }

    /// The same events, one after the other, each on one line, as a sender of this form would send
    /// what Kiln's conversion makes of them: what the release has no element for is in extensions.
    pub(super) fn in_form(&self, form: Form) -> impl Iterator<Item = anyhow::Result<Vec<u8>>> {
        self.events.iter().map(move |event| {
            let mut json = Vec::with_capacity(event.len() * 2);
            conversion::convert(event, self.release, form.release, &mut json);
            if form.media == MediaType::Json {
                return Ok(json);
            }
            let mut xml = Vec::with_capacity(json.len() * 2);
            xml::from_json(&json, form.release, &mut xml)
                .map_err(|outcome| anyhow::anyhow!("{}", plain(&outcome)))?;
            one_line(&mut xml);
            Ok(xml)
        })
    }
}
