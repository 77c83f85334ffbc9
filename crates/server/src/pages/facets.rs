//! What a search could be narrowed to: values that its events have, with how many have each.
//!
//! Values are taken from a sample of the events found, as their reader may see them; what they are
//! counted by is the query that they would be searched with, so that a count is what a click shows.
mod values;

use super::{
    found::{Sought, searched},
    frame::Frame,
    said,
    view::View,
};
use crate::{patient_view, tasks::Deadline};
use kiln_index::{Buckets, Order, Page, Query};
use kiln_pages::{
    phrase,
    timeline::{About, FACET_VALUES_MAX, Facet, Total, Value},
};
use kiln_search::Handling;
use kiln_store::{LogIndex, Millis, Record};
use std::{ops::Range, time::Duration};
use values::{Candidate, Chosen, Values};

/// What there is to be narrowed.
pub(super) struct Narrowed<'a> {
    pub(super) view: &'a View,
    pub(super) sought: &'a Sought,
    pub(super) size: LogIndex,
    pub(super) total: Total,
    /// When its events were recorded.
    pub(super) span: Option<Range<Millis>>,
    /// Those that the page shows.
    pub(super) shown: &'a [Record],
}

/// The facets of a search; none where it found nothing.
pub(super) fn of(frame: &Frame<'_>, of: &Narrowed<'_>, deadline: &Deadline) -> Vec<Facet> {
    let Narrowed { view, sought, size, .. } = *of;
    let deadline = &deadline.within(if view.whole.is_some() { PATIENCE_FOR_ALL } else { PATIENCE });
    let sample = sample(frame, of, deadline);
    let sample = if sample.is_empty() { of.shown } else { &sample };
    let mut values = Values::of_codes(frame.reader.texts());
    take(&mut values, sample);
    let rest = |about| rest(frame, of, about, &mut values, deadline);
    let is_covered = view.whole.is_some_and(rest);
    let is_whole = |about| view.whole == Some(about);
    let max = |about| if is_whole(about) { ALL_VALUES_MAX } else { FACET_VALUES_MAX };
    let Chosen { candidates, known } = values.most_frequent(max);
    let queries = candidates.iter().map(|candidate| query(frame, sought, candidate));
    let (candidates, queries): (Vec<_>, Vec<_>) =
        candidates.iter().zip(queries).filter_map(|(it, query)| Some((it, query?))).unzip();
    let buckets = Buckets::Queries(&queries);
    let counted = sought.snapshot.aggregate(&sought.query, size, &buckets, &|| deadline.expired());
    let is_sampled = counted.is_err();
    let counts = counted.unwrap_or_else(|_| candidates.iter().map(|it| it.sampled).collect());
    let looked = sample.len() as u64;
    let looked = (of.total != Total::Exactly(looked)).then_some(looked);
    let facet = |about| {
        let values = grouped(frame, about, candidates.iter().copied().zip(&counts));
        let known = known.get(&(about as u8)).copied().unwrap_or_default();
        let known = known.max(values.len() as u64);
        // Of what has few codes all are counted, whether the sample has them or not.
        let looked = looked.filter(|_| !matches!(about, About::Action | About::Outcome));
        let is_cut = known > values.len() as u64 || looked.is_some();
        let is_whole = is_whole(about);
        let other = View { whole: (!is_whole).then_some(about), ..view.clone() };
        let other = (is_whole || is_cut).then(|| other.path(frame));
        (!values.is_empty()).then_some(Facet {
            about,
            values,
            is_sampled,
            known,
            looked,
            is_covering: is_whole && is_covered,
            is_whole,
            other,
        })
    };
    ABOUT.into_iter().filter_map(facet).collect()
}

/// How long counting may take before the counts of the sample stand for all.
const PATIENCE: Duration = Duration::from_secs(1);
/// The same, where somebody has asked for all values.
const PATIENCE_FOR_ALL: Duration = Duration::from_secs(5);

/// Parts of the time that the events found are of, and events that values are taken from of each.
const PARTS: i64 = 4;
const OF_EACH: usize = 60;
/// The same, where all values are asked for: as many events as the page of a user reads.
const OF_EACH_FOR_ALL: usize = 1250;
/// Values of a facet that all are asked for of.
const ALL_VALUES_MAX: usize = 500;

