//! An event with its receipt, as one file that needs no server: the bundle that `kiln verify
//! bundle` checks, of this event alone.
use super::{frame::Frame, said};
use crate::{
    answer::{Answer, Refusal},
    evidence,
    exchange::Exchange,
    interaction::find_event,
    patient_view,
    rendition::Kept,
};
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_fhir::{Instant, IssueType, MediaType};
use serde_json::json;
use std::io::{Cursor, Write as _};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// `/event/{id}/evidence.zip`
///
/// # Errors
/// 403 in a patient's view, whose receipts say nothing of what the event says; 501 where the log is
/// not signed.
pub(super) fn bundle(exchange: &Exchange) -> Result<Answer, Refusal> {
    patient_view::refuse_whole_event(exchange)?;
    let frame = Frame::of(exchange);
    let record = find_event(exchange)?;
    let (proof, covering) = evidence::proof(exchange, record.log_index)?;
    let key = exchange.tenant.store.log_key().ok_or_else(evidence::not_signed)?;
    let index = record.log_index.0;
    let extension = if Kept::of(&record)?.media == MediaType::Xml { "xml" } else { "json" };
    let file = format!("events/{index:010}.{extension}");
    let receipt = format!("events/{index:010}.tlog-proof");
    let manifest = json!({
        "format": "kiln evidence bundle",
        "version": 1,
        "kiln": env!("CARGO_PKG_VERSION"),
        "made": frame.reader.now.to_text(),
        "origin": covering.checkpoint.origin.as_str(),
        "size": covering.checkpoint.size.0,
        "asked": { "release": "r4", "filters": [format!("_id={}", said::id(&record))] },
        "events": [{
            "index": index,
            "id": said::id(&record),
            "received": Instant { millis: record.envelope.received.0 }.to_text(),
            "file": file,
            "proof": receipt,
        }],
        "statements": [],
        "statementsLeftOut": 0,
    });
    let files: [(&str, &[u8]); 6] = [
        ("README.txt", README.as_bytes()),
        ("log.vkey", &format!("{key}\n").into_bytes()),
        ("checkpoint", &covering.note.to_string().into_bytes()),
        (&file, &record.body),
        (&receipt, proof.as_bytes()),
        ("manifest.json", &serde_json::to_vec_pretty(&manifest).map_err(|error| failed(&error))?),
    ];
    let bytes = zipped(&files).map_err(|error| failed(&error))?;
    let name = format!("attachment; filename=\"kiln-event-{index}.zip\"");
    let name = HeaderValue::try_from(name).expect("a number is ASCII");
    let zip = HeaderValue::from_static("application/zip");
    Ok(Answer::of(StatusCode::OK, zip, bytes).with(header::CONTENT_DISPOSITION, name))
}

fn zipped(files: &[(&str, &[u8])]) -> Result<Vec<u8>, ZipError> {
    // No times: the same record and checkpoint make the same file.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, options)?;
        zip.write_all(bytes).map_err(ZipError::from)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn failed(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "a bundle cannot be written");
    let says = "the file could not be written: see the server's log";
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, IssueType::Exception, says)
}

/// What a person reads first.
const README: &str = "\
EVIDENCE OF ONE AUDIT EVENT
===========================

events/          the event, byte for byte as it was received, and its receipt
                 (c2sp.org/tlog-proof): that it stands in an append-only log
checkpoint       the log's size and root, signed; with the witnesses' cosignatures, if any
log.vkey         the key that signed it, for comparison: take the key you trust from elsewhere
manifest.json    a list of what is here; signed by nobody, as this text is

To check it, without any server or network:

    kiln verify bundle FILE --policy trust.policy
    kiln verify bundle FILE --key VKEY

or unpack it and open verify.html of the program's release from your own disk. The key, or the
policy that names key and witnesses, must come from somewhere else than this file.

It shows that this event was received when it says, and is unchanged. It does not show that what the
event says is true, and no log can prove what was never sent to it.
";
