//! `/review`: emergency accesses and failed ones, and what was said of each.
use super::{
    found::searched,
    frame::{Frame, Sheet},
    said,
    spoken::see_other,
    stated::{self, Statement},
    timeline::looked_at,
};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    interaction::find_event,
    restriction,
    tasks::Deadline,
};
use kiln_fhir::IssueType;
use kiln_index::{Order, Page, Query};
use kiln_pages::{
    Section,
    review::{self, CASES_MAX, Case, Mark, NOTE_BYTES_MAX, Show, Why},
};
use kiln_search::Handling;
use kiln_store::{Record, Snapshot};
use std::{collections::HashMap, sync::Arc};

/// The code of a mark, in its record.
const MARK: &str = "review";

/// The queue.
pub(super) async fn queue(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, shown).await
}

/// Marks an event, and leads back to the queue. What marks it is the record of this very request.
pub(super) fn mark(exchange: &Exchange) -> Result<Answer, Refusal> {
    let frame = Frame::of(exchange);
    let form = stated::form(&frame)?;
    stated::filled(&form, "note", NOTE_BYTES_MAX)?;
    if !matches!(stated::field(&form, "mark"), DONE | OPEN) {
        return Err(Refusal::bad_request(IssueType::Value, "the field mark is done or open"));
    }
    // Nobody marks what they may not see.
    let record = find_event(exchange)?;
    let show = Show::named(stated::field(&form, "show")).unwrap_or_default();
    let path = format!("{}/review?show={}#case-{}", frame.base, show.name(), said::id(&record));
    Ok(see_other(&path).expect("our own paths are ASCII"))
}

const DONE: &str = "done";
const OPEN: &str = "open";

fn shown(frame: &Frame<'_>, deadline: &Deadline) -> Result<Answer, Refusal> {
    let exchange = frame.exchange;
    let show = exchange.parameters()?;
    let show = Show::named(stated::field(&show, "show")).unwrap_or_default();
    let snapshot = exchange.store().snapshot();
    let (records, more) = cases(frame, &snapshot, deadline)?;
    let mut marks = marks(exchange, deadline)?;
    let (mut cases, mut done) = (Vec::new(), 0);
    let all = records.len();
    for (record, why) in &records {
        let marks = marks.remove(&said::id(record)).unwrap_or_default();
        let is_done = marks.last().is_some_and(|mark| mark.is_done);
        done += usize::from(is_done);
        if show.shows(is_done) {
            cases.push(Case { row: said::row(record, &frame.reader)?, why: *why, marks });
        }
    }
    exchange.looks.page(cases.len(), snapshot.size());
    let form = frame.form_token();
    let view = review::View { base: &frame.base, show, cases, done, all, more, form: &form };
    Ok(frame.answer(&Sheet {
        title: frame.reader.texts().officer.review.title,
        section: Some(Section::Review),
        scripts: &[],
        body: review::body(&view, &frame.reader),
    }))
}

/// The newest cases, and whether there are more.
fn cases(
    frame: &Frame<'_>,
    snapshot: &Snapshot,
    deadline: &Deadline,
) -> Result<(Vec<(Record, Why)>, bool), Refusal> {
    let exchange = frame.exchange;
    let urgent = emergencies(exchange, snapshot)?;
    let query = Query::Or(vec![urgent.clone(), failures(exchange, snapshot)?]);
    let query = restriction::within(exchange, snapshot, query)?;
    let found = |query: &Query, limit| {
        let size = snapshot.size();
        let page = Page { query, order: Order::LogNewest, after: None, size, limit };
        let hits = snapshot.query(&page, &|| deadline.expired())?;
        Ok::<_, Refusal>(hits.into_iter().map(|hit| hit.log_index).collect::<Vec<_>>())
    };
    let mut at = found(&query, CASES_MAX + 1)?;
    let more = at.len() > CASES_MAX;
    at.truncate(CASES_MAX);
    let among = Query::And(vec![Query::At(at.iter().rev().copied().collect()), urgent]);
    let urgent = found(&among, CASES_MAX)?;
    let records = snapshot.read_all(&at)?;
    let why = |record: &Record| {
        let is_urgent = urgent.contains(&record.log_index);
        if is_urgent { Why::BreakTheGlass } else { Why::Failed }
    };
    Ok((
        records.into_iter().map(|record| (why(&record), record)).map(|(a, b)| (b, a)).collect(),
        more,
    ))
}

/// Glass was broken: DICOM's emergency override, or a purpose of v3-ActReason that says so.
fn emergencies(exchange: &Exchange, snapshot: &Snapshot) -> Result<Query, Refusal> {
    let started = query(exchange, snapshot, &[("subtype", OVERRIDE)])?;
    let for_it = query(exchange, snapshot, &[("purpose", "BTG")])?;
    Ok(Query::Or(vec![started, for_it]))
}

/// It failed, and was no mere sign-in: of mistyped passwords there are too many.
fn failures(exchange: &Exchange, snapshot: &Snapshot) -> Result<Query, Refusal> {
    let failed = query(exchange, snapshot, &[("outcome", "4,8,12")])?;
    let sign_in = query(exchange, snapshot, &[("type", AUTHENTICATION)])?;
    Ok(Query::And(vec![failed, Query::Not(Box::new(sign_in))]))
}

/// DICOM PS3.16 CID 403: Emergency Override Started.
const OVERRIDE: &str = "110127";
/// DICOM PS3.16 CID 400: User Authentication.
const AUTHENTICATION: &str = "110114";

fn query(
    exchange: &Exchange,
    snapshot: &Snapshot,
    pairs: &[(&str, &str)],
) -> Result<Query, Refusal> {
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let pairs: Vec<_> = pairs.collect();
    Ok(searched(exchange, snapshot, &pairs, Handling::Strict)?.query)
}

/// What was said of each event, oldest first.
fn marks(exchange: &Exchange, deadline: &Deadline) -> Result<HashMap<String, Vec<Mark>>, Refusal> {
    let mut marks: HashMap<String, Vec<Mark>> = HashMap::new();
    for statement in stated::newest(exchange, &[MARK], None, deadline)? {
        let (note, is_done) = (statement.field("note").to_owned(), statement.field("mark") == DONE);
        let Statement { who, at, event: Some(event), .. } = statement else { continue };
        marks.entry(event).or_default().push(Mark { who, at, note, is_done });
    }
    Ok(marks)
}
