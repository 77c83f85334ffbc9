use super::listing;

#[test]
fn a_listing_becomes_an_event() {
    let page = r#""event":
{
"resourceType" : "AuditEvent",
// from Resource: id
"event" : { // R! What was done
"action" : "<code>", // Type of action
"outcome" : "<code>" // Whether
},
"participant" : [{ // R!
"reference" : { Reference(Practitioner|Organization|Device|Patient|
RelatedPerson) }, // Direct
"requestor" : <boolean> // R!
}],
"object" : [{ // Specific
"name" : "<string>", // C? Instance-specific descriptor for Object
"query" : "<base64Binary>" // C?
}]
}
The following search parameters"#;
    let event: serde_json::Value = serde_json::from_str(&listing(page).unwrap()).unwrap();
    assert_eq!(event["event"]["outcome"], "0");
    assert_eq!(event["participant"][0]["reference"]["reference"], "Practitioner/1");
    assert_eq!(event["object"][0]["query"], "aGVsbG8=");
    assert!(event["object"][0]["name"].is_null());
}
