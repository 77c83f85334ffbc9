//! One event, of any release.
use super::push_event;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    interaction::read,
    rendition::Kept,
    version::Version,
};
use hyper::StatusCode;

/// Answers it. There is no entity tag: a later build may say more of an event.
pub(crate) fn read(exchange: &Exchange) -> Result<Answer, Refusal> {
    let record = read::find(exchange)?;
    let mut out = Vec::with_capacity(record.body.len() + 128);
    out.extend_from_slice(b"{\"data\":");
    push_event(&mut out, &Version::of_record(&record), &Kept::of(&record)?)?;
    out.push(b'}');
    Ok(Answer::plain(StatusCode::OK, out))
}
