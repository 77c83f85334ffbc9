//! Pages with one text in every place that takes a text of an event, of a sender or of a search.
use jiff::tz::TimeZone;
use kiln_fhir::{
    Agent, AuditEvent, CodeableConcept, Coding, Entity, Identifier, Instant, Reference, Release,
    Source,
};
use kiln_pages::event::{self, Neighbours, Proof, ProofState, Rendition, Same};
use kiln_pages::phrase::{self, Kind};
use kiln_pages::picture::{Bar, Histogram};
use kiln_pages::timeline::{self, About, Facet, Row, Total, Value};
use kiln_pages::{Html, Language, Page, Reader, Section, Sentence, layout, problem};

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

pub(crate) fn reader(language: Language) -> Reader {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a rule of POSIX");
    Reader { language, zone, now: at("2026-11-22T20:41:07+01:00") }
}

fn concept(text: &str) -> CodeableConcept<'_> {
    let text = Some(text.into());
    let coding = Coding { system: text.clone(), code: text.clone(), display: text.clone() };
    CodeableConcept { coding: vec![coding], text }
}

fn coding(text: &str) -> Coding<'_> {
    concept(text).coding.remove(0)
}

fn reference(text: &str) -> Reference<'_> {
    let value = Some(text.into());
    let identifier =
        Identifier { system: value.clone(), value: value.clone(), r#type: concept(text) };
    Reference {
        reference: value.clone(),
        r#type: value.clone(),
        identifier: Some(identifier),
        display: value,
    }
}

fn agent(text: &str) -> Agent<'_> {
    Agent {
        r#type: Some(concept(text)),
        role: vec![concept(text)],
        who: Some(reference(text)),
        alt_id: Some(text.into()),
        name: Some(text.into()),
        requestor: Some(true),
        location: Some(reference(text)),
        policy: vec![text.into()],
        media: Some(coding(text)),
        network_address: Some(text.into()),
        network_type: Some(text.into()),
        purpose: vec![concept(text)],
    }
}

fn entity(text: &str) -> Entity<'_> {
    Entity {
        what: Some(reference(text)),
        r#type: Some(coding(text)),
        role: Some(concept(text)),
        lifecycle: Some(coding(text)),
        security_label: vec![concept(text)],
        name: Some(text.into()),
        description: Some(text.into()),
        query: None,
        agents: vec![agent(text)],
    }
}

/// An event that says this text wherever it may say one.
pub(crate) fn event(text: &str) -> AuditEvent<'_> {
    let text_too = Some(text.into());
    AuditEvent {
        id: text_too.clone(),
        r#type: vec![concept(text)],
        subtype: vec![concept(text)],
        action: text_too.clone(),
        severity: text_too.clone(),
        outcome: Some(concept(text)),
        outcome_detail: vec![concept(text)],
        purpose: vec![concept(text)],
        based_on: vec![reference(text)],
        patient: Some(reference(text)),
        encounter: Some(reference(text)),
        agents: vec![agent(text), agent("Dr. Sarah Chen")],
        source: Source {
            site: text_too,
            observer: Some(reference(text)),
            r#type: vec![concept(text)],
        },
        entities: vec![entity(text), Entity { query: Some(text.into()), ..Entity::default() }],
        ..AuditEvent::empty(Release::R4, at("2026-11-22T18:00:00Z"))
    }
}

pub(crate) fn row(text: &str, reader: &Reader) -> Row {
    let sentence = Sentence::of(&event(text), at("2026-11-22T19:00:00Z"), reader);
    let sentence = Sentence { reason: Some(text.to_owned()), ..sentence };
    Row { id: "0193a0c1-7a5e-7000-8000-0123456789ab".to_owned(), sentence }
}

fn page(body: &Html, name: &str, language: Language) -> String {
    let page = Page {
        title: name,
        language,
        nav: &[Section::Timeline, Section::Evidence],
        section: Some(Section::Timeline),
        base: "/t/clinic",
        demo: true,
        zone: Some(name),
        signed_in_as: Some(name),
        scripts: &["/assets/live.js"],
    };
    layout(&page, body)
}

