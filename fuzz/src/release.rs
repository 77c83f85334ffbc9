//! Which release a body is in.
use crate::{MADE, outcome::assert_told, xml::is_checked};
use kiln_fhir::{Limits, Release, parse, receive, shape, xml};

/// Bytes sent to every path and to none: the release said is one that the path takes, the event is
/// one of it, and its XML is taken for the same.
pub fn release(bytes: &[u8]) {
    let served = Release::SERVED.iter().copied().map(Some);
    for at in served.chain([None]) {
        match receive(bytes, at, &Limits::default()) {
            Ok(received) => assert_taken(bytes, at, received.event.release),
            Err(outcome) => assert_told(&outcome, at.unwrap_or(Release::R4)),
        }
        match xml::to_json_at(bytes, at, &Limits::default()) {
            Ok((release, _)) => assert_fits(at, release),
            Err(outcome) => assert_told(&outcome, at.unwrap_or(Release::R4)),
        }
    }
}

fn assert_taken(bytes: &[u8], at: Option<Release>, release: Release) {
    assert_fits(at, release);
    let read = parse(bytes, release, &Limits::default());
    let read = read.expect("it is taken in the release that is said");
    if at.is_none() {
        let shape = shape(bytes);
        assert!(shape.is_none_or(|shape| shape == release), "{shape:?}, read as {release:?}");
    }
    let mut written = Vec::new();
    xml::from_json(bytes, release, &mut written).expect("an event is a resource");
    let as_xml = xml::to_json_at(&written, at, &MADE).map(|(release, _)| release);
    let written = String::from_utf8_lossy(&written);
    match as_xml {
        Ok(as_xml) => assert_eq!(as_xml, release, "XML at {at:?} is for another\n{written}"),
        Err(outcome) => assert!(!is_checked(bytes, &read), "{outcome:?}\n{written}"),
    }
}

/// The path of R5 takes its R4-shaped draft, all others their own release alone.
fn assert_fits(at: Option<Release>, release: Release) {
    let fits = match at {
        None => true,
        Some(Release::R5) => matches!(release, Release::R5 | Release::R5Draft),
        Some(at) => release == at,
    };
    assert!(fits, "{release:?} at {at:?}");
}
