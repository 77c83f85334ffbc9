//! The timeline: what a search line finds, newest first, with what it could be narrowed to.
use super::{
    facets,
    found::Sought,
    frame::{Frame, Sheet},
    histogram, said,
    spoken::see_other,
    view::View,
    watch,
};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    form::Form,
    page::{self, Asked, Found},
    query_string,
    tasks::{self, Deadline},
};
use hyper::{StatusCode, header::HeaderName, header::HeaderValue};
use kiln_fhir::{IssueType, Release};
use kiln_index::{Order, Page};
use kiln_pages::{
    Section,
    picture::Histogram,
    timeline::{self, Live, Total},
};
use kiln_store::{LogIndex, Millis, Record};
use std::{ops::Range, sync::Arc};

/// Events on a page.
const ROWS: usize = 50;

/// `/`: everything.
pub(super) async fn timeline(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |frame, deadline| shown(frame, &View::default(), deadline)).await
}

/// `/view/{token}`: what the token says.
pub(super) async fn view(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |frame, deadline| {
        let (view, _age) = View::opened(frame)?;
        shown(frame, &view, deadline)
    })
    .await
}

/// What the search line is sent to: leads to its view. Beside the whole `line` its forms have
/// words that narrow it in `add`, and the days of a span in `from` and `to`.
pub(super) fn search(exchange: &Exchange) -> Result<Answer, Refusal> {
    let frame = Frame::of(exchange);
    let text = std::str::from_utf8(&exchange.body.bytes).unwrap_or_default();
    let pairs = query_string::pairs(text).ok_or_else(|| {
        Refusal::bad_request(IssueType::Invalid, "the form is not percent-encoded UTF-8")
    })?;
    let field = |name: &str| {
        let found = pairs.iter().find(|(given, _)| given == name);
        found.map_or("", |(_, value)| value.trim())
    };
    let span = match (field("from"), field("to")) {
        ("", "") => String::new(),
        (from, "") => format!("since {from}"),
        ("", to) => format!("until {to}"),
        (from, to) => format!("{from}..{to}"),
    };
    let view = View::of(&[field("line"), field("add"), &span].join(" "));
    let path = if view.line.is_empty() { format!("{}/", frame.base) } else { view.path(&frame) };
    Ok(see_other(&path).expect("our own paths are ASCII"))
}

/// `/newer/{token}`: what came since, for a page that is open; 204 where nothing did.
pub(super) async fn newer(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |frame, deadline| {
        let (view, age) = View::opened(frame)?;
        // Whoever has gone home leaves a page open, which must not keep them signed in.
        if age > NEWER_LIFETIME_MS {
            let says =
                "this page was loaded long ago, and no longer follows the log: load it again";
            return Err(Refusal::new(StatusCode::GONE, IssueType::NotFound, says));
        }
        // The next question is of the same page, whose time goes on.
        let loaded = Some(frame.reader.now.millis - age);
        came_since(frame, &View { loaded, ..view }, deadline)
    })
    .await
}

/// How long a page follows the log before it must be loaded again.
const NEWER_LIFETIME_MS: i64 = 15 * 60 * 1000;

/// Off the threads that serve connections, like every search.
pub(super) async fn looked_at(
    exchange: Arc<Exchange>,
    look: impl FnOnce(&Frame<'_>, &Deadline) -> Result<Answer, Refusal> + Send + 'static,
) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    let timeout = app.settings.search_deadline;
    let looked = move |deadline: &Deadline| look(&Frame::of(&exchange), deadline);
    tasks::blocking(&app.searches, timeout, looked).await
}

fn shown(frame: &Frame<'_>, view: &View, deadline: &Deadline) -> Result<Answer, Refusal> {
    let mut sought = Sought::of(frame, view)?;
    let is_whole = view.since == 0;
    if !is_whole {
        sought = sought.since(frame.exchange, view.since)?;
    }
    let found = found(frame, view, &sought, deadline)?;
    let size = sought.snapshot.size();
    let mut rows = Vec::with_capacity(found.records.len());
    for record in &found.records {
        rows.push(said::row(record, &frame.reader)?);
    }
    let total = total(&sought, size, rows.len(), deadline);
    // What is narrowed by a click is a search of everything: beside less it would count too much.
    let over_time = if is_whole { histogram::of(frame, &sought, size, deadline) } else { None };
    let span = over_time.as_ref().and_then(span);
    let facets = if is_whole {
        let (sought, shown) = (&sought, &*found.records);
        let narrowed = facets::Narrowed { view, sought, size, total, span, shown };
        facets::of(frame, &narrowed, deadline)
    } else {
        Vec::new()
    };
    let page = |cursor| View { cursor, whole: None, ..view.clone() };
    let older = found.next.map(page);
    let is_first = view.cursor.is_empty();
    let newest = (!is_first).then(|| page(String::new()));
    let everything = (!is_whole).then(|| View::of(&view.line));
    let shown = timeline::View {
        base: &frame.base,
        watch: if *view == View::default() { watch::of(frame, deadline) } else { None },
        asked: &sought.understood,
        warnings: sought.warnings,
        rows,
        total,
        facets,
        histogram: over_time,
        older: older.map(|view| view.path(frame)),
        newest: newest.map(|view| view.path(frame)),
        everything: everything.map(|view| view.path(frame)),
        live: is_first.then(|| live(frame, view, size)),
    };
    Ok(frame.answer(&Sheet {
        title: frame.reader.texts().layout.timeline,
        section: Some(Section::Timeline),
        scripts: &["/assets/range.js", "/assets/live.js"],
        body: timeline::body(&shown, &frame.reader),
    }))
}

