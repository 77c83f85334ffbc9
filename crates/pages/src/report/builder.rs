//! Makes a report of events that come one at a time.
use super::{
    Coverage, Kind, Named, Period, Person, Report, Staff, Told,
    disclosure::{self, Verdict},
    told::{self, Source},
};
use kiln_fhir::{AuditEvent, Instant};
use std::collections::BTreeMap;

/// What is known of an event beside what it says.
#[derive(Copy, Clone, Debug)]
pub struct Stored<'a> {
    /// The record's id.
    pub id: &'a str,
    /// When it was received.
    pub received: Instant,
    /// The base URL of its sender's relative references, where the settings know it.
    pub base: Option<&'a str>,
}

/// A report under way.
#[derive(Debug)]
pub struct Builder {
    report: Report,
    person: Person,
    elsewhere: BTreeMap<String, u64>,
}

impl Builder {
    /// A report without events yet.
    pub fn new(kind: Kind, person: Person, staff: Staff, period: Period) -> Self {
        let report = Report {
            kind,
            staff,
            period,
            names: person.names(),
            coverage: Coverage::default(),
            events: Vec::new(),
            named: Vec::new(),
            elsewhere: Vec::new(),
            watchers: None,
            is_partial: false,
            is_unknown: false,
            exempt: 0,
            failed: 0,
        };
        Self { report, person, elsewhere: BTreeMap::new() }
    }

    /// Tells an event of the log. One that does not name the person by what is surely theirs, or
    /// relatively, tells nothing.
    pub fn add(&mut self, event: &AuditEvent<'_>, stored: Stored<'_>) {
        let origin = told::origin(event);
        let source = Source { name: origin.as_deref(), base: stored.base };
        let Some(named) = told::named(event, &self.person, &source) else {
            self.note_elsewhere(event);
            return;
        };
        let mut told = told::tell(event, &self.person, &source, stored.received, stored.id);
        if self.report.kind == Kind::Disclosure {
            match disclosure::judge(event, &told) {
                Verdict::Told => {}
                Verdict::None => return,
                Verdict::Exempt => return self.report.exempt += 1,
                Verdict::Failed => return self.report.failed += 1,
            }
        }
        told.named = self.named(named);
        self.report.events.push(told);
    }

    /// Tells an event of the audit of the audit: somebody looked at the person's log.
    pub fn watched(&mut self, event: &AuditEvent<'_>, stored: Stored<'_>) {
        let origin = told::origin(event);
        let source = Source { name: origin.as_deref(), base: stored.base };
        let told = told::tell(event, &self.person, &source, stored.received, stored.id);
        self.report.watchers.get_or_insert_default().push(told);
    }

    /// That who looked at the log is part of the report, whether anybody did or not.
    pub fn with_watchers(&mut self) {
        self.report.watchers.get_or_insert_default();
    }

    /// That whoever asks may see a part of the events only.
    pub fn partial(&mut self) {
        self.report.is_partial = true;
    }

    /// That no event that whoever asks may see names the person, at whatever time.
    pub fn unknown(&mut self) {
        self.report.is_unknown = true;
    }

    /// Whether an event has named the person so far, be it told or left out.
    pub fn has_found(&self) -> bool {
        let report = &self.report;
        !report.events.is_empty() || report.exempt > 0 || report.failed > 0
    }

    /// How many events are told so far.
    pub fn told(&self) -> usize {
        self.report.events.len()
    }

    /// The ids of the records that are told so far.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.report.events.iter().map(|told| told.id.as_str())
    }

    /// The report, with its events newest first.
    pub fn finish(mut self, coverage: Coverage) -> Report {
        let newest = |told: &Told| std::cmp::Reverse((told.at, told.received));
        self.report.events.sort_by_key(newest);
        self.report.watchers.iter_mut().for_each(|watchers| watchers.sort_by_key(newest));
        let elsewhere = self.elsewhere.into_iter().collect();
        Report { coverage, elsewhere, ..self.report }
    }

    fn named(&mut self, named: Named) -> usize {
        let known = self.report.named.iter().position(|known| *known == named);
        known.unwrap_or_else(|| {
            self.report.named.push(named);
            self.report.named.len() - 1
        })
    }

    fn note_elsewhere(&mut self, event: &AuditEvent<'_>) {
        let mut texts = told::references(event).filter_map(|it| it.reference.as_deref());
        if let Some(base) = texts.find_map(|text| self.person.elsewhere(text)) {
            *self.elsewhere.entry(base.to_owned()).or_default() += 1;
        }
    }
}

impl Report {
    /// What is said where there is no event to tell.
    pub(super) fn nothing(&self, texts: &super::texts::Texts) -> &'static str {
        match self.kind {
            _ if self.is_unknown => texts.front.unknown,
            Kind::Access => texts.brief.nothing,
            Kind::Disclosure => texts.disclosure.nothing,
        }
    }

    /// In how many systems' numberings the person is named.
    pub fn numberings(&self) -> usize {
        self.named.iter().filter(|named| matches!(named, Named::By(_))).count()
    }

    /// Whether the same relative reference may be different people.
    pub fn is_mixed(&self) -> bool {
        self.numberings() > 1
    }
}
