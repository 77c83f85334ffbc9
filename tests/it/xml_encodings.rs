//! XML in encodings that a page of text cannot be written in.
use kiln_tests::http::{Request, Response};
use kiln_tests::server::Server;

const TYPE: &str = "/fhir/r4/AuditEvent";
const EVENT: &str = r#"<AuditEvent xmlns="http://hl7.org/fhir"><type><code value="rest"/></type>
<recorded value="2024-01-01T00:00:00Z"/><agent><requestor value="true"/></agent>
<source><observer><display value="Å"/></observer></source></AuditEvent>"#;

fn sent(server: &Server, body: &[u8], media: &str) -> Response {
    let mut request = Request::new("POST", TYPE).header("Content-Type", media);
    request.body = body.to_vec();
    server.send(&request).unwrap()
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn other_encodings_than_utf_8_are_refused_and_nothing_is_stored() {
    let server = Server::start().unwrap();
    let marked = format!("\u{FEFF}{EVENT}");
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{EVENT}");
    let latin = EVENT.replace('Å', "@").into_bytes();
    let latin = latin.iter().map(|&byte| if byte == b'@' { 0xC5 } else { byte }).collect();
    let bodies = [
        utf_16(EVENT, u16::to_le_bytes),
        utf_16(EVENT, u16::to_be_bytes),
        utf_16(&marked, u16::to_le_bytes),
        utf_16(&declared, u16::to_be_bytes),
        EVENT.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect(),
        latin,
        format!("\u{FEFF}{marked}").into_bytes(),
        EVENT.replace('Å', "\0").into_bytes(),
        EVENT.replace('Å', "\u{FFFE}").into_bytes(),
        b"\xEF\xBB\xBF".to_vec(),
    ];
    for body in bodies {
        let answer = sent(&server, &body, "application/fhir+xml");
        assert_eq!(answer.status, 400, "{:x?}: {}", &body[..3], answer.text());
        assert_eq!(answer.json().unwrap()["resourceType"], "OperationOutcome");
    }
    let count = server.get(&format!("{TYPE}?_summary=count")).unwrap();
    assert_eq!(count["total"], 0);
}

#[test]
fn a_byte_order_mark_of_utf_8_is_kept_and_read_over() {
    let server = Server::start().unwrap();
    let declared = format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>{EVENT}");
    for media in ["application/fhir+xml", "application/xml", "text/xml; charset=utf-8"] {
        let answer = sent(&server, declared.as_bytes(), media);
        assert_eq!(answer.status, 201, "{media}: {}", answer.text());
        let url = format!("{TYPE}/{}", answer.created_id().unwrap());
        let event = server.get(&url).unwrap();
        assert_eq!(event["source"]["observer"]["display"], "Å", "{media}");
        let original = Request::new("GET", &format!("{url}/$original"));
        assert_eq!(server.send(&original).unwrap().body, declared.as_bytes(), "{media}");
    }
}
