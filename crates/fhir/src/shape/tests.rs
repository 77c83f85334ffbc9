use super::*;
use serde_json::{Value as Json, json};

fn shape_of(document: &Json) -> Option<Release> {
    shape(&serde_json::to_vec(document).expect("JSON"))
}

/// An event of each release, with what its smallest one has.
fn smallest() -> [(Json, Option<Release>); 6] {
    let recorded = "2024-06-15T08:30:00Z";
    let coding = json!({"system": "urn:types", "code": "rest"});
    [
        (
            json!({"event": {"type": coding, "dateTime": recorded},
                "participant": [{"requestor": true}], "source": {"identifier": {"value": "x"}}}),
            Some(Release::Dstu2),
        ),
        (
            json!({"type": coding, "recorded": recorded, "agent": [{"requestor": true}],
                "source": {"identifier": {"value": "x"}}}),
            Some(Release::Stu3),
        ),
        (
            json!({"type": coding, "recorded": recorded, "agent": [{"requestor": true}],
                "source": {"observer": {"display": "x"}}}),
            Some(Release::R4),
        ),
        (
            json!({"type": coding, "recorded": recorded, "agent": [{"requestor": true}],
                "outcome": {"text": "fine"}, "source": {"observer": {"display": "x"}}}),
            Some(Release::R5Draft),
        ),
        (
            json!({"code": {"text": "read"}, "recorded": recorded,
                "agent": [{"who": {"display": "x"}}], "source": {"observer": {"display": "x"}}}),
            Some(Release::R5),
        ),
        (
            json!({"type": {"text": "rest"}, "recorded": recorded,
                "agent": [{"who": {"display": "x"}}], "source": {"observer": {"display": "x"}}}),
            Some(Release::R6),
        ),
    ]
}

#[test]
fn the_smallest_event_of_a_release_tells_it() {
    for (document, release) in smallest() {
        assert_eq!(shape_of(&document), release, "{document}");
    }
}

#[test]
fn what_is_contradictory_tells_nothing() {
    let all = smallest();
    for (one, release) in &all {
        for (other, another) in &all {
            // STU3's agents and types are R4's, R4's are the draft's.
            let mut mixed = one.clone();
            let members = other.as_object().expect("an object").clone();
            mixed.as_object_mut().expect("an object").extend(members);
            let found = shape_of(&mixed);
            assert!(
                found.is_none() || found == *another || found == *release,
                "{mixed}: {found:?}"
            );
        }
    }
    let dstu2_and_r4 = json!({"event": {}, "type": {"code": "rest"}});
    let r4_and_r5 = json!({"type": {"code": "rest"}, "code": {"text": "read"}});
    let stu3_and_r4 = json!({"type": {"code": "rest"},
        "agent": [{"userId": {"value": "x"}}], "source": {"observer": {"display": "x"}}});
    let r4_and_draft = json!({"type": {"code": "rest"}, "outcome": "0", "severity": "alert",
        "source": {"observer": {"display": "x"}}});
    for document in [dstu2_and_r4, r4_and_r5, stu3_and_r4, r4_and_draft] {
        assert_eq!(shape_of(&document), None, "{document}");
    }
}

#[test]
fn what_says_little_tells_nothing() {
    for document in [
        json!({}),
        json!([]),
        json!("event"),
        json!({"resourceType": "AuditEvent"}),
        json!({"type": {"code": "rest"}, "recorded": "2024"}),
        json!({"type": "rest", "source": {"observer": {"display": "x"}}}),
        json!({"outcome": {"code": {"code": "0"}}, "agent": [{"networkString": "h"}]}),
    ] {
        assert_eq!(shape_of(&document), None, "{document}");
    }
    assert_eq!(shape(b"<AuditEvent/>"), None);
}

fn read_at(document: &Json, at: Option<Release>) -> Release {
    let body = serde_json::to_vec(document).expect("JSON");
    let tape = read(&body, &Limits::default(), "AuditEvent").expect("JSON");
    release_at(&tape, at)
}

#[test]
fn the_path_decides_but_for_drafts_of_r5() {
    for (document, release) in smallest() {
        assert_eq!(Some(read_at(&document, None)), release);
        for at in [Release::Dstu2, Release::Stu3, Release::R4, Release::R4b, Release::R6] {
            assert_eq!(read_at(&document, Some(at)), at);
        }
        let r5 = if release == Some(Release::R5Draft) { Release::R5Draft } else { Release::R5 };
        assert_eq!(read_at(&document, Some(Release::R5)), r5);
        let draft = if release == Some(Release::R5) { Release::R5 } else { Release::R5Draft };
        assert_eq!(read_at(&document, Some(Release::R5Draft)), draft);
    }
    assert_eq!(read_at(&json!({}), None), Release::R4);
}
