//! XML that is written: in the order of the definition, readable by everyone.
use super::*;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// What is written of an R4 event with these members.
fn inside(members: &str) -> String {
    let xml = xml_of(&format!("{{\"resourceType\":\"AuditEvent\",{members}}}"), Release::R4);
    let inside = xml.strip_prefix(&format!("{HEAD}{OPEN}"));
    let inside = inside.and_then(|inside| inside.strip_suffix("</AuditEvent>"));
    inside.expect("an event").to_owned()
}

/// Written so, and read back as it was.
fn travels(members: &str, xml: &str) {
    assert_eq!(inside(members), xml);
    assert_eq!(super::members(xml), members);
}

#[test]
fn elements_come_in_the_order_of_the_definition() {
    let shuffled = concat!(
        r#""agent":[{"policy":["p"],"requestor":true,"#,
        r#""extension":[{"valueCode":"c","url":"u"}],"id":"i"}],"action":"R","#,
        r#""contained":[{"resourceType":"Patient","id":"p"}],"id":"1","#,
        r#""meta":{"tag":[{"code":"t"}],"versionId":"1"}"#
    );
    assert_eq!(
        inside(shuffled),
        "<id value=\"1\"/><meta><versionId value=\"1\"/><tag><code value=\"t\"/></tag></meta>\
         <contained><Patient><id value=\"p\"/></Patient></contained><action value=\"R\"/>\
         <agent id=\"i\"><extension url=\"u\"><valueCode value=\"c\"/></extension>\
         <requestor value=\"true\"/><policy value=\"p\"/></agent>"
    );
    // Elements of no table follow in the order in which they come.
    assert_eq!(inside(r#""z":"1","a":"2","action":"R""#), {
        "<action value=\"R\"/><z value=\"1\"/><a value=\"2\"/>"
    });
}

#[test]
fn text_is_escaped() {
    let members = r#""outcomeDesc":"<a b=\"c\">&'\t\r\n é😀""#;
    let xml = "<outcomeDesc value=\"&lt;a b=&quot;c&quot;&gt;&amp;'&#9;&#13;&#10; é😀\"/>";
    assert_eq!(inside(members), xml);
    assert_eq!(super::members(xml), members);
    // XML has no way to write these.
    assert_eq!(inside(r#""outcomeDesc":"a\u0001\uffff""#), {
        "<outcomeDesc value=\"a\u{FFFD}\u{FFFD}\"/>"
    });
}

