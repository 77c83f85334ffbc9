use super::Itemiser;
use kiln_trail::rest::{Form, Limits};

fn itemiser(content_type: &str, form: Form) -> Itemiser {
    let bases = ["http://up.example/fhir".to_owned(), "http://gw.example/fhir".to_owned()];
    Itemiser::new(Some(content_type), Some(form), bases, Limits::default(), 1000)
}

fn found(itemiser: &mut Itemiser) -> Vec<String> {
    let name = |it: kiln_trail::rest::Resource| {
        format!("{}/{}", it.r#type, it.id.map(|id| id.to_string()).unwrap_or_default())
    };
    itemiser.take().into_iter().map(name).collect()
}

const BUNDLE: &str = concat!(
    r#"{"resourceType":"Bundle","link":[{"url":"x","entry":[{"resource":1}]}],"entry":["#,
    r#"{"fullUrl":"a\"}]","resource":{"resourceType":"Patient","id":"1","x":[{"y":"]}"}]}},"#,
    r#" {"search":{}},{"resource":{"resourceType":"Task","id":"t2"}}],"total":2}"#
);

#[test]
fn the_resources_of_a_bundle_are_told_however_it_is_cut() {
    for size in [1, 2, 3, 7, 50, 1000] {
        let mut itemiser = itemiser("application/fhir+json", Form::Json);
        for piece in BUNDLE.as_bytes().chunks(size) {
            itemiser.push(piece);
        }
        itemiser.finish();
        assert_eq!(found(&mut itemiser), ["Patient/1", "Task/t2"], "{size}");
        assert!(itemiser.is_whole());
    }
}

#[test]
fn what_has_gone_by_when_a_stream_is_cut_is_told() {
    let mut itemiser = itemiser("application/fhir+json", Form::Json);
    let cut = BUNDLE.find(" {\"search\"").unwrap();
    itemiser.push(&BUNDLE.as_bytes()[..cut]);
    assert_eq!(found(&mut itemiser), ["Patient/1"]);
}

#[test]
fn lines_are_told_one_by_one_the_last_without_an_end_too() {
    let mut itemiser = itemiser("application/fhir+ndjson", Form::Other);
    itemiser.push(b"{\"resourceType\":\"Patient\",\"id\":\"1\"}\n{\"resourceType\":\"Pat");
    assert_eq!(itemiser.len(), 1);
    itemiser.push(b"ient\",\"id\":\"2\"}");
    itemiser.finish();
    assert_eq!(found(&mut itemiser), ["Patient/1", "Patient/2"]);
}

#[test]
fn what_is_not_told_is_said_not_to_be() {
    let mut xml = itemiser("application/fhir+xml", Form::Xml);
    xml.push(b"<Bundle/>");
    assert!(!xml.is_whole());
    let mut long = itemiser("application/fhir+json", Form::Json);
    let text = "x".repeat(2000);
    long.push(format!(r#"{{"entry":[{{"resource":{{"a":"{text}"}}}}]}}"#).as_bytes());
    assert!(!long.is_whole());
    assert_eq!(long.len(), 0);
}
