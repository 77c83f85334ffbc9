use super::{DAY_MS, Main, Runs, is_outlier};
use crate::Millis;

/// The runs of records given as (recorded, received), in the order of `recorded`.
fn runs(records: &[(i64, i64)]) -> Runs {
    let mut main = Main::default();
    for (recorded, received) in records {
        main.add(*recorded, *received);
    }
    let mut runs = Runs::default();
    for (recorded, _) in records {
        runs.push(main, *recorded);
    }
    runs
}

fn held(runs: &Runs) -> Vec<(u32, i64, i64)> {
    runs.iter().map(|(documents, [Millis(a), Millis(b)])| (documents.len() as u32, a, b)).collect()
}

#[test]
fn an_outlier_is_recorded_far_from_its_receipt() {
    assert!(!is_outlier(0, 30 * DAY_MS));
    assert!(is_outlier(-1, 30 * DAY_MS));
    assert!(!is_outlier(DAY_MS, 0));
    assert!(is_outlier(DAY_MS + 1, 0));
    assert!(is_outlier(i64::MIN, 0) && is_outlier(i64::MAX, 0));
    assert!(!is_outlier(i64::MIN, i64::MIN) && !is_outlier(i64::MAX, i64::MAX));
}

#[test]
fn outliers_at_both_ends_are_runs_of_their_own() {
    let now = 1000 * DAY_MS;
    let records = [(0, now), (5, now), (now - 7, now), (now, now), (2 * now, now)];
    assert_eq!(held(&runs(&records)), [(2, 0, 5), (2, now - 7, now), (1, 2 * now, 2 * now)]);
    assert_eq!(runs(&records).recorded(), [Millis(0), Millis(2 * now)]);
}

#[test]
fn an_outlier_among_others_stays_there() {
    let day = |n: i64| n * DAY_MS;
    // The second is 40 days late, and still newer than the first.
    let records = [(day(0), day(0)), (day(5), day(45)), (day(45), day(45))];
    assert_eq!(held(&runs(&records)), [(3, day(0), day(45))]);
}

#[test]
fn where_all_are_outliers_they_are_one_run() {
    assert_eq!(held(&runs(&[(0, 99 * DAY_MS), (9, 99 * DAY_MS)])), [(2, 0, 9)]);
    assert_eq!(held(&runs(&[])), []);
    assert_eq!(runs(&[]).recorded(), [Millis(0); 2]);
}

#[test]
fn runs_come_back() {
    let runs = runs(&[(-5, 99 * DAY_MS), (7, 8), (9, 8), (3 * DAY_MS, 8)]);
    let mut bytes = Vec::new();
    runs.write(&mut bytes);
    assert_eq!(Runs::read(bytes.first_chunk().unwrap()), runs);
}
