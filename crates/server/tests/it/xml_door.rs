//! What XML can do to a server, at its door; and what is asked for in an answer.
use crate::{
    dialects::{content_type, read, text},
    server::{Reply, Server},
};
use kiln_fhir::{MediaType::Xml, Release};

async fn post(server: &Server, path: &str, body: &str) -> Reply {
    let kind = "application/fhir+xml";
    let fields = format!("content-type: {kind}\r\naccept: {kind}\r\n");
    server.ask("POST", path, &fields, body).await
}

/// An event with something before it, or inside.
fn event(before: &str, inside: &str) -> String {
    let body = text(Release::R4, Xml, "1").replacen("<type>", &format!("{inside}<type>"), 1);
    let start = body.find("<AuditEvent").unwrap();
    format!("{before}{}", &body[start..])
}

fn bomb() -> String {
    let mut levels = String::from("<!ENTITY a0 \"boom\">");
    for level in 1..30 {
        let below = format!("&a{};", level - 1).repeat(10);
        levels = format!("{levels}<!ENTITY a{level} \"{below}\">");
    }
    format!("<!DOCTYPE AuditEvent [{levels}]>")
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_xml_is_refused_and_nothing_is_stored() {
    let server = Server::start().await;
    let deep = format!("{}{}", "<extension>".repeat(5000), "</extension>".repeat(5000));
    let wide = "<extension url=\"u\"/>".repeat(20_000);
    let attributes: Vec<String> = (0..5000).map(|at| format!(" a{at}=\"\"")).collect();
    let attributes = attributes.concat();
    let hostile = [
        event("<!DOCTYPE AuditEvent>", ""),
        event("<!DOCTYPE AuditEvent SYSTEM \"file:///etc/passwd\">", ""),
        event(&bomb(), "<id value=\"&a29;\"/>"),
        event("<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1/\">%p;]>", ""),
        event("", "<id value=\"&unknown;\"/>"),
        event("", "<id value=\"&#0;\"/>"),
        event("", "<id value=\"&#x1F;\"/>"),
        event("", "<id value=\"<\"/>"),
        event("", &deep),
        event("", &wide),
        event("", &format!("<id{attributes}/>")),
        event("", "<id value=\"a\" value=\"b\"/>"),
        event("", "text"),
        event("", "<![CDATA[text]]>"),
        event("", "<f:id value=\"a\"/>"),
        event("", "<?xml version=\"1.0\"?>"),
        event("<?xml version=\"1.0\" encoding=\"UTF-16\"?>", ""),
        event("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", ""),
        event("<?xml version=\"1.1\"?>", ""),
        event("", "") + "<AuditEvent/>",
        event("", "").replace("http://hl7.org/fhir", "http://hl7.org/fhir/r4"),
        event("", "").replace(" xmlns=\"http://hl7.org/fhir\"", ""),
        event("", "").replace("</AuditEvent>", ""),
        "<AuditEvent".to_owned(),
        "<".repeat(100_000),
        "{}".to_owned(),
        String::new(),
        "\0".to_owned(),
    ];
    for (at, body) in hostile.iter().enumerate() {
        for path in ["/fhir/r4/AuditEvent", "/fhir/r5/AuditEvent", "/fhir/AuditEvent", "/fhir/r4"] {
            let reply = post(&server, path, body).await;
            let refused = [400, 413, 422].contains(&reply.status);
            assert!(refused, "{at} at {path}: {} {}", reply.status, reply.body);
            let release = if path == "/fhir/r5/AuditEvent" { Release::R5 } else { Release::R4 };
            let kind = content_type(release, Xml);
            assert_eq!(reply.field("content-type"), Some(kind.as_str()), "{at}");
            let outcome = read(release, Xml, &reply.body);
            assert_eq!(outcome["resourceType"], "OperationOutcome");
            assert!(!reply.body.contains("passwd"), "{at}");
        }
    }
    assert_eq!(server.total().await, 0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn xml_in_its_usual_dress_is_taken() {
    let server = Server::start().await;
    for (before, inside) in [
        ("", ""),
        ("\u{FEFF}", ""),
        ("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n", ""),
        ("<?xml version='1.0' encoding='UTF-8' standalone='yes'?><!-- hello -->", ""),
        ("<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?>", ""),
        ("", "<!-- inside --><text><status value=\"empty\"/><div>&#160;</div></text>"),
        ("", "<id value=\"a&#x62;c&amp;&#233;\"/>".replace("&amp;&#233;", "").as_str()),
    ] {
        let body = event(before, inside);
        let reply = post(&server, "/fhir/r4/AuditEvent", &body).await;
        assert_eq!(reply.status, 201, "{before}{inside}: {}", reply.body);
        let original = server.get(&format!("/fhir/stu3/AuditEvent/{}/$original", reply.id())).await;
        assert_eq!(original.body, body);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_comes_in_the_form_that_is_asked_for() {
    let server = Server::start().await;
    for (release, path) in [
        (Release::Dstu2, "/fhir/dstu2"),
        (Release::Stu3, "/fhir/stu3"),
        (Release::R4b, "/fhir/r4b"),
        (Release::R6, "/fhir/r6"),
        (Release::R4, "/fhir"),
    ] {
        let accept = "accept: text/xml\r\n";
        let form = "content-type: application/x-www-form-urlencoded\r\naccept: text/xml\r\n";
        let text = "content-type: text/plain\r\naccept: text/xml\r\n";
        let kind = content_type(release, Xml);
        for (method, below, fields, body, status) in [
            ("GET", "/Patient/1", accept, "", 404),
            ("GET", "/AuditEvent/none", accept, "", 404),
            ("PUT", "/AuditEvent/none", accept, "", 405),
            ("DELETE", "/metadata", accept, "", 405),
            ("POST", "/AuditEvent", text, "{}", 415),
            ("GET", "/AuditEvent?_lastUpdated=x", accept, "", 400),
            ("POST", "/AuditEvent/_search", form, "_id=%FF", 400),
            ("GET", "/AuditEvent?_format=xml&_count=x", "", "", 400),
        ] {
            let reply = server.ask(method, &format!("{path}{below}"), fields, body).await;
            let place = format!("{method} {path}{below}: {}", reply.body);
            assert_eq!(reply.status, status, "{place}");
            assert_eq!(reply.field("content-type"), Some(kind.as_str()), "{place}");
            let outcome = read(release, Xml, &reply.body);
            assert_eq!(outcome["resourceType"], "OperationOutcome", "{place}");
        }
        // A form may ask for it as well.
        let only_form = "content-type: application/x-www-form-urlencoded\r\n";
        let path = format!("{path}/AuditEvent");
        let search = format!("{path}/_search");
        let reply = server.ask("POST", &search, only_form, "_format=xml&action=R").await;
        assert_eq!(reply.field("content-type"), Some(kind.as_str()), "{}", reply.body);
        assert_eq!(read(release, Xml, &reply.body)["type"], "searchset");
        // What is not spoken cannot be the form of the refusal.
        let reply = server.ask("GET", &path, "accept: text/html\r\n", "").await;
        assert_eq!(reply.status, 406);
        assert_eq!(reply.json()["resourceType"], "OperationOutcome");
    }
    server.stop().await;
}
