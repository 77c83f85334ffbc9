//! What is refused, where, and that its words hold nothing of the body.
use super::*;
use proptest::prelude::*;

fn refused(body: impl AsRef<[u8]>) -> (IssueType, String, String) {
    let outcome = to_json(body.as_ref(), Release::R4, &Limits::default()).expect_err("refused");
    let [issue] = &outcome.issues[..] else { panic!("{outcome:?}") };
    assert!(!issue.diagnostics.contains("SECRET"), "{}", issue.diagnostics);
    (issue.code, issue.expression.clone().unwrap_or_default(), issue.diagnostics.clone())
}

/// Refused with these words, at this place.
fn says(body: impl AsRef<[u8]>, at: &str, words: &str) {
    let (code, expression, diagnostics) = refused(body.as_ref());
    let body = String::from_utf8_lossy(body.as_ref()).into_owned();
    assert_eq!(code, IssueType::Structure, "{body}");
    assert_eq!(expression, at, "{body}");
    assert!(diagnostics.contains(words), "{diagnostics}: {body}");
}

fn event(inside: &str) -> String {
    format!("{OPEN}{inside}</AuditEvent>")
}

#[test]
fn a_doctype_is_refused_wherever_it_is() {
    let bomb = "<!DOCTYPE b [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
    let external = "<!DOCTYPE AuditEvent SYSTEM \"file:///etc/SECRET\">";
    for doctype in [bomb, external, "<!DOCTYPE>", "<!doctype a>", "<!DOCTYPE a [<!-- ]>"] {
        says(format!("{doctype}{}", event("")), "", "DOCTYPE");
        says(event(doctype), "AuditEvent", "DOCTYPE");
        says(
            event(&format!("<text>{DIV}{doctype}</div></text>")),
            "AuditEvent.text.div",
            "DOCTYPE",
        );
    }
    says("<!ENTITY a \"b\">", "", "<!");
}

const DIV: &str = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

#[test]
fn only_the_references_of_xml_are_known() {
    let at = "AuditEvent.action";
    for reference in ["&nbsp;", "&SECRET;", "&", "& ;", "&;", "&amp", "&#;", "&#x;", "&#-1;"] {
        says(event(&format!("<action value=\"{reference}\"/>")), at, "reference");
    }
    for reference in
        ["&#0;", "&#1;", "&#x1F;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#99999999999;"]
    {
        says(event(&format!("<action value=\"{reference}\"/>")), at, "reference");
        let inside = format!("<text>{DIV}{reference}</div></text>");
        says(event(&inside), "AuditEvent.text.div", "reference");
    }
    says(event(&format!("<text>{DIV}&nbsp;</div></text>")), "AuditEvent.text.div", "reference");
    says(event("&amp;"), "AuditEvent", "text");
    says(event("<action>&#32;</action>"), at, "text");
}

#[test]
fn only_utf_8_is_read() {
    says(b"\xFF\xFE<\0A\0", "", "UTF-16");
    says(b"\xFE\xFF\0<\0A", "", "UTF-16");
    says(b"<\0A\0", "", "UTF-16");
    says(b"<a>\xE9</a>", "", "not UTF-8 at byte 3");
    for encoding in ["UTF-16", "ISO-8859-1", "windows-1252", "US-ASCII", ""] {
        let declaration = format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>");
        says(format!("{declaration}{}", event("")), "", "UTF-8");
    }
    says(format!("\u{FEFF}\u{FEFF}{}", event("")), "", "");
    for character in ["\u{0}", "\u{1}", "\u{8}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"] {
        says(event(&format!("<action value=\"{character}\"/>")), "", "character");
        says(event(&format!("<!-- {character} -->")), "", "character");
    }
}

