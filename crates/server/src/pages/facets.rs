//! What a search could be narrowed to: values that its events have, with how many have each.
//!
//! Values are taken from a sample of the events found, as their reader may see them; what they are
//! counted by is the query that they would be searched with, so that a count is what a click shows.
use super::{
    found::{Sought, searched},
    frame::Frame,
    said,
};
use crate::{patient_view, tasks::Deadline};
use kiln_fhir::{Agent, AuditEvent, CodeableConcept, Reference, event_outcome};
use kiln_index::{Buckets, Order, Page, Query};
use kiln_pages::{
    phrase::{self, Kind},
    timeline::{About, FACET_VALUES_MAX, Facet, Value},
};
use kiln_search::Handling;
use kiln_store::{LogIndex, Millis, Record};
use std::{collections::HashMap, ops::Range, time::Duration};

/// The facets of a search; none where it found nothing.
pub(super) fn of(
    frame: &Frame<'_>,
    sought: &Sought,
    size: LogIndex,
    span: Option<Range<Millis>>,
    shown: &[Record],
    deadline: &Deadline,
) -> Vec<Facet> {
    let deadline = &deadline.within(PATIENCE);
    let sample = span.map(|span| sample(frame, sought, size, span, deadline)).unwrap_or_default();
    let sample = if sample.is_empty() { shown } else { &sample };
    let mut values = Values::of_codes();
    for record in sample {
        // What cannot be read is in no facet, and is told of where it is shown.
        if said::with_event(record, |event| values.take(event)).is_err() {
            tracing::warn!("a stored event cannot be read, and is in no facet");
        }
    }
    let candidates = values.most_frequent();
    let queries = candidates.iter().map(|candidate| query(frame, sought, candidate));
    let (candidates, queries): (Vec<_>, Vec<_>) =
        candidates.iter().zip(queries).filter_map(|(it, query)| Some((it, query?))).unzip();
    let buckets = Buckets::Queries(&queries);
    let counted = sought.snapshot.aggregate(&sought.query, size, &buckets, &|| deadline.expired());
    let is_sampled = counted.is_err();
    let counts = counted.unwrap_or_else(|_| candidates.iter().map(|it| it.sampled).collect());
    grouped(frame, &candidates, &counts, is_sampled)
}

/// How long counting may take before the counts of the sample stand for all.
const PATIENCE: Duration = Duration::from_secs(1);

/// Parts of the time that the events found are of, and events that values are taken from of each.
const PARTS: i64 = 4;
const OF_EACH: usize = 60;

/// Events from all of the time that the search has found any in.
fn sample(
    frame: &Frame<'_>,
    sought: &Sought,
    size: LogIndex,
    span: Range<Millis>,
    deadline: &Deadline,
) -> Vec<Record> {
    let snapshot = &sought.snapshot;
    let length = (span.end.0.saturating_sub(span.start.0) / PARTS).max(1);
    let newest_of = |part: i64| {
        let start = span.start.0.saturating_add(part * length);
        let end = if part + 1 == PARTS { span.end.0 } else { start.saturating_add(length) };
        let of_part = Query::Recorded(Millis(start)..Millis(end));
        let query = Query::And(vec![sought.query.clone(), of_part]);
        let order = Order::RecordedNewest;
        let page = Page { query: &query, order, after: None, size, limit: OF_EACH };
        snapshot.query(&page, &|| deadline.expired()).unwrap_or_default()
    };
    let at: Vec<LogIndex> = (0..PARTS).flat_map(newest_of).map(|hit| hit.log_index).collect();
    let records = snapshot.read_all(&at).unwrap_or_default();
    patient_view::all_shown(frame.exchange, records).unwrap_or_default()
}

/// A value that may become part of a search.
struct Candidate {
    about: About,
    kind: Kind,
    /// What it is searched by.
    value: String,
    /// What it is shown as, where that is not what the search line makes of it.
    label: Option<String>,
    /// Events of the sample that have it.
    sampled: u64,
}

/// Values by what they are about, with how many events of the sample have each.
#[derive(Default)]
struct Values(HashMap<(u8, String), Candidate>);

impl Values {
    /// Those that are few, and counted whether the sample has them or not.
    fn of_codes() -> Self {
        let mut values = Self::default();
        for action in ["C", "R", "U", "D", "E"] {
            values.add(About::Action, Kind::Action, action, None);
        }
        for outcome in event_outcome::NUMBERS {
            values.add(About::Outcome, Kind::Outcome, outcome, None);
        }
        // None of them was seen yet.
        values.0.values_mut().for_each(|candidate| candidate.sampled = 0);
        values
    }

