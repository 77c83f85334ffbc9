//! The page of one event: what it says, as it was received and in each release, what happened
//! around it, and what proves it.
use super::{
    frame::{Frame, Sheet},
    indented::indented,
    neighbours,
    proof::{self, receipt_path},
    said,
    timeline::looked_at,
};
use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    interaction::find_event,
    patient_view,
    rendition::Kept,
    tasks::Deadline,
    version::Version,
};
use kiln_fhir::Release;
use kiln_pages::{
    Section,
    event::{self, Rendition},
};
use kiln_store::Record;
use std::sync::Arc;

/// `/event/{id}`
pub(super) async fn event(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    looked_at(exchange, shown).await
}

fn shown(frame: &Frame<'_>, deadline: &Deadline) -> Result<Answer, Refusal> {
    let exchange = frame.exchange;
    let record = find_event(exchange)?;
    let is_whole = patient_view::subject(exchange).is_none();
    let id = said::id(&record);
    let renditions = renditions(&record, deadline)?;
    let neighbours = neighbours::of(frame, &record, deadline)?;
    let proof = proof::of(frame, &record, deadline)?;
    // In a patient's view it is not as it was received: it may have named others.
    let original = if is_whole { original(&record) } else { String::new() };
    let body = said::with_event(&record, |said| {
        let shown = event::View {
            base: &frame.base,
            id: &id,
            event: said,
            received: said::received(&record),
            index: record.log_index.0,
            sender: is_whole.then_some(&*record.envelope.principal),
            original: &original,
            original_url: receipt_path(frame, &id, "$original"),
            renditions,
            neighbours,
            proof,
        };
        event::body(&shown, &frame.reader)
    })?;
    Ok(frame.answer(&Sheet {
        title: frame.reader.texts().event.title,
        section: Some(Section::Timeline),
        scripts: &["/verify.js", "/assets/proof.js"],
        body,
    }))
}

/// Larger ones are downloaded instead of shown.
const SHOWN_BYTES_MAX: usize = 64 << 10;

/// The bytes as they came, as far as they are text; none of what is too large to be shown.
fn original(record: &Record) -> String {
    if record.body.len() > SHOWN_BYTES_MAX {
        return String::new();
    }
    String::from_utf8_lossy(&record.body).into_owned()
}

fn renditions(record: &Record, deadline: &Deadline) -> Result<Vec<Rendition>, Refusal> {
    let kept = Kept::of(record)?;
    let version = Version::of_record(record);
    let mut renditions = Vec::with_capacity(Release::SERVED.len());
    for release in Release::SERVED.iter().copied() {
        deadline.check()?;
        let text = if record.body.len() > SHOWN_BYTES_MAX {
            Err("too large".to_owned())
        } else {
            Ok(indented(&version.rendered(&kept.json_in(release)?)))
        };
        renditions.push(Rendition { release, text });
    }
    Ok(renditions)
}
