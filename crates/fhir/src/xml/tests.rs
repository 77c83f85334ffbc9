use super::*;
use crate::{IssueType, Limits, Release};

mod generated;
mod names;
mod odd;
mod out;
mod refusals;

const OPEN: &str = "<AuditEvent xmlns=\"http://hl7.org/fhir\">";

/// JSON of an R4 event with these elements.
fn json_of(inside: &str) -> String {
    let body = format!("{OPEN}{inside}</AuditEvent>");
    let json = to_json(body.as_bytes(), Release::R4, &Limits::default());
    String::from_utf8(json.expect("accepted")).expect("UTF-8")
}

/// The members that these elements are in JSON.
fn members(inside: &str) -> String {
    let json = json_of(inside);
    let members = json.strip_prefix("{\"resourceType\":\"AuditEvent\"");
    let members = members.and_then(|members| members.strip_suffix('}')).expect("an event");
    members.trim_start_matches(',').to_owned()
}

/// The tape of a document is what its JSON is read into, or both are refused for the same.
fn same_tape(body: &[u8], release: Release, limits: &Limits) {
    let Ok(document) = read::read(body, release, limits) else { return };
    let tape = to_json::tape_of(&document, release, limits);
    let json = match to_json(body, release, limits) {
        Ok(json) => json,
        Err(outcome) => return assert_eq!(vec![tape.expect_err("refused")], outcome.issues),
    };
    let size = Limits { body_bytes_max: json.len(), ..*limits };
    match (tape, crate::json::read(&json, &size, "AuditEvent")) {
        (Ok(tape), Ok(json)) => assert_eq!(format!("{tape:?}"), format!("{json:?}")),
        (Err(tape), Err(json)) => {
            assert_eq!((tape.code, tape.expression), (json.code, json.expression));
        }
        (tape, json) => panic!("{tape:?}\n{json:?}"),
    }
}