    fn take(&mut self, event: &AuditEvent<'_>) {
        if let Some(action) = &event.action {
            self.add(About::Action, Kind::Action, action, None);
        }
        for coding in event.outcome.iter().flat_map(|outcome| &outcome.coding) {
            self.add(About::Outcome, Kind::Outcome, text(coding.code.as_ref()), None);
        }
        self.take_concepts(About::Type, Kind::Type, event.r#type.iter());
        let of_agents = event.agents.iter().flat_map(|agent| &agent.purpose);
        self.take_concepts(About::Purpose, Kind::Purpose, of_agents.chain(&event.purpose));
        // Programs that somebody has asked through are not who did it.
        let is_asking = |agent: &&Agent<'_>| agent.requestor != Some(false);
        let of_programs = !event.agents.iter().any(|agent| is_asking(&agent));
        for agent in event.agents.iter().filter(|agent| of_programs || is_asking(agent)) {
            self.take_agent(agent);
        }
        if let Some(site) = &event.source.site {
            self.add(About::Organisation, Kind::Site, site, None);
        }
        if let Some(observer) = &event.source.observer {
            self.take_reference(About::Source, Kind::Source, observer, None);
        }
    }

    fn take_agent(&mut self, agent: &Agent<'_>) {
        let name = agent.name.as_deref();
        match &agent.who {
            Some(who) => {
                let is_organisation = |text: &str| text.contains("Organization/");
                let is_organisation = who.reference.as_deref().is_some_and(is_organisation);
                let about = if is_organisation { About::Organisation } else { About::Agent };
                self.take_reference(about, Kind::Agent, who, name);
            }
            None => self.add(About::Agent, Kind::Agent, name.unwrap_or_default(), None),
        }
    }

    fn take_concepts<'e, 'a: 'e>(
        &mut self,
        about: About,
        kind: Kind,
        concepts: impl Iterator<Item = &'e CodeableConcept<'a>>,
    ) {
        for coding in concepts.flat_map(|concept| &concept.coding) {
            self.add(about, kind, text(coding.code.as_ref()), coding.display.as_deref());
        }
    }

    fn take_reference(
        &mut self,
        about: About,
        kind: Kind,
        reference: &Reference<'_>,
        name: Option<&str>,
    ) {
        let name = name.or(reference.display.as_deref());
        let identifier = || reference.identifier.as_ref()?.value.as_deref();
        let by = reference.reference.as_deref().or_else(identifier).or(name);
        self.add(about, kind, by.unwrap_or_default(), name);
    }

    /// An event has each value once, however often it says it: what an event repeats counts twice
    /// in the sample alone, which only chooses.
    fn add(&mut self, about: About, kind: Kind, value: &str, label: Option<&str>) {
        if value.is_empty() || value.len() > VALUE_BYTES_MAX {
            return;
        }
        let label = label.map(str::to_owned);
        let new = || Candidate { about, kind, value: value.to_owned(), label, sampled: 0 };
        self.0.entry((about as u8, value.to_owned())).or_insert_with(new).sampled += 1;
    }

    /// The most frequent ones of each kind.
    fn most_frequent(self) -> Vec<Candidate> {
        let mut all: Vec<_> = self.0.into_values().collect();
        all.sort_unstable_by(|one, other| {
            let key = |it: &Candidate| (it.about as u8, std::cmp::Reverse(it.sampled));
            key(one).cmp(&key(other)).then_with(|| one.value.cmp(&other.value))
        });
        let mut of_kind = 0;
        let mut before = None;
        all.retain(|candidate| {
            of_kind = if before == Some(candidate.about) { of_kind + 1 } else { 1 };
            before = Some(candidate.about);
            of_kind <= FACET_VALUES_MAX
        });
        all
    }
}

/// Longer ones are no words of a search line.
const VALUE_BYTES_MAX: usize = 256;

/// The query that the value would be searched with; `None` where this reader may not.
fn query(frame: &Frame<'_>, sought: &Sought, candidate: &Candidate) -> Option<Query> {
    let words = phrase::words(candidate.kind, &candidate.value);
    let understood = phrase::read(&words, frame.reader.now, &frame.reader.zone);
    let snapshot = &sought.snapshot;
    let parameters = &understood.parameters;
    let search = searched(frame.exchange, snapshot, parameters, Handling::Strict).ok()?;
    // Words that were not understood as what they are would count something else.
    (!understood.parameters.is_empty()).then_some(search.query)
}

fn grouped(
    frame: &Frame<'_>,
    candidates: &[&Candidate],
    counts: &[u64],
    is_sampled: bool,
) -> Vec<Facet> {
    ABOUT
        .into_iter()
        .filter_map(|about| {
            let of = candidates
                .iter()
                .zip(counts)
                .filter(|(it, count)| it.about == about && **count > 0);
            let mut values: Vec<_> = of.map(|(it, count)| value(frame, it, *count)).collect();
            values.sort_by(|one, other| {
                other.count.cmp(&one.count).then_with(|| one.label.cmp(&other.label))
            });
            // One that goes by two references, or is a site as well, is one to a reader.
            values.dedup_by(|next, before| {
                (next.count, &next.label) == (before.count, &before.label)
            });
            (!values.is_empty()).then_some(Facet { about, values, is_sampled })
        })
        .collect()
}

const ABOUT: [About; 7] = [
    About::Action,
    About::Outcome,
    About::Type,
    About::Agent,
    About::Organisation,
    About::Source,
    About::Purpose,
];

fn value(frame: &Frame<'_>, candidate: &Candidate, count: u64) -> Value {
    let words = phrase::words(candidate.kind, &candidate.value);
    let read = || phrase::read(&words, frame.reader.now, &frame.reader.zone);
    let shown = || read().chips.into_iter().next().map(|chip| chip.value);
    let label = candidate.label.clone().or_else(shown);
    let label = label.unwrap_or_else(|| candidate.value.clone());
    Value { label, words, count }
}

fn text<'e>(code: Option<&'e std::borrow::Cow<'_, str>>) -> &'e str {
    code.map_or("", |code| code.as_ref())
}
