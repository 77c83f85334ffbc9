use super::{Figures, Report, Row, short};

/// A row of these rates, of Kiln and the peer.
pub(crate) fn row_of(name: &str, rates: &[(f64, f64)]) -> Row {
    let mut row = Row::new(name, "64 connections", "PostgreSQL");
    for (kiln, peer) in rates {
        let figures = |rate, cpu| Figures { rate, cpu, p50: Some(1.5), p99: None, taken: 1 };
        row.push(figures(*kiln, 20.0), figures(*peer, 40.0));
    }
    row
}

/// A report of these rows.
pub(crate) fn report(rows: Vec<Row>) -> Report {
    let conditions = "a quiet day".to_owned();
    Report { conditions, rows, skipped: Vec::new(), published: Vec::new() }
}

#[test]
fn ratios_are_those_of_rounds_not_of_medians() {
    let row = row_of("writes", &[(200.0, 100.0), (330.0, 100.0), (250.0, 50.0)]);
    let (ratio, least, most) = row.ratio();
    assert!((ratio - 3.3).abs() < 1e-9 && (least - 2.0).abs() < 1e-9, "{ratio} {least}");
    assert!((most - 5.0).abs() < 1e-9, "{most}");
    assert!((row.kiln().rate - 250.0).abs() < 1e-9);
    assert!(row.kiln().p99.is_none());
}

#[test]
fn a_peer_that_is_not_there_is_told() {
    let mut report = report(Vec::new());
    let absent: Option<()> = report.or_skipped("PostgreSQL", Err(anyhow::anyhow!("no psql")));
    assert!(absent.is_none());
    assert!(report.text().ends_with("SKIPPED: PostgreSQL: no psql"), "{}", report.text());
}

#[test]
fn three_digits_count() {
    let all = [0.123, 9.876, 98.76, 987.6, 999.6, 43_649.0, 998_765.0].map(short);
    assert_eq!(all, ["0.12", "9.88", "98.8", "988", "1,000", "43,600", "999,000"]);
}
