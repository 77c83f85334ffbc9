use super::*;
use crate::Language;
use jiff::tz::TimeZone;
use kiln_fhir::{Limits, Release};

fn reader(language: Language) -> Reader {
    let now = Instant::parse("2026-11-22T20:41:07Z").unwrap();
    Reader { language, zone: TimeZone::UTC, now }
}

fn read(release: Release, json: &str, language: Language) -> Sentence {
    let parsed = kiln_fhir::parse(json.as_bytes(), release, &Limits::default()).unwrap();
    let received = Instant::parse("2026-11-22T20:00:10Z").unwrap();
    Sentence::of(&parsed.event, received, &reader(language))
}

/// In English and in German.
fn both(release: Release, json: &str) -> [String; 2] {
    Language::ALL.map(|language| read(release, json, language).to_text(&reader(language)))
}

/// R4, with these elements beside the mandatory ones.
fn r4(elements: &str) -> String {
    format!(
        r#"{{"resourceType":"AuditEvent","type":{{"code":"rest"}},
        "recorded":"2026-11-22T20:00:00Z","source":{{"observer":{{"display":"EHR"}}}},{elements}}}"#
    )
}

const CHEN: &str = r#""agent":[{"who":{"reference":"Practitioner/dr456"},"name":"Dr. Sarah Chen",
    "requestor":true,"network":{"address":"10.0.1.42","type":"2"}}]"#;

const PATIENT: &str = r#""entity":[{"what":{"reference":"Patient/pt_abc123"},
    "type":{"code":"1"},"role":{"code":"1"},"name":"Patient Record",
    "description":"Accessed patient demographics"}]"#;

