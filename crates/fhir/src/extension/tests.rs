use super::{BASE, DERIVED, PLAIN, RESIDUE};
use crate::Release;
use crate::conversion::convert;

#[test]
fn every_url_is_below_the_base() {
    for (url, name) in [(DERIVED, "derived"), (PLAIN, "plain"), (RESIDUE, "residue")] {
        assert_eq!(url.strip_prefix(BASE), Some(name));
    }
}

#[test]
fn what_a_conversion_makes_up_has_the_mark_of_this_name() {
    // R4 demands a `requestor` of each agent, R5 does not.
    let event = concat!(
        r#"{"resourceType":"AuditEvent","code":{"coding":[{"code":"rest"}]},"#,
        r#""recorded":"2026-03-01T10:00:00Z","agent":[{"who":{"display":"x"}}],"#,
        r#""source":{"observer":{"display":"y"}}}"#
    );
    let mut out = Vec::new();
    convert(event.as_bytes(), Release::R5, Release::R4, &mut out);
    let out: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(out["agent"][0]["_requestor"]["extension"][0]["url"], DERIVED, "{out}");
}