/// Where the page asks for what is newer than it, and where all of that is shown.
fn live(frame: &Frame<'_>, view: &View, size: LogIndex) -> Live {
    let newer = View { since: size.0, whole: None, ..view.clone() };
    // A page of what came since another one was loaded goes on from there.
    let all = if view.since == 0 { newer.path(frame) } else { view.path(frame) };
    Live { newer: [&*frame.base, "/newer/", &newer.token(frame)].concat(), all }
}

/// From the first bar on to the end of the last.
fn span(over_time: &Histogram) -> Option<Range<Millis>> {
    let (first, last) = (over_time.bars.first()?, over_time.bars.last()?);
    Some(Millis(first.from.millis)..Millis(last.to.millis))
}

/// The page of events. The token of the next one is good for this line alone.
fn found(
    frame: &Frame<'_>,
    view: &View,
    sought: &Sought,
    deadline: &Deadline,
) -> Result<Found, Refusal> {
    let asked = Asked {
        query: &sought.query,
        order: sought.search.order,
        count: ROWS,
        counted: false,
        form: Form::json(Release::R4),
        token: Some(&*view.cursor).filter(|cursor| !cursor.is_empty()),
        search_sha256: search_sha256(view),
    };
    page::find(frame.exchange, &sought.snapshot, &asked, deadline)
}

fn search_sha256(view: &View) -> [u8; 32] {
    let since = view.since.to_string();
    let since = (view.since > 0).then_some(("since", &*since));
    page::search_sha256("page", [("line", &*view.line)].into_iter().chain(since))
}

/// How many match; more than those shown where counting takes too long.
fn total(sought: &Sought, size: LogIndex, shown: usize, deadline: &Deadline) -> Total {
    let counted = sought.snapshot.count(&sought.query, size, &|| deadline.expired());
    counted.map_or(Total::AtLeast(shown as u64), Total::Exactly)
}

/// Rows for the top of the page, how many more came than those, and where to ask next.
fn came_since(frame: &Frame<'_>, view: &View, deadline: &Deadline) -> Result<Answer, Refusal> {
    let sought = Sought::of(frame, view)?.since(frame.exchange, view.since)?;
    let size = sought.snapshot.size();
    let (records, more) = newest(frame, &sought, view.since, deadline)?;
    frame.exchange.looks.page(records.len(), size);
    let next = View { since: size.0, ..view.clone() };
    let next = [&*frame.base, "/newer/", &next.token(frame)].concat();
    let next = HeaderValue::try_from(next).expect("our own paths are ASCII");
    if records.is_empty() {
        return Ok(Answer::empty(StatusCode::NO_CONTENT).with(KILN_NEWER, next));
    }
    let mut rows = Vec::with_capacity(records.len());
    for record in &records {
        rows.push(said::row(record, &frame.reader)?);
    }
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let fragment = timeline::rows(&rows, &frame.base, &frame.reader).into_string();
    Ok(Answer::of(StatusCode::OK, html, fragment)
        .with(KILN_NEWER, next)
        .with(KILN_MORE, HeaderValue::from(more)))
}

/// Where a page asks next for what is newer.
const KILN_NEWER: HeaderName = HeaderName::from_static("kiln-newer");
/// How many more came than an answer has rows of.
const KILN_MORE: HeaderName = HeaderName::from_static("kiln-more");

/// The newest records of the search that were not in the log yet when it had `since` of them, and
/// how many more of them there are.
fn newest(
    frame: &Frame<'_>,
    sought: &Sought,
    since: u64,
    deadline: &Deadline,
) -> Result<(Vec<Record>, u64), Refusal> {
    let (snapshot, query) = (&sought.snapshot, &sought.query);
    let (order, size) = (Order::LogNewest, snapshot.size());
    let page = Page { query, order, after: None, size, limit: ROWS };
    let hits = snapshot.query(&page, &|| deadline.expired())?;
    let new = hits.into_iter().map(|hit| hit.log_index).filter(|at| at.0 >= since);
    let new: Vec<LogIndex> = new.collect();
    let more = if new.len() < ROWS {
        0
    } else {
        let count = |size| snapshot.count(query, size, &|| deadline.expired());
        count(size)? - count(LogIndex(since))? - new.len() as u64
    };
    let records = crate::patient_view::all_shown(frame.exchange, snapshot.read_all(&new)?)?;
    Ok((records, more))
}
