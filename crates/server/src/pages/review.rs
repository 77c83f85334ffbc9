//! `/review`: emergency accesses, failed ones and failed sign-ins, and what was said of each.
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
    patient_view, restriction,
    tasks::Deadline,
};
use kiln_fhir::IssueType;
use kiln_index::{Order, Page, Query};
use kiln_pages::{
    Section,
    review::{self, CASES_MAX, Case, Mark, NOTE_BYTES_MAX, SIGN_INS_MAX, Show, Why},
};
use kiln_search::Handling;
use kiln_store::{LogIndex, Record, Snapshot};
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
    let failed = query(exchange, snapshot, &[("outcome", "4,8,12")])?;
    let sign_in = query(exchange, snapshot, &[("type", AUTHENTICATION)])?;
    let and_not = |query: &Query, other: &Query| {
        Query::And(vec![query.clone(), Query::Not(Box::new(other.clone()))])
    };
    let accesses = Query::Or(vec![urgent.clone(), and_not(&failed, &sign_in)]);
    let sign_ins = and_not(&Query::And(vec![failed, sign_in]), &urgent);
    let found = |query: Query, max: usize| {
        let query = &restriction::within(exchange, snapshot, query)?;
        let size = snapshot.size();
        let page = Page { query, order: Order::LogNewest, after: None, size, limit: max + 1 };
        let hits = snapshot.query(&page, &|| deadline.expired())?;
        let more = hits.len() > max;
        let at: Vec<LogIndex> = hits.into_iter().take(max).map(|hit| hit.log_index).collect();
        Ok::<_, Refusal>((at, more))
    };
    let (mut at, more) = found(accesses, CASES_MAX)?;
    let among = Query::At(at.iter().rev().copied().collect());
    let (urgent, _) = found(Query::And(vec![among, urgent]), CASES_MAX)?;
    let (sign_ins, more_sign_ins) = found(sign_ins, SIGN_INS_MAX)?;
    at.extend(&sign_ins);
    at.sort_unstable_by(|one, other| other.cmp(one));
    let records = patient_view::all_shown(exchange, snapshot.read_all(&at)?)?;
    let why = |record: &Record| match record.log_index {
        at if urgent.contains(&at) => Why::BreakTheGlass,
        at if sign_ins.contains(&at) => Why::SignIn,
        _ => Why::Failed,
    };
    let cases = records.into_iter().map(|record| (why(&record), record));
    Ok((cases.map(|(why, record)| (record, why)).collect(), more || more_sign_ins))
}

/// Glass was broken: DICOM's emergency override, or a purpose of v3-ActReason that says so.
fn emergencies(exchange: &Exchange, snapshot: &Snapshot) -> Result<Query, Refusal> {
    let started = query(exchange, snapshot, &[("subtype", OVERRIDE)])?;
    let for_it = query(exchange, snapshot, &[("purpose", "BTG")])?;
    Ok(Query::Or(vec![started, for_it]))
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
