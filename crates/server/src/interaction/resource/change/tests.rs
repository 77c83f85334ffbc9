use super::next_version;
use kiln_store::Millis;
use kiln_trail::{Balp, Gms, Lifeomic, Profile};

#[test]
fn versions_count_from_one() {
    for profile in [Profile::Balp(Balp::default()), Profile::Gms(Gms::default())] {
        assert_eq!(next_version(&profile, None, Millis(1_592_833_959_713)), "1");
        assert_eq!(next_version(&profile, Some("1"), Millis(0)), "2");
        assert_eq!(next_version(&profile, Some("1592833960"), Millis(0)), "1592833961");
    }
}

#[test]
fn in_lifeomics_trails_a_version_is_its_second_made_unique() {
    let profile = Profile::Lifeomic(Lifeomic::default());
    let at = |millis, before| next_version(&profile, before, Millis(millis));
    // The seed's example: last updated at 13:52:39.713, version 1592833960.
    assert_eq!(at(1_592_833_959_713, Some("1592240287")), "1592833960");
    assert_eq!(at(1_592_833_959_713, Some("1592833960")), "1592833961");
    assert_eq!(at(1_592_833_960_000, Some("1592833999")), "1592834000");
    assert_eq!(at(1_592_833_959_400, None), "1592833959");
}
