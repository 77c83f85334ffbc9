//! Nothing of an event is markup.
use crate::{
    Language,
    report::{Kind, Staff, tests},
};

#[test]
fn every_text_of_an_event_is_escaped() {
    let evil = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>";
    let mut event = tests::event(1);
    event["agent"][0]["name"] = evil.into();
    event["agent"][0]["role"][0]["coding"][0]["display"] = evil.into();
    event["agent"][1]["who"]["display"] = evil.into();
    event["source"]["observer"]["display"] = evil.into();
    event["purposeOfEvent"][0]["coding"][0]["code"] = "x".into();
    event["purposeOfEvent"][0]["coding"][0]["display"] = evil.into();
    for kind in [Kind::Access, Kind::Disclosure] {
        if kind == Kind::Disclosure {
            event["type"]["code"] = "110106".into();
        }
        let report = tests::report_of(kind, Staff::Name, std::slice::from_ref(&event));
        assert_eq!(report.events.len(), 1);
        let reader = tests::reader(Language::En);
        for html in [report.to_html(&reader), report.to_narrative(&reader)] {
            assert!(
                !html.as_str().contains("<script") && !html.as_str().contains("<img"),
                "{html}"
            );
        }
        assert!(report.to_html(&reader).as_str().contains("alert(1)"));
    }
}
