use super::*;
use crate::Language;
use jiff::tz::TimeZone;

fn reader(language: Language) -> Reader {
    let now = Instant::parse("2026-11-22T20:41:07Z").unwrap();
    Reader { language, zone: TimeZone::UTC, now }
}

fn bars(counts: &[(u64, u64)]) -> Histogram {
    let day = 86_400_000;
    let bar = |(at, (count, failed)): (usize, &(u64, u64))| Bar {
        from: Instant { millis: at as i64 * day },
        to: Instant { millis: (at as i64 + 1) * day },
        count: *count,
        failed: *failed,
        url: None,
    };
    Histogram { bars: counts.iter().enumerate().map(bar).collect() }
}

#[test]
fn a_histogram_says_what_it_shows() {
    let drawn = histogram(&bars(&[(10, 0), (2000, 30), (5, 5)]), &reader(Language::En));
    let says = "2,015 events from 1970-01-01 to 1970-01-03, 35 of them failed; most, 2,000, \
                1970-01-02.";
    assert!(drawn.as_str().contains(says), "{drawn}");
    assert_eq!(drawn.as_str().matches("<tr>").count(), 4);
}

#[test]
fn a_histogram_of_nothing_or_too_much_is_drawn() {
    let reader = reader(Language::De);
    assert!(histogram(&Histogram::default(), &reader).as_str().contains("<svg"));
    let many = histogram(&bars(&vec![(u64::MAX / 1000, 1); BARS_MAX + 5]), &reader);
    assert_eq!(many.as_str().matches("<tr>").count(), BARS_MAX + 1);
}

#[test]
fn a_heat_map_names_its_hottest_hour() {
    let mut map = HeatMap::default();
    map.counts[2][14] = 40;
    map.counts[6][3] = 1;
    let drawn = heat_map(&map, &reader(Language::En));
    let says = "41 events; most, 40, on Wednesdays from 14:00 to 14:59.";
    assert!(drawn.as_str().contains(says), "{drawn}");
    assert_eq!(drawn.as_str().matches("class=\"h4\" x").count(), 1);
    assert_eq!(drawn.as_str().matches("class=\"h1\" x").count(), 1);
    let empty = heat_map(&HeatMap::default(), &reader(Language::De));
    assert!(empty.as_str().contains("Keine Ereignisse."));
}

/// Hashes as `n`, so that the table shows which goes where.
fn tree_of(index: u64, size: u64, steps: usize) -> Html {
    let path = (0..steps).map(|step| format!("given{step}")).collect();
    let tree = Tree { index, size, leaf: "leaf".into(), path, root: "root".into() };
    super::tree(&tree, &reader(Language::En))
}

#[test]
fn a_walk_goes_the_way_of_rfc_6962() {
    // The tree of 7 records of RFC 6962 §2.1.3: the path of record 3 is c, g, l.
    let drawn = tree_of(3, 7, 3);
    let cells: Vec<&str> = drawn.as_str().split("<tr><td").skip(1).collect();
    let covers: Vec<&str> = cells
        .iter()
        .map(|row| row.split("<td>").nth(1).and_then(|cell| cell.split('<').next()).unwrap())
        .collect();
    assert_eq!(covers, ["3", "2", "2–3", "0–1", "0–3", "4–6", "0–6"]);
    assert!(cells[6].contains("root"));
    assert!(cells[5].contains("given2"));
    // That of record 6 is l's sibling alone on a level of its own.
    assert!(tree_of(6, 7, 2).as_str().contains("<td>4–5</td>"));
}

#[test]
fn trees_of_one_and_of_many_are_drawn() {
    assert!(tree_of(0, 1, 0).as_str().contains("the root, which the checkpoint signs"));
    let many = tree_of(52_999_999, 53_000_000, 12);
    assert!(many.as_str().contains("0–52999999"));
    assert!(tree_of(5, 5, 0).as_str().contains("<svg"), "no such record");
    let largest = tree_of(0, u64::MAX, 64);
    assert_eq!(largest.as_str().matches("class=\"given\"").count(), 64);
}
