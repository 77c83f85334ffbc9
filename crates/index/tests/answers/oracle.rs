//! The index answers as [`Query::matches`] does: 512 worlds of 24 queries, each in every order,
//! read through in pages.
use crate::world::{self, Event, events, files, query, seed, view};
use kiln_index::{
    Buckets, DocumentView, File, HashKey, LogIndex, Order, Page, Position, Query, Term, aggregate,
    count, page,
};
use proptest::{collection::vec, prelude::*, sample::Index};

const ORDERS: [Order; 4] =
    [Order::RecordedNewest, Order::RecordedOldest, Order::LogNewest, Order::LogOldest];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn answers_as_the_oracle(
        seeds in prop_oneof![
            4 => vec(seed(), 0..60),
            2 => vec(seed(), 0..300),
            1 => vec(seed(), 500..1200),
        ],
        cuts in vec(any::<Index>(), 0..8),
        queries in vec(query(), 24),
        size in any::<Index>(),
        whole in any::<bool>(),
        limit in 1..40_usize,
    ) {
        let events = events(&seeds);
        let files = files(&events, &cuts);
        let size = if whole { events.len() + 1 } else { size.index(events.len() + 1) };
        // Half of the queries do not see the records that some other query is about.
        let hidden = queries.iter().find_map(|query| match query {
            Query::Term(term) => Some(term),
            _ => None,
        });
        for (nth, query) in queries.iter().enumerate() {
            let hidden = hidden.filter(|_| nth % 2 == 0);
            check(&events, &files, query, hidden, size, limit)?;
        }
    }

    #[test]
    fn a_position_asked_for_twice_is_one_record(
        seeds in vec(seed(), 1..4),
        at in any::<Index>(),
    ) {
        let events = events(&seeds);
        let files = files(&events, &[]);
        let twice = Query::At(vec![LogIndex(at.index(events.len()) as u64); 2]);
        check(&events, &files, &twice, None, events.len(), 5)?;
        check(&events, &files, &Query::Not(Box::new(twice)), None, events.len(), 5)?;
    }
}

pub(crate) fn check(
    events: &[Event],
    files: &[File<Vec<u8>>],
    query: &Query,
    hidden: Option<&Term>,
    size: usize,
    limit: usize,
) -> Result<(), TestCaseError> {
    let matching: Vec<Position> = (0..events.len().min(size))
        .map(|at| view(events, at))
        .filter(|view| query.matches(view) && !is_hidden(view, hidden))
        .map(|view| Position { recorded: view.recorded, log_index: view.log_index })
        .collect();
    let size = LogIndex(size as u64);
    let counted = count(files, &world::KEY, hidden, query, size, &|| false).unwrap();
    prop_assert_eq!(counted, matching.len() as u64, "count of {:?}", query);
    for order in ORDERS {
        let mut expected = matching.clone();
        match order {
            Order::RecordedNewest => expected.sort_by(|a, b| b.cmp(a)),
            Order::RecordedOldest => expected.sort(),
            Order::LogNewest => expected.reverse(),
            Order::LogOldest => (),
        }
        // Large results in few pages, so that the test ends today.
        let limit = limit.max(expected.len() / 20);
        let found = read_through(files, query, hidden, order, size, limit);
        prop_assert_eq!(found, expected, "{:?} of {:?}, {} a page", order, query, limit);
    }
    Ok(())
}

fn is_hidden(view: &DocumentView<'_>, hidden: Option<&Term>) -> bool {
    hidden.is_some_and(|term| Query::Term(term.clone()).matches(view))
}

fn read_through(
    files: &[File<Vec<u8>>],
    query: &Query,
    hidden: Option<&Term>,
    order: Order,
    size: LogIndex,
    limit: usize,
) -> Vec<Position> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let asked = Page { query, order, after, size, limit };
        let hits = page(files, &world::KEY, hidden, &asked, &|| false).unwrap();
        assert!(hits.len() <= limit, "a page holds no more than was asked");
        after = hits.last().copied();
        found.extend(&hits);
        if hits.len() < limit {
            return found;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counts_buckets_as_the_oracle(
        seeds in vec(seed(), 0..700),
        cuts in vec(any::<Index>(), 0..4),
        queries in vec(query(), 8),
        size in any::<Index>(),
    ) {
        let events = events(&seeds);
        let files = files(&events, &cuts);
        let size = LogIndex(size.index(events.len() + 1) as u64);
        let terms: Vec<_> = queries.iter().filter_map(|query| match query {
            Query::Term(term) => Some(term.clone()),
            _ => None,
        }).collect();
        let ranges: Vec<_> = (-20..50).map(|at| at * 5)
            .map(|at| kiln_index::Millis(at)..kiln_index::Millis(at + 5)).collect();
        for (nth, query) in queries.iter().enumerate() {
            let hidden = terms.first().filter(|_| nth % 2 == 0);
            let answer = |buckets| {
                aggregate(&files, &world::KEY, hidden, query, size, &buckets, &|| false)
            };
            let oracle = |part: Query| {
                let both = Query::And(vec![query.clone(), part]);
                (0..events.len().min(size.0 as usize))
                    .map(|at| view(&events, at))
                    .filter(|view| both.matches(view) && !is_hidden(view, hidden)).count() as u64
            };
            let by_term: Vec<u64> = terms.iter().map(|t| oracle(Query::Term(t.clone()))).collect();
            prop_assert_eq!(answer(Buckets::Terms(&terms)).unwrap(), by_term);
            let by_query: Vec<u64> = queries.iter().map(|q| oracle(q.clone())).collect();
            prop_assert_eq!(answer(Buckets::Queries(&queries)).unwrap(), by_query);
            let by_range: Vec<u64> =
                ranges.iter().map(|range| oracle(Query::Recorded(range.clone()))).collect();
            prop_assert_eq!(answer(Buckets::Recorded(&ranges)).unwrap(), by_range);
        }
    }
}

#[test]
fn another_key_is_refused() {
    let files: Vec<File<Vec<u8>>> = vec![world::file(&[], 0)];
    let other = HashKey([0; 16]);
    let error = count(&files, &other, None, &Query::All, LogIndex(9), &|| false).unwrap_err();
    assert_eq!(error.to_string(), "index file is damaged: it is of another store");
}

#[test]
fn an_expired_search_stops() {
    let seeds = [proptest::strategy::ValueTree::current(
        &seed().new_tree(&mut proptest::test_runner::TestRunner::deterministic()).unwrap(),
    )];
    let files = files(&events(&seeds), &[]);
    let error = count(&files, &world::KEY, None, &Query::All, LogIndex(9), &|| true).unwrap_err();
    assert!(matches!(error, kiln_index::Error::Expired));
    for order in ORDERS {
        let asked = Page { query: &Query::All, order, after: None, size: LogIndex(9), limit: 5 };
        let error = page(&files, &world::KEY, None, &asked, &|| true).unwrap_err();
        assert!(matches!(error, kiln_index::Error::Expired));
    }
}
