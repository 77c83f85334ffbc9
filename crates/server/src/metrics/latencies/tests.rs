use super::*;

#[test]
fn what_is_told_is_as_long_or_a_quarter_longer() {
    for micros in (0..100_000).chain([1 << 20, (1 << 29) + 12_345]) {
        let told = end(bucket(micros));
        assert!(told >= micros && told <= micros + micros / 4, "{micros} {told}");
    }
    assert_eq!(bucket(u64::MAX), BUCKETS - 1);
}

#[test]
fn half_and_nearly_all_are_told_apart() {
    let latencies = Latencies::default();
    for _ in 0..98 {
        latencies.took("read", Duration::from_micros(100));
    }
    for _ in 0..2 {
        latencies.took("read", Duration::from_millis(50));
    }
    latencies.took("create", Duration::from_micros(7));
    let told = latencies.told();
    assert_eq!(
        told.iter().map(|it| (it.request, it.count)).collect::<Vec<_>>(),
        [("read", 100), ("create", 1)]
    );
    assert!((100..=125).contains(&told[0].half_us), "{told:?}");
    assert!((50_000..=62_500).contains(&told[0].most_us), "{told:?}");
    assert_eq!((told[1].half_us, told[1].most_us), (7, 7));
}