#[test]
fn declarations_stand_at_the_start_and_say_1_0() {
    let declaration = "<?xml version=\"1.0\"?>";
    assert!(
        to_json(format!("{declaration}{}", event("")).as_bytes(), Release::R4, &{
            Limits::default()
        })
        .is_ok()
    );
    says(format!(" {declaration}{}", event("")), "", "at the start");
    says(format!("{declaration}{declaration}{}", event("")), "", "at the start");
    says(event(declaration), "AuditEvent", "at the start");
    says(event("<?XML a?>"), "AuditEvent", "at the start");
    says(format!("<?xml version=\"1.1\"?>{}", event("")), "", "version");
    says(format!("<?xml encoding=\"UTF-8\"?>{}", event("")), "", "version");
    says(format!("<?xml version=\"1.0\" SECRET=\"1\"?>{}", event("")), "", "more than XML knows");
    says(format!("<?xml version=1.0?>{}", event("")), "", "quotes");
    says(format!("<?xml?>{}", event("")), "", "version");
    says(event("<??>"), "AuditEvent", "instruction");
    says(event("<? a?>"), "AuditEvent", "instruction");
}

#[test]
fn one_root_and_all_tags_closed() {
    says("", "", "no XML document");
    says(" \n", "", "no XML document");
    says("<!-- a -->", "", "no XML document");
    says("{\"resourceType\":\"AuditEvent\"}", "", "text");
    says("text", "", "text");
    says(format!("{}{}", event(""), event("")), "AuditEvent", "second");
    says(format!("{}text", event("")), "AuditEvent", "text");
    says(format!("text{}", event("")), "", "text");
    says(OPEN, "AuditEvent", "ends before");
    says(format!("{OPEN}<agent><who>"), "AuditEvent.agent[0].who", "ends before");
    says(format!("{OPEN}<agent></who></agent>"), "AuditEvent.agent[0]", "end tag");
    says(format!("{OPEN}</agent>"), "AuditEvent", "end tag");
    says(format!("{}</AuditEvent>", event("")), "AuditEvent", "end tag");
    for end in ["<", "<agent", "<agent a=\"", "<!--", "<!-- --", "<?p", "<![CDATA[", "</AuditEvent"]
    {
        says(format!("{OPEN}{end}"), "AuditEvent", "ends inside");
    }
    says(format!("{OPEN}<text>{DIV}<p>"), "AuditEvent.text.div", "ends before");
    says(format!("{OPEN}<text>{DIV}<p></div></p>"), "AuditEvent.text.div", "end tag");
}

#[test]
fn text_stands_in_attributes_only() {
    says(event("SECRET"), "AuditEvent", "text");
    says(event("<action>R</action>"), "AuditEvent.action", "text");
    says(event("<agent><![CDATA[SECRET]]></agent>"), "AuditEvent.agent[0]", "text");
    says(event("<agent/>\u{A0}"), "AuditEvent", "text");
    says(event(&format!("<text>{DIV}]]></div></text>")), "AuditEvent.text.div", "]]>");
}

#[test]
fn tags_are_what_xml_says() {
    let at = "AuditEvent";
    for tag in
        ["<1a/>", "<-a/>", "<a:b:c/>", "<:a/>", "<a:/>", "<a,b/>", "< a/>", "<>", "</>", "<a//>"]
    {
        let (code, expression, _) = refused(event(tag));
        assert_eq!((code, expression.as_str()), (IssueType::Structure, at), "{tag}");
    }
    says(event("<action a/>"), at, "value in quotes");
    says(event("<action value/>"), at, "value in quotes");
    says(event("<action value=R/>"), at, "value in quotes");
    says(event("<action value=\"R\"id=\"a\"/>"), at, "white space");
    says(event("<action value=\"R\" value=\"C\"/>"), at, "twice");
    says(event("<action value=\"R\" 1=\"C\"/>"), at, "no name");
    says(event("<action value=\"<\"/>"), "AuditEvent.action", "&lt;");
    says(event("<!-- a -- b -->"), at, "--");
    says(event("<!-- a --->"), at, "--");
    says(event("</AuditEvent a=\"b\">"), at, "end tag");
}

