//! Pieces of text that both releases write.
use super::draw::{Event, Kind};
use super::population::{self, RESOURCES};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt::Write as _;

/// Buffers that are used again for each event.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    request: String,
    day: i64,
    day_text: String,
}

/// Appends several pieces.
pub(super) fn push(out: &mut String, pieces: &[&str]) {
    for piece in pieces {
        out.push_str(piece);
    }
}

/// Appends a version 4 UUID of these bits (RFC 9562 §5.4).
pub(super) fn uuid(out: &mut String, bits: u128) {
    let uuid = uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid();
    out.push_str(uuid.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()));
}

/// Appends an instant in UTC. The date is kept, since the next event is mostly of the same day.
pub(super) fn instant(out: &mut String, ms: i64, scratch: &mut Scratch) {
    let day = ms.div_euclid(86_400_000);
    if day != scratch.day || scratch.day_text.is_empty() {
        scratch.day = day;
        scratch.day_text.clear();
        let date = jiff::Timestamp::from_second(day * 86_400).unwrap_or_default().strftime("%FT");
        write!(scratch.day_text, "{date}").expect("a String takes everything");
    }
    out.push_str(&scratch.day_text);
    let rest = ms.rem_euclid(86_400_000) as u32;
    digits(out, rest / 3_600_000, 2);
    out.push(':');
    digits(out, rest / 60_000 % 60, 2);
    out.push(':');
    digits(out, rest / 1000 % 60, 2);
    out.push('.');
    digits(out, rest % 1000, 3);
    out.push('Z');
}

/// Appends a number below 10^`width` with leading zeros.
fn digits(out: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        out.push(char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8));
    }
}

/// Appends a number.
pub(super) fn number(out: &mut String, number: u64) {
    let width = number.max(1).ilog10() + 1;
    digits(out, number as u32, width);
}

/// Appends the address of the workstation: people sit in one building, at changing desks.
pub(super) fn address(out: &mut String, event: &Event) {
    out.push_str("10.");
    number(out, 16 + event.practitioner % 16);
    out.push('.');
    number(out, event.practitioner / 16 % 200);
    out.push('.');
    number(out, event.host);
}

/// Appends the HTTP request of a search, an operation or an export, in base64.
pub(super) fn query(out: &mut String, event: &Event, scratch: &mut Scratch) {
    let request = &mut scratch.request;
    request.clear();
    let resource = RESOURCES[event.resource];
    match event.kind {
        Kind::Export => push(request, &["POST /fhir/Patient/$export?_type=", resource]),
        Kind::Everything => {
            request.push_str("GET /fhir/Patient/");
            uuid(request, population::patient_id(event.patient));
            request.push_str("/$everything?_count=100");
        }
        _ => {
            push(request, &["GET /fhir/", resource, "?patient=Patient/"]);
            uuid(request, population::patient_id(event.patient));
            request.push_str("&_sort=-_lastUpdated&_count=50");
        }
    }
    STANDARD.encode_string(request.as_bytes(), out);
}