#[test]
fn ids_and_extensions_are_joined() {
    travels(
        r#""agent":[{"policy":["a",null],"_policy":[{"id":"i"},{"extension":[{"url":"u"}]}]}]"#,
        "<agent><policy id=\"i\" value=\"a\"/><policy><extension url=\"u\"/></policy></agent>",
    );
    travels(
        r#""recorded":"2026","_recorded":{"extension":[{"url":"u"}]}"#,
        "<recorded value=\"2026\"><extension url=\"u\"/></recorded>",
    );
    // Whichever comes first.
    assert_eq!(
        inside(r#""_recorded":{"id":"i"},"recorded":"2026""#),
        "<recorded id=\"i\" value=\"2026\"/>"
    );
}

#[test]
fn numbers_keep_their_digits() {
    let decimals =
        r#""extension":[{"url":"u","valueDecimal":1.00},{"url":"u","valueDecimal":-1E-7}]"#;
    travels(
        decimals,
        "<extension url=\"u\"><valueDecimal value=\"1.00\"/></extension>\
         <extension url=\"u\"><valueDecimal value=\"-1E-7\"/></extension>",
    );
}

#[test]
fn what_no_table_knows_comes_back() {
    travels(r#""n":["1"]"#, "<!--json:array--><n value=\"1\"/>");
    travels(r#""n":7.10"#, "<!--json:number--><n value=\"7.10\"/>");
    travels(r#""n":"true""#, "<!--json:string--><n value=\"true\"/>");
    travels(r#""n":true"#, "<n value=\"true\"/>");
    travels(r#""n":null"#, "<!--json:null--><n/>");
    travels(r#""n":{}"#, "<n/>");
    travels(
        r#""n":{"extension":[{"url":"u"}]}"#,
        "<!--json:object--><n><extension url=\"u\"/></n>",
    );
    travels(r#""_n":{"extension":[{"url":"u"}]}"#, "<n><extension url=\"u\"/></n>");
    travels(r#""_n":{"id":"u"}"#, "<_x005F_n id=\"u\"/>");
    travels(r#""_n":"u""#, "<_x005F_n value=\"u\"/>");
    travels(r#""n":{"A":{"b":"c"}}"#, "<!--json:object--><n><A><b value=\"c\"/></A></n>");
    travels(r#""n":[{"a":"1"},{"a":"2"}]"#, "<n><a value=\"1\"/></n><n><a value=\"2\"/></n>");
    travels(r#""Mary Smith":"1""#, "<Mary_x0020_Smith value=\"1\"/>");
    travels(
        r#""agent":[{"id":{"a":"b"}}]"#,
        "<agent><_x0069_d><a value=\"b\"/></_x0069_d></agent>",
    );
    travels(
        r#""contained":[{"resourceType":"Basic","id":"1","code":{"coding":[{"code":"a"}]}}]"#,
        "<contained><Basic><id value=\"1\"/><code><!--json:array--><coding><code value=\"a\"/>\
         </coding></code></Basic></contained>",
    );
}

#[test]
fn a_narrative_can_break_out_of_nothing() {
    let attack = r#"<div xmlns=\"http://www.w3.org/1999/xhtml\"></div></text><agent/><text><div/>"#;
    let xml = inside(&format!(r#""text":{{"status":"generated","div":"{attack}"}}"#));
    assert_eq!(xml.matches('<').count(), xml.matches("<text>").count() * 2 + 4, "{xml}");
    assert!(!xml.contains("<agent"), "{xml}");
    for text in [
        "",
        "text",
        "<div",
        "<div>",
        "<div>&nbsp;</div>",
        "<div><p></div>",
        "<p/>",
        "<div/><div/>",
        "<div></div>text",
        "<div xmlns=\"urn:a\"/>",
        "<h:div/>",
        "<div><h:p/></div>",
        "<div h:a=\"b\"/>",
        "<div>&#1;</div>",
        "<!DOCTYPE a><div/>",
        "<div><!DOCTYPE a></div>",
        "<div a=\"<\"/>",
        "<div>\u{1}</div>",
        "<?xml version=\"1.0\"?><div/>",
        "<divx/>",
        "</div>",
        "<div a='1' a='2'/>",
        "<div>]]></div>",
        "<div><!-- -- --></div>",
    ] {
        assert!(!is_narrative(text), "{text}");
        let string = serde_json::to_string(text).expect("a string");
        let xml = inside(&format!(r#""text":{{"status":"generated","div":{string}}}"#));
        let back = members(&xml);
        assert!(xml.contains("<div xmlns=\"http://www.w3.org/1999/xhtml\">"), "{xml}");
        if text.contains('\u{1}') {
            continue;
        }
        assert_eq!(back, format!(r#""text":{{"status":"generated","div":{string}}}"#));
    }
}

#[test]
fn a_narrative_without_a_namespace_gets_it_and_loses_it_again() {
    travels(
        r#""text":{"div":"<div><p>a</p></div>"}"#,
        "<text><div  xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p></div></text>",
    );
    assert!(is_narrative("<div xmlns='http://www.w3.org/1999/xhtml' class=\"a\"/>"));
}

#[test]
fn what_is_no_resource_is_no_xml() {
    for json in [
        "",
        "{",
        "[]",
        "{}",
        "null",
        "1",
        "\"a\"",
        "{\"resourceType\":1}",
        "{\"resourceType\":\"\"}",
        "{\"resourceType\":\"A\"",
        "{\"resourceType\":\"A\"}}",
        "{\"resourceType\":\"A\",}",
        "{\"resourceType\":\"A\" \"b\":1}",
        "{\"resourceType\":\"A\",\"b\":}",
        "{resourceType:1}",
    ] {
        let mut out = b"before".to_vec();
        assert!(from_json(json.as_bytes(), Release::R4, &mut out).is_err(), "{json}");
        assert_eq!(out, b"before", "{json}");
    }
    let deep = format!("{{\"resourceType\":\"A\",\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    assert!(from_json(deep.as_bytes(), Release::R4, &mut Vec::new()).is_err());
}
