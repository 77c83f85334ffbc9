//! No text becomes markup, whatever it is.
use crate::{document::Document, fixture};
use std::collections::BTreeSet;
use std::io::Write as _;

const NAUGHTY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/naughty-strings/blns.json");

/// What breaks out of each place that our pages put texts in.
const PAYLOADS: [&str; 22] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onfocus=alert(1) autofocus x='",
    "\" onfocus=alert(1) autofocus x=\"",
    "` onfocus=alert(1) autofocus `",
    "x onmouseover=alert(1) y",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</pre><script>alert(1)</script>",
    "</noscript><img src=x onerror=alert(1)>",
    "</svg><script>alert(1)</script>",
    "</details></section></main></body></html><iframe src=//evil.example>",
    "<svg onload=alert(1)>",
    "<!-- ",
    "--> <b>",
    "<![CDATA[ ]]>",
    "&lt;script&gt;&#x3c;script&#x3e;",
    "javascript:alert(1)",
    "//evil.example/x.js",
    "{{ 7 * 7 }}{% raw %}\u{0}\u{2028}\u{202e}",
];

/// A browser's naughty strings (<https://github.com/minimaxir/big-list-of-naughty-strings>), where
/// they are at hand, and the payloads.
#[expect(clippy::disallowed_methods, reason = "a test reads the vectors beside the project")]
fn texts() -> Vec<String> {
    let mut texts: Vec<String> = PAYLOADS.map(str::to_owned).to_vec();
    match std::fs::read(NAUGHTY) {
        Ok(bytes) => {
            let naughty: Vec<String> = serde_json::from_slice(&bytes).expect("a list of texts");
            assert_eq!(naughty.len(), 515);
            texts.extend(naughty);
        }
        Err(_) => {
            writeln!(std::io::stderr(), "SKIPPED: no naughty strings beside the project")
                .expect("standard error is open");
        }
    }
    texts
}

/// Which attributes our own markup gives which element, and what scripts it asks for.
fn markup(document: &Document) -> BTreeSet<(String, String)> {
    let of = |element: &crate::document::Element| {
        let name = element.name.clone();
        let attributes: Vec<String> = element.attributes.keys().cloned().collect();
        attributes.into_iter().chain([String::new()]).map(move |it| (name.clone(), it))
    };
    document.elements.iter().flat_map(of).collect()
}

/// Everything that our own templates make. Texts that are read differently, as chips, as events of
/// another kind, between them use all of it.
fn ours(scripting: bool) -> BTreeSet<(String, String)> {
    let plain = ["plain", "dr chen patient 123 last week failed flurbel", "Patient/1", ""];
    let pages = plain.into_iter().flat_map(fixture::all);
    pages.flat_map(|page| markup(&Document::read(&page, scripting))).collect()
}

const ADDRESSES: [&str; 6] = ["href", "src", "action", "formaction", "data-live", "xlink:href"];

#[test]
fn no_text_of_an_event_becomes_markup() {
    for scripting in [true, false] {
        let ours = ours(scripting);
        for text in texts() {
            for page in fixture::all(&text) {
                check(&Document::read(&page, scripting), &ours, &text);
            }
        }
    }
}

fn check(document: &Document, ours: &BTreeSet<(String, String)>, text: &str) {
    let alien: Vec<_> = markup(document).difference(ours).cloned().collect();
    assert!(alien.is_empty(), "{text:?} became {alien:?}");
    assert_eq!(document.comments, 0, "{text:?} became a comment");
    let scripts: Vec<_> = document.all("script").map(|script| script.get("src")).collect();
    assert_eq!(scripts, [Some("/t/clinic/assets/live.js")], "{text:?}");
    for element in &document.elements {
        for name in ADDRESSES {
            let Some(address) = element.get(name) else { continue };
            let is_ours =
                address.starts_with('#') || address.starts_with('/') && !address.starts_with("//");
            assert!(is_ours, "{text:?} became the address {address:?}");
        }
    }
}

#[test]
fn what_is_hostile_is_still_shown() {
    for text in PAYLOADS.into_iter().filter(|text| !text.contains('\0')) {
        let page = fixture::of_event(
            text,
            kiln_pages::event::ProofState::SelfSigned,
            kiln_pages::Language::En,
        );
        let document = Document::read(&page, true);
        assert!(document.all("pre").any(|pre| pre.text == text), "{text:?} is not shown");
        assert!(document.all("title").any(|title| title.text.starts_with(text)), "{text:?}");
        assert!(document.all("dd").any(|fact| fact.text.contains(text)), "{text:?}");
    }
}

#[test]
fn our_own_markup_has_neither_handlers_nor_styles() {
    for (element, attribute) in ours(false) {
        assert!(!attribute.starts_with("on"), "{element} has {attribute}");
        assert_ne!(attribute, "style", "{element}");
        assert_ne!(element, "style");
    }
}
