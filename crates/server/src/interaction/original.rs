//! `$original`: the exact bytes that were received.
use super::read;
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    form::Form,
    patient_view,
    rendition::Kept,
    version::Version,
};
use hyper::StatusCode;

/// Answers them, as what they were received as, whatever the request accepts.
pub(crate) fn original(exchange: &Exchange) -> Result<Answer, Refusal> {
    patient_view::refuse_whole_event(exchange)?;
    let record = read::find(exchange)?;
    let version = Version::of_record(&record);
    let Kept { release, media, .. } = Kept::of(&record)?;
    let content_type = Form { release, media }.content_type();
    Ok(version.tag(Answer::of(StatusCode::OK, content_type, record.body)))
}
