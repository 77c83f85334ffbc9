use super::Expires;
use kiln_identity::UnixSeconds;

#[test]
fn a_key_expires_at_a_date_an_instant_or_after_some_time() {
    let now = UnixSeconds(1_000_000_000);
    let after = |text: &str| text.parse::<Expires>().map(|it| it.after(now).0);
    assert_eq!(after("90d"), Ok(1_000_000_000 + 90 * 86_400));
    assert_eq!(after("12h"), Ok(1_000_000_000 + 12 * 3_600));
    assert_eq!(after("30m"), Ok(1_000_000_000 + 30 * 60));
    assert_eq!(after("2027-01-31"), Ok(1_801_353_600));
    assert_eq!(after("2027-01-31T12:00:00Z"), Ok(1_801_396_800));
    for text in ["", "d", "-1d", "90", "90y", "2027-02-30", "soon", "1969-01-01"] {
        assert!(after(text).is_err(), "{text}");
    }
}
