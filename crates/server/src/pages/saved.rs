//! `/saved`: searches that somebody keeps. What one has is what one has stated.
use super::{
    frame::{Frame, Sheet},
    spoken::see_other,
    stated,
    timeline::looked_at,
};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    query_string,
    tasks::Deadline,
};
use hyper::StatusCode;
use kiln_fhir::IssueType;
use kiln_pages::{
    Section,
    phrase::LINE_BYTES_MAX,
    saved::{self, NAME_BYTES_MAX, SAVED_MAX, Saved},
};
use std::{collections::BTreeMap, sync::Arc};

/// The codes of the two statements, in their records.
const SAVE: &str = "search-save";
const FORGET: &str = "search-forget";

/// The list, with a form for one more: for the line that was sent, if any.
pub(super) async fn list(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, shown).await
}

/// Keeps a search, in place of one of the same name.
pub(super) async fn save(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, |frame, deadline| {
        let form = stated::form(frame)?;
        let name = stated::filled(&form, "name", NAME_BYTES_MAX)?;
        stated::filled(&form, "line", LINE_BYTES_MAX)?;
        let kept = kept(frame, deadline)?;
        if kept.len() >= SAVED_MAX && !kept.contains_key(name) {
            let says = format!("nobody keeps more than {SAVED_MAX} searches: forget one first");
            return Err(Refusal::new(StatusCode::CONFLICT, IssueType::TooCostly, says));
        }
        Ok(back(frame))
    })
    .await
}

/// Keeps one no more.
pub(super) fn forget(exchange: &Exchange) -> Result<Answer, Refusal> {
    let frame = Frame::of(exchange);
    stated::filled(&stated::form(&frame)?, "name", NAME_BYTES_MAX)?;
    Ok(back(&frame))
}

fn back(frame: &Frame<'_>) -> Answer {
    see_other(&[&*frame.base, "/saved"].concat()).expect("our own paths are ASCII")
}

fn shown(frame: &Frame<'_>, deadline: &Deadline) -> Result<Answer, Refusal> {
    let searches = kept(frame, deadline)?.into_values().collect();
    let form = frame.form_token();
    // Where the list is asked for, there is no form.
    let text = std::str::from_utf8(&frame.exchange.body.bytes).unwrap_or_default();
    let sent = query_string::pairs(text).unwrap_or_default();
    let line = stated::field(&sent, "line");
    let view = saved::View { base: &frame.base, searches, line, form: &form };
    Ok(frame.answer(&Sheet {
        title: frame.reader.texts().officer.saved.title,
        section: Some(Section::Timeline),
        scripts: &[],
        body: saved::body(&view, &frame.reader),
    }))
}

/// What whoever asks has saved and not forgotten, by name.
fn kept(frame: &Frame<'_>, deadline: &Deadline) -> Result<BTreeMap<String, Saved>, Refusal> {
    let exchange = frame.exchange;
    let by = Some(&*exchange.principal.who);
    let mut kept = BTreeMap::new();
    for statement in stated::newest(exchange, &[SAVE, FORGET], by, deadline)? {
        let name = statement.field("name").trim().to_owned();
        let line = statement.field("line").trim().to_owned();
        if line.is_empty() {
            kept.remove(&name);
        } else {
            kept.insert(name.clone(), Saved { name, line, at: statement.at });
        }
    }
    Ok(kept)
}