#[test]
fn attributes_are_fhirs() {
    says(event("<action SECRET=\"R\"/>"), "AuditEvent.action", "attribute");
    says(event("<action Value=\"R\"/>"), "AuditEvent.action", "attribute");
    says(event("<agent url=\"R\"/>"), "AuditEvent.agent[0]", "attribute");
    says(event("<action xml:lang=\"en\" value=\"R\"/>"), "AuditEvent.action", "attribute");
    says(event("<action x:schemaLocation=\"a\"/>"), "AuditEvent.action", "attribute");
    says(event("<action xmlns:x=\"urn:a\" x:value=\"R\"/>"), "AuditEvent.action", "attribute");
    let many: Vec<_> = (0..33).map(|n| format!(" a{n}=\"\"")).collect();
    let many = many.concat();
    says(event(&format!("<action{many}/>")), "AuditEvent", "too many attributes");
    let root = "<AuditEvent xmlns=\"http://hl7.org/fhir\" id=\"a\"/>";
    says(root, "AuditEvent", "its id is an element");
    let root = "<AuditEvent xmlns=\"http://hl7.org/fhir\" value=\"a\"/>";
    says(root, "AuditEvent", "attributes");
    says(event("<agent value=\"SECRET\"/>"), "AuditEvent.agent[0]", "not a value");
    says(event("<agent/><agent><id value=\"a\"/></agent>"), "AuditEvent.agent[1].id", "attribute");
    let url = "<extension><url value=\"a\"/></extension>";
    says(event(url), "AuditEvent.extension[0].url", "attribute");
    says(event("<resourceType value=\"a\"/>"), "AuditEvent.resourceType", "tells the type");
    says(event("<_recorded value=\"a\"/>"), "AuditEvent._recorded", "_");
}

#[test]
fn elements_are_in_fhirs_namespace() {
    let other = |xmlns: &str| format!("<AuditEvent {xmlns}/>");
    says("<AuditEvent/>", "AuditEvent", "xmlns=\"http://hl7.org/fhir\"");
    says(other("xmlns=\"\""), "AuditEvent", "xmlns=\"http://hl7.org/fhir\"");
    says(other("xmlns=\"http://hl7.org/FHIR\""), "AuditEvent", "another namespace");
    says(other("xmlns=\"urn:hl7-org:v3\""), "AuditEvent", "another namespace");
    says("<f:AuditEvent xmlns=\"http://hl7.org/fhir\"/>", "AuditEvent", "no namespace");
    says("<x:A xmlns:x=\"\"/>", "", "cannot be declared");
    says("<A xmlns:xml=\"urn:a\"/>", "", "cannot be declared");
    says(event("<agent xmlns=\"urn:a\"/>"), "AuditEvent.agent[0]", "another namespace");
    says(event("<agent xmlns=\"\"/>"), "AuditEvent.agent[0]", "no namespace");
    // What is declared inside ends there.
    let inside = "<agent xmlns:f=\"http://hl7.org/fhir\"><f:who/></agent><f:source/>";
    says(event(inside), "AuditEvent.source", "no namespace");
    let xhtml = "xmlns:h=\"http://www.w3.org/1999/xhtml\"";
    says(event(&format!("<text {xhtml}><h:div/></text>")), "AuditEvent.text.div", "prefix");
    let outside = "<text xmlns=\"http://www.w3.org/1999/xhtml\"/>";
    says(event(outside), "AuditEvent.text", "another namespace");
    let p = "<p xmlns=\"http://www.w3.org/1999/xhtml\"/>";
    says(event(p), "AuditEvent.p", "another namespace");
    let prefixed = format!("<text>{DIV}<h:p {xhtml}/></div></text>");
    says(event(&prefixed), "AuditEvent.text.div", "prefix");
}