fn xml_of(json: &str, release: Release) -> String {
    let mut out = Vec::new();
    from_json(json.as_bytes(), release, &mut out).expect("a resource");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn the_table_says_what_repeats_and_what_is_no_string() {
    assert_eq!(
        members("<agent><requestor value=\"true\"/></agent>"),
        r#""agent":[{"requestor":true}]"#
    );
    assert_eq!(
        members("<agent><policy value=\"a\"/></agent><agent/>"),
        r#""agent":[{"policy":["a"]},{}]"#
    );
    let decimal = "<extension url=\"u\"><valueDecimal value=\"1.00\"/></extension>";
    assert_eq!(members(decimal), r#""extension":[{"url":"u","valueDecimal":1.00}]"#);
    // Whatever is no number stands in quotes, where the check of the JSON finds it.
    for (text, json) in [
        ("-0.10", "-0.10"),
        (" 7 ", "7"),
        ("1E+5", "1E+5"),
        ("007", r#""007""#),
        ("+1", r#""+1""#),
        (".5", r#"".5""#),
        ("1.", r#""1.""#),
        ("1e", r#""1e""#),
        ("", r#""""#),
        ("NaN", r#""NaN""#),
    ] {
        let decimal = format!("<extension><valueDecimal value=\"{text}\"/></extension>");
        assert_eq!(members(&decimal), format!(r#""extension":[{{"valueDecimal":{json}}}]"#));
    }
    assert_eq!(
        members("<agent><requestor value=\"1\"/></agent>"),
        r#""agent":[{"requestor":"1"}]"#
    );
    // An element that may be there once is kept as often as it is there.
    assert_eq!(members("<action value=\"R\"/><action value=\"C\"/>"), r#""action":["R","C"]"#);
}

#[test]
fn ids_and_extensions_of_primitives_stand_beside() {
    let extension = "<extension url=\"u\"><valueCode value=\"unknown\"/></extension>";
    let json = r#"{"extension":[{"url":"u","valueCode":"unknown"}]}"#;
    assert_eq!(
        members(&format!("<recorded id=\"a\">{extension}</recorded>")),
        format!(r#""_recorded":{{"id":"a",{}"#, &json[1..])
    );
    let inside = format!("<policy value=\"a\"/><policy>{extension}</policy><policy value=\"b\"/>");
    assert_eq!(
        members(&format!("<agent>{inside}</agent>")),
        format!(r#""agent":[{{"policy":["a",null,"b"],"_policy":[null,{json},null]}}]"#)
    );
    let all = format!("<agent><policy>{extension}</policy></agent>");
    assert_eq!(members(&all), format!(r#""agent":[{{"_policy":[{json}]}}]"#));
    // Nothing at all is for the check of the JSON to find.
    assert_eq!(members("<recorded/>"), r#""recorded":null"#);
    assert_eq!(members("<agent><policy/></agent>"), r#""agent":[{"policy":[null]}]"#);
}

#[test]
fn elements_of_no_table_are_kept_by_rule() {
    assert_eq!(members("<new value=\"1\"/>"), r#""new":"1""#);
    assert_eq!(members("<new value=\"true\"/>"), r#""new":true"#);
    assert_eq!(members("<new><a value=\"1\"/></new>"), r#""new":{"a":"1"}"#);
    assert_eq!(members("<new value=\"1\"/><new value=\"2\"/>"), r#""new":["1","2"]"#);
    assert_eq!(members("<new><Patient><id value=\"1\"/></Patient></new>"), {
        r#""new":{"resourceType":"Patient","id":"1"}"#
    });
    assert_eq!(members("<new id=\"a\"><extension url=\"u\"/></new>"), {
        r#""_new":{"id":"a","extension":[{"url":"u"}]}"#
    });
    // Elements of one name need not stand side by side.
    assert_eq!(members("<new value=\"1\"/><old/><new value=\"2\"/>"), {
        r#""new":["1","2"],"old":{}"#
    });
    let many: Vec<_> = (0..100).map(|n| format!("<n{n} value=\"1\"/>")).collect();
    let many = many.concat();
    let twice: Vec<_> = (0..100).map(|n| format!("\"n{n}\":[\"1\",\"1\"]")).collect();
    assert_eq!(members(&format!("{many}{many}")), twice.join(","));
}

#[test]
fn resources_inside_are_read_by_their_own_tables() {
    let issue = "<issue><code value=\"x\"/></issue>";
    assert_eq!(
        members(&format!("<contained><OperationOutcome>{issue}</OperationOutcome></contained>")),
        r#""contained":[{"resourceType":"OperationOutcome","issue":[{"code":"x"}]}]"#
    );
    let entry = format!("<entry><resource>{OPEN}<agent/></AuditEvent></resource></entry>");
    let body =
        format!("<Bundle xmlns=\"http://hl7.org/fhir\"><total value=\"1\"/>{entry}</Bundle>");
    let json = to_json(body.as_bytes(), Release::R5, &Limits::default()).expect("accepted");
    assert_eq!(
        String::from_utf8(json).expect("UTF-8"),
        concat!(
            r#"{"resourceType":"Bundle","total":1,"entry":"#,
            r#"[{"resource":{"resourceType":"AuditEvent","agent":[{}]}}]}"#
        )
    );
}

#[test]
fn a_narrative_stays_as_it_stands() {
    let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">\n <p class='a'>1 &lt; 2&#160;<br/>\
               <!-- c --><![CDATA[<]]></p>\r\n</div>";
    let json = members(&format!("<text><status value=\"generated\"/>{div}</text>"));
    let string = serde_json::to_string(div).expect("a string");
    assert_eq!(json, format!(r#""text":{{"status":"generated","div":{string}}}"#));
    let back = xml_of(&format!(r#"{{"resourceType":"AuditEvent",{json}}}"#), Release::R4);
    assert!(back.contains(div), "{back}");
}

#[test]
fn white_space_in_values_is_what_xml_says() {
    assert_eq!(members("<new value=\"a\n\r\n\tb\"/>"), r#""new":"a   b""#);
    assert_eq!(members("<new value=\"a&#10;&#xD;&#9;b\"/>"), r#""new":"a\n\r\tb""#);
    assert_eq!(members("<new value='&lt;&gt;&amp;&quot;&apos;\"'/>"), r#""new":"<>&\"'\"""#);
    assert_eq!(members("<new value=\"&amp;lt;&#38;amp;\"/>"), r#""new":"&lt;&amp;""#);
    assert_eq!(members("<new value=\"\u{85}\u{2028}&#x1F600;\"/>"), "\"new\":\"\u{85}\u{2028}😀\"");
}

#[test]
fn what_is_no_part_of_the_resource_is_dropped() {
    let body = "\u{FEFF}<?xml version='1.0' encoding='utf-8' standalone=\"yes\"?>\n\
                <!-- c --><?style sheet?>\n\
                <f:AuditEvent xmlns:f=\"http://hl7.org/fhir\" \
                xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\" x:schemaLocation=\"a b\">\n\
                <!-- d --><f:action value = 'R' ></f:action >\n<?p?></f:AuditEvent>\n<!-- e -->\n";
    let json = to_json(body.as_bytes(), Release::R4, &Limits::default()).expect("accepted");
    assert_eq!(json, br#"{"resourceType":"AuditEvent","action":"R"}"#);
}

#[test]
fn comments_of_dstu2_are_kept() {
    let body = "<AuditEvent xmlns=\"http://hl7.org/fhir\"><!-- a --><event>\
                <action value=\"R\"><!--b--></action></event></AuditEvent>";
    let json = to_json(body.as_bytes(), Release::Dstu2, &Limits::default()).expect("accepted");
    let json = String::from_utf8(json).expect("UTF-8");
    assert_eq!(
        json,
        concat!(
            r#"{"resourceType":"AuditEvent","fhir_comments":[" a "],"#,
            r#""event":{"action":"R","_action":{"fhir_comments":["b"]}}}"#
        )
    );
    assert!(xml_of(&json, Release::Dstu2).ends_with(&body[body.find("<!--").expect("one")..]));
}
