use super::*;

fn parsed(query: &[(&str, &str)]) -> Result<Filters, Vec<String>> {
    let pairs: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    parse(&pairs).map_err(|outcome| {
        let issues = outcome.issues.into_iter();
        issues.map(|i| format!("{} {:?}: {}", i.code.code(), i.expression, i.diagnostics)).collect()
    })
}

/// The parameters that a search becomes.
#[track_caller]
fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
    parsed(query).expect("a search").pairs
}

#[track_caller]
fn becomes(query: &[(&str, &str)], expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    assert_eq!(pairs(query), expected);
}

#[test]
fn the_first_systems_searches() {
    becomes(&[("action", "R")], &[("action", "R")]);
    becomes(&[("outcome", "8")], &[("outcome", "8")]);
    becomes(
        &[("dateFrom", "2024-06-01"), ("dateTo", "2024-06-30")],
        &[("date", "ge2024-06-01T00:00:00.000Z"), ("date", "lt2024-07-01T00:00:00.000Z")],
    );
}

#[test]
fn types_are_searched_as_they_are_stored() {
    let dicom = "http://dicom.nema.org/resources/ontology/DCM";
    let (login, kind) = (format!("{dicom}|110114"), format!("{dicom}|110122"));
    for text in ["login", "Login", "LOGIN"] {
        becomes(&[("type", text)], &[("type", &login), ("subtype", &kind)]);
    }
    becomes(&[("type", "export")], &[("type", &format!("{dicom}|110106"))]);
    becomes(&[("type", "rest")], &[("type", "rest")]);
    becomes(&[("type", "110112")], &[("type", "110112")]);
    becomes(&[("type", "our  own, code")], &[("type", "our own\\, code")]);
    becomes(&[("subtype", "read")], &[("subtype", "read")]);
    becomes(
        &[("type", "login"), ("subtype", "110122")],
        &[("type", &login), ("subtype", &kind), ("subtype", "110122")],
    );
}

#[test]
fn values_are_escaped_and_go_through_as_they_are() {
    becomes(
        &[
            ("patient", "Patient/pt_abc123"),
            ("agent", "a,b|c$d\\e"),
            ("entity", "urn:oid:1.2"),
            ("text", "denied access"),
        ],
        &[
            ("patient", "Patient/pt_abc123"),
            ("agent", "a\\,b\\|c\\$d\\\\e"),
            ("entity", "urn:oid:1.2"),
            ("text", "denied access"),
        ],
    );
}

#[test]
fn pages_are_asked_for_beside() {
    let filters = parsed(&[("limit", "10"), ("cursor", "abc,|")]).expect("a search");
    assert_eq!(
        filters,
        Filters { pairs: Vec::new(), limit: Some(10), cursor: Some("abc,|".to_owned()) }
    );
    let filters = parsed(&[("limit", "99999999999999999999999")]).expect("a search");
    assert_eq!(filters.limit, Some(usize::MAX));
    for limit in ["0", "-1", "+1", "1.5", "ten", "00"] {
        let issues = parsed(&[("limit", limit)]).expect_err("refused");
        assert_eq!(issues, ["value Some(\"limit\"): limit is a whole number from 1"]);
    }
}

#[test]
fn the_zone_is_that_of_bare_dates() {
    becomes(
        &[("dateFrom", "2024-06-01"), ("dateTo", "2024-06-30"), ("timeZone", "Europe/Zurich")],
        &[("date", "ge2024-05-31T22:00:00.000Z"), ("date", "lt2024-06-30T22:00:00.000Z")],
    );
    for offset in ["+05:30", " 05:30"] {
        becomes(
            &[("timeZone", offset), ("dateFrom", "2024")],
            &[("date", "ge2023-12-31T18:30:00.000Z")],
        );
    }
    becomes(
        &[("timeZone", "Asia/Tokyo"), ("dateTo", "2024-06-30T12:00:00Z")],
        &[("date", "lt2024-06-30T12:00:00.001Z")],
    );
    becomes(&[("timeZone", "europe/zurich")], &[]);
}

#[test]
fn what_is_no_filter_is_refused() {
    let one = |name, value| parsed(&[(name, value)]).expect_err("refused").remove(0);
    for name in ["date", "_count", "Action", "action:not", "id"] {
        let issue = one(name, "x");
        let start =
            format!("not-supported Some(\"{name}\"): {name} is no filter: there are action,");
        assert!(issue.starts_with(&start), "{issue}");
    }
    assert!(one("Jane Doe", "x").starts_with("not-supported None: a filter of an unusual name"));
    for name in NAMES {
        let expected = format!("value Some(\"{name}\"): {name} has no value: leave it out");
        for value in ["", " "] {
            assert_eq!(parsed(&[(name, value)]).expect_err("refused"), [expected.as_str()]);
        }
    }
    assert_eq!(
        parsed(&[("action", "R"), ("action", "R")]).expect_err("refused"),
        ["value Some(\"action\"): action comes more than once: send it once"]
    );
}

#[test]
fn values_that_mean_nothing_are_refused() {
    let one = |name, value| parsed(&[(name, value)]).expect_err("refused");
    assert_eq!(
        one("action", "read"),
        ["code-invalid Some(\"action\"): action is one of C R U D E"]
    );
    assert_eq!(
        one("outcome", "failed"),
        ["code-invalid Some(\"outcome\"): outcome is one of 0 4 8 12"]
    );
    for zone in
        ["Mars/Olympus", "+15:00", "+1", "Z+", "-", "../../etc/passwd", "Etc/Unknown", "+01:00x"]
    {
        let issues = parsed(&[("timeZone", zone), ("dateFrom", "2024")]).expect_err("refused");
        let expected =
            "value Some(\"timeZone\"): timeZone is a zone such as Europe/Zurich or +01:00";
        assert_eq!(issues, [expected]);
    }
    for (name, date) in [
        ("dateFrom", "yesterday"),
        ("dateFrom", "2024-02-30"),
        ("dateTo", "ge2024"),
        ("dateTo", "2024-6-1"),
        ("dateTo", "24"),
        ("dateFrom", "2024-06-15T"),
        ("dateFrom", "2024-06-15T25:00:00Z"),
        ("dateFrom", "2024-06-15T08:30:00ZZ"),
    ] {
        let expected = format!(
            "value Some(\"{name}\"): {name} is a date such as 2024, 2024-06, 2024-06-15 or \
             2024-06-15T08:30:00Z"
        );
        assert_eq!(one(name, date), [expected], "{date}");
    }
    for date in ["2024-06-15T08:30:00", "2024-06-15T08:30"] {
        let expected = "value Some(\"dateTo\"): dateTo has a time without a zone: write it with Z \
                        or an offset such as +01:00";
        assert_eq!(one("dateTo", date), [expected]);
    }
}
