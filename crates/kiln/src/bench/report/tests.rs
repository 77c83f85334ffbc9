use super::{Latencies, Report, Row, median, short};
use std::time::Duration;

#[test]
fn the_median_is_the_middle_run() {
    assert!((median(vec![9.0, 1.0, 5.0]) - 5.0).abs() < 1e-9);
    let run = |figure| vec![Row::new("a").with("x", figure).with("y", -figure)];
    let report = Report::of("test", &[run(3.0), run(1.0), run(2.0)]);
    assert_eq!(report.json()["rows"][0]["figures"]["x"], 2.0);
    assert_eq!(report.json()["rows"][0]["figures"]["y"], -2.0);
}

#[test]
fn percentiles_are_values_that_were_measured() {
    let mut latencies = Latencies::default();
    for ms in [4, 1, 3, 2] {
        latencies.push(Duration::from_millis(ms));
    }
    assert!((latencies.percentile(0.5) - 2.0).abs() < 1e-9);
    assert!((latencies.percentile(0.99) - 4.0).abs() < 1e-9);
}

#[test]
fn figures_keep_three_digits() {
    assert_eq!(
        [short(12345.6), short(12.34), short(1.234), short(0.1234)],
        ["12346", "12.3", "1.23", "0.123"]
    );
}
