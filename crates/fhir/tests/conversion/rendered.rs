//! What is converted to be rendered says the same as what is converted and then rendered.
use super::journey::digits;
use super::{corpus, others};
use kiln_fhir::conversion::{convert, convert_to_render};
use kiln_fhir::render::{ServerElements, with_server_elements};

const ELEMENTS: ServerElements<'_> =
    ServerElements { id: "x", version_id: "1", last_updated: "2026-11-22T07:00:00.000Z" };

#[test]
fn the_servers_elements_are_filled_in() {
    let (mut plain, mut filled) = (Vec::new(), Vec::new());
    let mut early = 0;
    for event in corpus() {
        for to in others(event.release) {
            plain.clear();
            convert(&event.body, event.release, to, &mut plain);
            let plain = rendered(&plain);
            filled.clear();
            convert_to_render(&event.body, event.release, to, &mut filled);
            early += usize::from(filled.starts_with(b"{\"resourceType\":\"AuditEvent\",\"id\":"));
            let filled = rendered(&filled);
            assert_eq!(digits(&filled), digits(&plain), "{} to {to:?}", event.name);
        }
    }
    assert!(early > 0 || corpus().is_empty(), "none has its id first");
}

fn rendered(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    with_server_elements(json, &ELEMENTS, &mut out);
    out
}