/// The timeline of a search for this text, which it found.
pub(crate) fn timeline(text: &str, language: Language) -> String {
    let reader = reader(language);
    let asked = phrase::read(text, reader.now, &reader.zone);
    let value = Value { label: text.to_owned(), words: phrase::words(Kind::Agent, text), count: 7 };
    let bar = |from, to, url| Bar { from: at(from), to: at(to), count: 12, failed: 3, url };
    let view = timeline::View {
        base: "/t/clinic",
        watch: Some(timeline::Watch {
            silent: Some(vec![(text.to_owned(), at("2026-11-19T20:39:00Z"))]),
            refused: 12,
        }),
        asked: &asked,
        warnings: vec![text.to_owned()],
        rows: vec![row(text, &reader), row("plain", &reader)],
        total: Total::Exactly(1_234_567),
        facets: vec![Facet {
            about: About::Agent,
            values: vec![value],
            is_sampled: true,
            known: 1234,
            looked: Some(5000),
            is_covering: false,
            is_whole: false,
            other: Some("/t/clinic/view/whole".to_owned()),
        }],
        histogram: Some(Histogram {
            bars: vec![
                bar(
                    "2026-11-20T23:00:00Z",
                    "2026-11-21T23:00:00Z",
                    Some("/t/clinic/view/x".into()),
                ),
                bar("2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z", None),
            ],
        }),
        older: Some("/t/clinic/view/older".to_owned()),
        newest: Some("/t/clinic/view/newest".to_owned()),
        everything: Some("/t/clinic/view/everything".to_owned()),
        live: Some(timeline::Live {
            newer: "/t/clinic/newer/token".to_owned(),
            all: "/t/clinic/view/all".to_owned(),
        }),
    };
    page(&timeline::body(&view, &reader), text, language)
}

/// The timeline of a search for this text, which found nothing.
pub(crate) fn nothing(text: &str, language: Language) -> String {
    let reader = reader(language);
    let asked = phrase::read(text, reader.now, &reader.zone);
    let view = timeline::View {
        base: "",
        watch: None,
        asked: &asked,
        warnings: Vec::new(),
        rows: Vec::new(),
        total: Total::Exactly(0),
        facets: Vec::new(),
        histogram: None,
        older: None,
        newest: None,
        everything: None,
        live: None,
    };
    page(&timeline::body(&view, &reader), text, language)
}

/// The page of an event that says this text everywhere.
pub(crate) fn of_event(text: &str, state: ProofState, language: Language) -> String {
    let reader = reader(language);
    let view = event::View {
        base: "/t/clinic",
        id: "0193a0c1-7a5e-7000-8000-0123456789ab",
        event: &event(text),
        received: at("2026-11-22T19:00:00Z"),
        index: 4711,
        sender: Some(text),
        original: text,
        original_url: "/t/clinic/original".to_owned(),
        renditions: vec![
            Rendition { release: Release::R4, text: Ok(text.to_owned()) },
            Rendition { release: Release::R5, text: Err(text.to_owned()) },
        ],
        neighbours: vec![
            Neighbours { same: Same::User, rows: vec![row(text, &reader)], more: true },
            Neighbours { same: Same::Request, rows: Vec::new(), more: false },
        ],
        proof: Proof {
            state,
            size: 53_000_000,
            root: text.to_owned(),
            witnesses: vec![(text.to_owned(), at("2026-11-22T19:00:01Z"))],
            receipt_url: "/t/clinic/receipt".to_owned(),
            bundle_url: Some("/t/clinic/evidence.zip".to_owned()),
            policy: Some(text.to_owned()),
            leaf_only: false,
        },
    };
    page(&event::body(&view, &reader), text, language)
}

/// The page of an error.
pub(crate) fn problem(text: &str, status: u16, language: Language) -> String {
    let reader = reader(language);
    let view = problem::View {
        base: "",
        status,
        says: &[text.to_owned()],
        request_id: Some(text),
        sign_in: Some("/sign-in"),
    };
    page(&problem::body(&view, &reader), &problem::title(status, &reader), language)
}

/// Every page with this text.
pub(crate) fn all(text: &str) -> Vec<String> {
    let both = Language::ALL.into_iter().flat_map(|language| {
        [
            timeline(text, language),
            nothing(text, language),
            of_event(text, ProofState::Witnessed, language),
            problem(text, 401, language),
        ]
    });
    both.collect()
}