#[test]
fn a_holder_of_a_resource_holds_one() {
    let at = "AuditEvent.contained[0]";
    for inside in ["", "<Patient/><Device/>", "<Patient/><Patient/>"] {
        says(event(&format!("<contained>{inside}</contained>")), at, "one resource");
    }
    says(event("<contained value=\"a\"/>"), at, "one resource");
    let id = "<contained><Patient id=\"a\"/></contained>";
    says(event(id), at, "its id is an element");
}

#[test]
fn limits_hold() {
    let limits = Limits { body_bytes_max: 1_000_000, depth_max: 5, nodes_max: 20 };
    let code = |body: &str, limits: &Limits| {
        let outcome = to_json(body.as_bytes(), Release::R4, limits).err();
        outcome.map(|outcome| outcome.issues[0].code)
    };
    let deep = |levels: usize| event(&format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels)));
    assert_eq!(code(&deep(4), &limits), None);
    assert_eq!(code(&deep(5), &limits), Some(IssueType::TooLong));
    let wide = |count: usize| event(&"<a/>".repeat(count));
    assert_eq!(code(&wide(18), &limits), None);
    assert_eq!(code(&wide(19), &limits), Some(IssueType::TooLong));
    let size = wide(18).len();
    let limits = Limits { body_bytes_max: size, ..limits };
    assert_eq!(code(&wide(18), &limits), None);
    let limits = Limits { body_bytes_max: size - 1, ..limits };
    assert_eq!(code(&wide(18), &limits), Some(IssueType::TooLong));
    // However large they are, the stack is finite.
    let limits = Limits { body_bytes_max: 1 << 24, depth_max: 1 << 20, nodes_max: 1 << 24 };
    assert_eq!(code(&deep(100_000), &limits), Some(IssueType::TooLong));
    let div = format!("{DIV}{}{}</div>", "<b>".repeat(100_000), "</b>".repeat(100_000));
    assert_eq!(code(&event(&format!("<text>{div}</text>")), &limits), Some(IssueType::TooLong));
}

proptest! {
    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        to_json(&body, Release::R4, &Limits::default()).ok();
    }

    #[test]
    fn no_pieces_panic(pieces in proptest::collection::vec(piece(), 0..20), at in 0..7_u8) {
        let release = Release::from_number(at + 1).expect("seven");
        let body = format!("{OPEN}{}</AuditEvent>", pieces.concat());
        same_tape(body.as_bytes(), release, &Limits::default());
        if let Ok(json) = to_json(body.as_bytes(), release, &Limits::default()) {
            let mut out = Vec::new();
            from_json(&json, release, &mut out).expect("a resource");
            let again = to_json(&out, release, &Limits::default()).expect("what we write we read");
            let value = |json: &[u8]| {
                serde_json::from_slice::<serde_json::Value>(json).expect("JSON")
            };
            prop_assert_eq!(value(&again), value(&json));
        }
    }
}

/// What XML is made of, and what it is not.
fn piece() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(
        &[
            "<agent>",
            "</agent>",
            "<action value=\"R\"/>",
            "<action",
            " value='1'",
            "/>",
            ">",
            "<a>",
            "</a>",
            "<!--",
            "-->",
            "<?p",
            "?>",
            "<![CDATA[",
            "]]>",
            "&amp;",
            "&",
            " ",
            "\r\n",
            "\"",
            "<extension url=\"u\">",
            "</extension>",
            "<text>",
            "</text>",
            "<policy value=\"a\"/>",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">",
            "</div>",
            "<contained><Patient>",
            "</Patient></contained>",
            "<_x0061_ value=\"1\"/>",
            "<_x005F_policy/>",
            "<A/>",
            "<!--json:array-->",
            "<!--json:object-->",
            "<!--json:null-->",
            "<!--json:number-->",
            "é",
            "<é id='1'/>",
            "<valueDecimal value=\"1.0\"/>",
            "<b value=\"true\"/>",
            "<DOCTYPE>",
            "<!DOCTYPE a>",
        ][..],
    )
}
