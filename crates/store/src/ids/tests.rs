use super::*;

#[test]
fn an_id_holds_its_time_counter_version_and_variant() {
    let mut ids = Ids::default();
    assert_eq!(ids.at(Millis(0x0192_1234_5678)), 0);
    let first = ids.take([0xff; 8]);
    let second = ids.take([0; 8]);
    assert_eq!(first.0.to_string(), "01921234-5678-7000-bfff-ffffffffffff");
    assert_eq!(second.0.to_string(), "01921234-5678-7001-8000-000000000000");
    assert_eq!(received(second), Millis(0x0192_1234_5678));
    assert_eq!((counter(first), counter(second)), (0, 1));
}

#[test]
fn a_used_up_millisecond_is_followed_by_the_next() {
    let mut ids = Ids::default();
    ids.at(Millis(50));
    let all: Vec<_> = (0..4098).map(|_| ids.take([0; 8])).collect();
    assert_eq!((received(all[4095]), counter(all[4095])), (Millis(50), 4095));
    assert_eq!((received(all[4096]), counter(all[4096])), (Millis(51), 0));
    assert!(all.is_sorted());
    assert_eq!(ids.at(Millis(51)), 0);
    assert_eq!(counter(ids.take([0; 8])), 2);
}

#[test]
fn a_clock_that_steps_back_does_not_take_the_time_along() {
    let mut ids = Ids::default();
    ids.at(Millis(1000));
    let before = ids.take([0; 8]);
    assert_eq!(ids.at(Millis(400)), 600);
    let after = ids.take([0; 8]);
    assert!(before < after);
    assert_eq!(received(after), Millis(1000));
    assert_eq!(ids.at(Millis(-5)), 1000);
}

#[test]
fn ids_go_on_after_a_restart() {
    let mut ids = Ids::default();
    ids.at(Millis(7));
    let all: Vec<_> = (0..4096).map(|_| ids.take([0; 8])).collect();
    let mut again = Ids::after(all.last().copied());
    assert_eq!(again.at(Millis(7)), 0);
    let next = again.take([0; 8]);
    assert_eq!((received(next), counter(next)), (Millis(8), 0));
}