#[test]
fn a_read_is_one_sentence() {
    let json = r4(&format!(r#""action":"R","outcome":"0",{CHEN},{PATIENT}"#));
    let [english, german] = both(Release::R4, &json);
    assert_eq!(
        english,
        "Dr. Sarah Chen read Patient pt_abc123 (demographics) from 10.0.1.42 · success"
    );
    assert_eq!(
        german,
        "Dr. Sarah Chen hat Patient pt_abc123 (demographics) von 10.0.1.42 aus gelesen · \
         erfolgreich"
    );
}

#[test]
fn what_failed_says_why_in_no_more_than_a_line_or_two() {
    let reason = |outcome: &str, says: &str| {
        let elements = format!(r#""outcome":"{outcome}","outcomeDesc":"{says}",{CHEN}"#);
        read(Release::R4, &r4(&elements), Language::En).reason
    };
    assert_eq!(reason("8", "no such role").as_deref(), Some("no such role"));
    assert_eq!(reason("0", "found"), None, "nothing failed");
    let long = reason("4", &"ä".repeat(201)).unwrap();
    assert_eq!(long, format!("{}…", "ä".repeat(200)));
    let r5 = r#"{"resourceType":"AuditEvent","code":{"coding":[{"code":"rest"}]},
        "recorded":"2026-11-22T20:00:00Z","source":{"observer":{"display":"EHR"}},
        "outcome":{"code":{"code":"8"},"detail":[{"text":"locked"},{"text":"for an hour"}]},
        "agent":[{"who":{"display":"Chen"},"requestor":true}]}"#;
    let reason = read(Release::R5, r5, Language::En).reason;
    assert_eq!(reason.as_deref(), Some("locked, for an hour"));
}

#[test]
fn what_failed_was_only_tried() {
    let json = r4(&format!(r#""action":"R","outcome":"8",{CHEN},{PATIENT}"#));
    let [english, german] = both(Release::R4, &json);
    assert_eq!(
        english,
        "Dr. Sarah Chen tried to read Patient pt_abc123 (demographics) from 10.0.1.42 · \
         serious failure"
    );
    assert!(german.starts_with("Dr. Sarah Chen hat versucht, Patient pt_abc123"), "{german}");
    assert!(german.ends_with("zu lesen · schwerer Fehler"), "{german}");
}

#[test]
fn an_old_release_says_the_same() {
    let json = r#"{"resourceType":"AuditEvent",
        "event":{"type":{"code":"rest"},"action":"R","dateTime":"2026-11-22T20:00:00Z",
            "outcome":"0"},
        "participant":[{"name":"Dr. Sarah Chen","requestor":true,
            "reference":{"reference":"Practitioner/dr456"},
            "network":{"address":"10.0.1.42","type":"2"}}],
        "source":{"identifier":{"value":"ehr"}},
        "object":[{"reference":{"reference":"Patient/pt_abc123"},"role":{"code":"1"}}]}"#;
    let [english, _] = both(Release::Dstu2, json);
    assert_eq!(english, "Dr. Sarah Chen read Patient pt_abc123 from 10.0.1.42 · success");
}

#[test]
fn a_new_release_says_the_same() {
    let json = r#"{"resourceType":"AuditEvent",
        "code":{"coding":[{"system":"http://hl7.org/fhir/restful-interaction","code":"read"}]},
        "recorded":"2026-11-22T20:00:00Z",
        "outcome":{"code":{"system":"http://hl7.org/fhir/issue-severity","code":"success"}},
        "patient":{"reference":"Patient/pt_abc123"},
        "agent":[{"who":{"reference":"Practitioner/dr456","display":"Dr. Sarah Chen"},
            "requestor":true,"networkString":"10.0.1.42"}],
        "source":{"observer":{"display":"EHR"}},
        "entity":[{"what":{"reference":"Observation/7"}}]}"#;
    let [english, german] = both(Release::R5, json);
    assert_eq!(
        english,
        "Dr. Sarah Chen read Observation 7 of Patient pt_abc123 from 10.0.1.42 · success"
    );
    assert_eq!(
        german,
        "Dr. Sarah Chen hat Observation 7 von Patient pt_abc123 von 10.0.1.42 aus gelesen · \
         erfolgreich"
    );
}

#[test]
fn only_a_reference_is_shown_as_the_reference() {
    let agent =
        |who: &str| r4(&format!(r#""action":"D","agent":[{{"who":{who},"requestor":true}}]"#));
    let said = |who: &str| both(Release::R4, &agent(who))[0].clone();
    let rest = "deleted something (not stated what) · outcome not stated";
    assert_eq!(said(r#"{"reference":"Practitioner/7"}"#), format!("Practitioner 7 {rest}"));
    let url = "https://ehr.example/fhir/Practitioner/7";
    assert_eq!(said(&format!(r#"{{"reference":"{url}"}}"#)), format!("{url} {rest}"));
    assert_eq!(said(r#"{"identifier":{"value":"4711"}}"#), format!("4711 {rest}"));
    let nobody = r4(r#""action":"D","agent":[{"requestor":true}]"#);
    let [english, german] = both(Release::R4, &nobody);
    assert_eq!(english, format!("Somebody (not stated who) {rest}"));
    assert_eq!(
        german,
        "Jemand (nicht angegeben, wer) hat etwas (nicht angegeben, was) gelöscht · Ergebnis nicht \
         angegeben"
    );
}

#[test]
fn a_person_who_asked_comes_before_a_program_that_did() {
    let json = r4(r#""action":"R","agent":[
        {"who":{"reference":"Device/app"},"name":"App","requestor":true},
        {"who":{"reference":"Practitioner/7"},"name":"Dr. Chen","requestor":true}]"#);
    assert!(both(Release::R4, &json)[0].starts_with("Dr. Chen read "));
}

#[test]
fn several_objects_are_counted_and_requests_are_none() {
    let json = r4(&format!(
        r#""action":"C",{CHEN},"entity":[
        {{"what":{{"reference":"Observation/1"}},"name":"Observation"}},
        {{"what":{{"reference":"Observation/2"}}}},{{"what":{{"reference":"Observation/3"}}}},
        {{"what":{{"reference":"Patient/9","display":"Jane Roe"}},"role":{{"code":"1"}}}},
        {{"what":{{"identifier":{{"value":"req-1"}}}},"type":{{"code":"XrequestId"}}}}]"#
    ));
    let [english, german] = both(Release::R4, &json);
    assert_eq!(
        english,
        "Dr. Sarah Chen created Observation 1 and 2 others of Patient 9 (Jane Roe) from 10.0.1.42 \
         · outcome not stated"
    );
    assert!(german.contains("Observation 1 und 2 weitere von Patient 9 (Jane Roe)"), "{german}");
}

#[test]
fn a_sign_in_needs_no_object() {
    let json = r4(&format!(r#""subtype":[{{"code":"110122"}}],"action":"E","outcome":"0",{CHEN}"#));
    let [english, german] = both(Release::R4, &json);
    assert_eq!(english, "Dr. Sarah Chen signed in from 10.0.1.42 · success");
    assert_eq!(german, "Dr. Sarah Chen hat sich von 10.0.1.42 aus angemeldet · erfolgreich");
}

#[test]
fn what_no_verb_of_ours_says_is_said_in_the_events_own_words() {
    let json =
        r4(&format!(r#""subtype":[{{"display":"Poke","code":"poke"}}],"action":"E",{CHEN}"#));
    let [english, german] = both(Release::R4, &json);
    assert_eq!(english, "Dr. Sarah Chen did “Poke” from 10.0.1.42 · outcome not stated");
    assert!(
        german.starts_with("Dr. Sarah Chen hat von 10.0.1.42 aus „Poke“ ausgeführt"),
        "{german}"
    );
}

#[test]
fn a_purpose_is_said_or_not_stated() {
    let purpose = r#""purposeOfEvent":[{"coding":[{"code":"ETREAT","display":"Emergency"}]}]"#;
    let stated = read(Release::R4, &r4(&format!("{purpose},{CHEN}")), Language::En);
    assert_eq!((stated.purpose.as_deref(), stated.emergency), (Some("Emergency"), true));
    let missing = read(Release::R4, &r4(CHEN), Language::En);
    assert_eq!((missing.purpose, missing.emergency), (None, false));
}

#[test]
fn it_is_late_after_five_minutes_in_either_direction() {
    let at = |received: i64| {
        let event = AuditEvent::empty(Release::R4, Instant { millis: 0 });
        Sentence::of(&event, Instant { millis: received }, &reader(Language::En)).is_late()
    };
    assert!(!at(300_000) && !at(-300_000));
    assert!(at(300_001) && at(-300_001));
}

#[test]
fn every_act_has_a_pattern_of_its_own_in_each_language() {
    let acts = [
        Act::Read,
        Act::ReadVersion,
        Act::History,
        Act::Search,
        Act::Create,
        Act::Update,
        Act::Delete,
        Act::Export,
        Act::Import,
        Act::Disclose,
        Act::Transfer,
        Act::SignIn,
        Act::SignOut,
        Act::Start,
        Act::Stop,
        Act::BreakGlass,
        Act::UseLog,
        Act::Other,
    ];
    let mut seen = std::collections::HashSet::new();
    for language in Language::ALL {
        for act in acts {
            for pattern in [language.texts().act_done, language.texts().act_failed] {
                let text = pattern(act);
                assert!(text.starts_with("{who} ") && text.contains("{from}"), "{text}");
                assert!(seen.insert(text), "{text} is there twice");
            }
        }
    }
}
