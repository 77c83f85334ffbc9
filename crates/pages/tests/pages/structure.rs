//! What pages are made of.
use crate::{document::Document, fixture};
use kiln_pages::{Language, event::ProofState};
use std::collections::HashSet;

const LINE: &str = "dr chen patient 123 last week failed flurbel";

fn timeline() -> Document {
    Document::read(&fixture::timeline(LINE, Language::En), true)
}

#[test]
fn every_page_says_its_language_and_has_one_heading_and_a_way_past_the_navigation() {
    for (language, tag) in [(Language::En, "en"), (Language::De, "de")] {
        let pages = [
            fixture::timeline(LINE, language),
            fixture::nothing(LINE, language),
            fixture::of_event("plain", ProofState::Witnessed, language),
            fixture::problem("plain", 404, language),
        ];
        for page in pages {
            let document = Document::read(&page, true);
            assert_eq!(document.all("html").next().unwrap().get("lang"), Some(tag));
            assert_eq!(document.all("h1").count(), 1);
            let skip = document.classed("skip").next().unwrap();
            assert_eq!(skip.get("href"), Some("#main"));
            assert!(document.by_id("main").is_some());
            assert!(document.classed("demo").next().is_some(), "the demo is marked");
        }
    }
}

#[test]
fn ids_are_there_once_and_whatever_names_one_finds_it() {
    for page in fixture::all("plain") {
        let document = Document::read(&page, true);
        let ids: Vec<&str> = document.elements.iter().filter_map(|it| it.get("id")).collect();
        let once: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), once.len(), "{ids:?}");
        for element in &document.elements {
            for name in ["for", "form", "aria-labelledby", "aria-describedby"] {
                let Some(id) = element.get(name) else { continue };
                assert!(once.contains(id), "{name}={id}");
            }
        }
    }
}

#[test]
fn every_chip_can_be_taken_away() {
    let document = timeline();
    assert_eq!(document.classed("chip").count(), 5);
    let text: Vec<_> = document.classed("chip").filter(|chip| chip.has_class("text")).collect();
    assert_eq!(text.len(), 1);
    assert!(text[0].text.contains("flurbel"));
    let removals: Vec<_> = document
        .all("button")
        .filter(|button| button.get("aria-label").is_some_and(|it| it.starts_with("Remove ")))
        .collect();
    assert_eq!(removals.len(), 5);
    assert_eq!(removals[1].get("name"), Some("line"));
    assert_eq!(removals[1].get("value"), Some("dr chen last week failed \"flurbel\""));
}

#[test]
fn a_facet_adds_its_words_to_the_line() {
    let document = timeline();
    let facet = document.classed("facet").next().unwrap();
    assert_eq!((facet.get("name"), facet.get("form")), (Some("add"), Some("narrow")));
    let line = document.all("input").find(|input| input.get("type") == Some("hidden")).unwrap();
    assert_eq!(line.get("value"), Some("dr chen patient 123 last week failed \"flurbel\""));
}

#[test]
fn a_histogram_has_its_data_as_a_table_and_its_picture_is_not_in_the_way() {
    let document = timeline();
    let picture = document.classed("histogram").next().unwrap();
    assert_eq!(picture.get("aria-hidden"), Some("true"));
    let links = document.all("a").filter(|link| link.get("tabindex") == Some("-1"));
    assert_eq!(links.count(), 1);
    let rows: Vec<_> = document.all("tr").map(|row| row.text.clone()).collect();
    assert_eq!(rows[1..], ["2026-11-212026-11-21123", "2026-11-222026-11-22123"]);
}

#[test]
fn an_address_of_a_page_holds_no_text_of_a_search() {
    for element in timeline().elements {
        let addresses = ["href", "action", "data-live"].into_iter();
        for address in addresses.filter_map(|name| element.get(name)) {
            assert!(!address.contains("patient") && !address.contains("chen"), "{address}");
        }
    }
}

#[test]
fn events_lead_to_their_page_with_both_times_where_they_differ() {
    let document = timeline();
    let row = document.classed("row").next().unwrap();
    assert!(row.text.contains("2026-11-22 19:00:00 +01:00"), "{}", row.text);
    assert!(row.text.contains("1 hour ago"));
    assert!(row.text.contains("received 2026-11-22 20:00:00 +01:00"));
    let link = document.classed("time").next().unwrap();
    assert_eq!(link.get("href"), Some("/t/clinic/event/0193a0c1-7a5e-7000-8000-0123456789ab"));
    let day = document.classed("day").next().unwrap();
    assert_eq!(day.text, "Sunday, 22 November 2026");
}

#[test]
fn a_search_without_a_find_says_how_to_widen_it() {
    let document = Document::read(&fixture::nothing(LINE, Language::En), true);
    let ways: Vec<_> = document.all("button").filter(|button| button.has_class("link")).collect();
    assert_eq!(ways.len(), 5);
    assert_eq!(ways[0].text, "leave out Who: chen");
    let empty = Document::read(&fixture::nothing("", Language::En), true);
    assert_eq!(empty.classed("link").count(), 0);
}

#[test]
fn a_proof_says_what_it_shows_and_what_not() {
    let states = [
        (ProofState::Witnessed, "Witnessed", "good"),
        (ProofState::SelfSigned, "Self-signed only", "warn"),
        (ProofState::Failed, "Failed", "bad"),
        (ProofState::NotSigned, "Not signed", "none"),
    ];
    for (state, title, class) in states {
        let page = fixture::of_event("plain", state, Language::En);
        let document = Document::read(&page, true);
        let verdict = document.classed("verdict").next().unwrap();
        assert!(verdict.has_class(class), "{title}");
        assert!(verdict.text.contains(&format!("The server says: {title}")), "{}", verdict.text);
        assert!(verdict.text.contains("does not show that what the event says is true"));
        let downloads = document.all("a").filter(|link| link.get("download").is_some());
        assert_eq!(downloads.count(), if title == "Not signed" { 1 } else { 3 });
    }
}

#[test]
fn the_browser_can_say_each_state_by_the_name_that_proof_js_has_for_it() {
    let page = fixture::of_event("plain", ProofState::Witnessed, Language::De);
    let document = Document::read(&page, true);
    let states = document.elements.iter().filter_map(|element| element.get("data-state"));
    let names = ["witnessed", "self-signed only", "failed", "unchecked"];
    assert_eq!(states.collect::<Vec<_>>(), names);
    // A key that cannot be used is no alarm about the log.
    let unchecked =
        document.classed("verdict").find(|it| it.get("data-state") == Some("unchecked"));
    let unchecked = unchecked.unwrap();
    assert!(unchecked.has_class("none") && unchecked.text.contains("Nichts wurde geprüft"));
    let hidden = document.elements.iter().filter(|it| it.get("data-state").is_some());
    assert!(hidden.into_iter().all(|element| element.get("hidden").is_some()));
}

#[test]
fn an_error_says_what_to_do_and_offers_to_sign_in_where_that_helps() {
    for language in Language::ALL {
        for status in [400, 401, 403, 404, 410, 413, 429, 500, 501, 503, 418] {
            let page = fixture::problem("why", status, language);
            let document = Document::read(&page, true);
            assert_eq!(document.classed("button").count(), usize::from(status == 401));
            assert!(document.all("li").any(|line| line.text == "why"));
        }
    }
}