/// Events from all of the time that the search has found any in.
fn sample(frame: &Frame<'_>, of: &Narrowed<'_>, deadline: &Deadline) -> Vec<Record> {
    let Some(span) = &of.span else { return Vec::new() };
    let snapshot = &of.sought.snapshot;
    let length = (span.end.0.saturating_sub(span.start.0) / PARTS).max(1);
    let newest_of = |part: i64| {
        let start = span.start.0.saturating_add(part * length);
        let end = if part + 1 == PARTS { span.end.0 } else { start.saturating_add(length) };
        let of_part = Query::Recorded(Millis(start)..Millis(end));
        let query = Query::And(vec![of.sought.query.clone(), of_part]);
        let order = Order::RecordedNewest;
        let limit = if of.view.whole.is_some() { OF_EACH_FOR_ALL } else { OF_EACH };
        let page = Page { query: &query, order, after: None, size: of.size, limit };
        snapshot.query(&page, &|| deadline.expired()).unwrap_or_default()
    };
    let at: Vec<LogIndex> = (0..PARTS).flat_map(newest_of).map(|hit| hit.log_index).collect();
    let records = snapshot.read_all(&at).unwrap_or_default();
    patient_view::all_shown(frame.exchange, records).unwrap_or_default()
}

fn take(values: &mut Values, records: &[Record]) {
    for record in records {
        // What cannot be read is in no facet, and is told of where it is shown.
        if said::with_event(record, |event| values.take(event)).is_err() {
            tracing::warn!("a stored event cannot be read, and is in no facet");
        }
    }
}

/// Takes the values of events that have none of those of the kind that are known, again and again;
/// whether no event is left without one.
fn rest(
    frame: &Frame<'_>,
    of: &Narrowed<'_>,
    about: About,
    values: &mut Values,
    deadline: &Deadline,
) -> bool {
    let (snapshot, size) = (&of.sought.snapshot, of.size);
    for _ in 0..ROUNDS_MAX {
        let before = values.of(about).count();
        if before > ALL_VALUES_MAX {
            return false;
        }
        let known = values.of(about).filter_map(|it| query(frame, of.sought, it));
        let without = Query::Not(Box::new(Query::Or(known.collect())));
        let query = Query::And(vec![of.sought.query.clone(), without]);
        let (order, limit) = (Order::RecordedNewest, OF_EACH_FOR_ALL);
        let page = Page { query: &query, order, after: None, size, limit };
        let Ok(hits) = snapshot.query(&page, &|| deadline.expired()) else { return false };
        if hits.is_empty() {
            return true;
        }
        let at: Vec<LogIndex> = hits.iter().map(|hit| hit.log_index).collect();
        let records = snapshot.read_all(&at).unwrap_or_default();
        take(values, &patient_view::all_shown(frame.exchange, records).unwrap_or_default());
        // What is left says nothing of the kind, or nothing that is searched by.
        if values.of(about).count() == before {
            return false;
        }
    }
    false
}

/// How often events are looked for that have no known value of a kind.
const ROUNDS_MAX: usize = 16;

/// The query that the value would be searched with; `None` where this reader may not.
fn query(frame: &Frame<'_>, sought: &Sought, candidate: &Candidate) -> Option<Query> {
    let words = candidate.words();
    let understood = phrase::read(&words, frame.reader.now, &frame.reader.zone);
    let snapshot = &sought.snapshot;
    let parameters = &understood.parameters;
    let search = searched(frame.exchange, snapshot, parameters, Handling::Strict).ok()?;
    // Words that were not understood as what they are would count something else.
    (!understood.parameters.is_empty()).then_some(search.query)
}

/// The values of one kind, the most frequent ones first.
fn grouped<'c>(
    frame: &Frame<'_>,
    about: About,
    counted: impl Iterator<Item = (&'c Candidate, &'c u64)>,
) -> Vec<Value> {
    let of = counted.filter(|(it, count)| it.about == about && **count > 0);
    let mut values: Vec<_> = of.map(|(it, count)| value(frame, it, *count)).collect();
    values.sort_by(|one, other| {
        other.count.cmp(&one.count).then_with(|| one.label.cmp(&other.label))
    });
    // One that goes by two references, or is a site as well, is one to a reader.
    values.dedup_by(|next, before| (next.count, &next.label) == (before.count, &before.label));
    values
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
    let words = candidate.words();
    let read = || phrase::read(&words, frame.reader.now, &frame.reader.zone);
    let shown = || read().chips.into_iter().next().map(|chip| chip.value);
    let label = candidate.label.clone().or_else(shown);
    let label = label.unwrap_or_else(|| candidate.value.clone());
    Value { label, words, count }
}
