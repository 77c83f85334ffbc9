//! Bars of events over time, with the failed ones at their foot.
use super::{BARS_MAX, Histogram};
use crate::{
    Html, Reader, moment,
    texts::{HistogramSays, Picture},
};
use askama::Template;
use kiln_fhir::Instant;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 100.0;
/// Between bars, of their width.
const GAP: f64 = 0.15;
/// Bars of at least one event are seen.
const SEEN: f64 = 2.0;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// An hour less, and one more: where the clocks change.
const HOUR_MILLIS: i64 = 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "histogram.html")]
struct Drawn<'a> {
    texts: &'a Picture,
    says: String,
    bars: Vec<Bar<'a>>,
    first: String,
    last: String,
}

struct Bar<'a> {
    from: String,
    to: String,
    count: String,
    failed: String,
    url: &'a Option<String>,
    x: String,
    width: String,
    top: String,
    height: String,
    failed_top: String,
    failed_height: String,
}

pub(super) fn draw(histogram: &Histogram, reader: &Reader) -> Html {
    let bars = &histogram.bars[..histogram.bars.len().min(BARS_MAX)];
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let step = WIDTH / bars.len().max(1) as f64;
    let drawn = bars.iter().enumerate();
    let drawn: Vec<_> =
        drawn.map(|(at, bar)| one(bar, at as f64 * step, step, most, reader)).collect();
    let first = drawn.first().map_or_else(String::new, |bar| bar.from.clone());
    let last = drawn.last().map_or_else(String::new, |bar| bar.to.clone());
    let says = says(bars, &first, &last, reader);
    Html::of(&Drawn { texts: &reader.texts().picture, says, bars: drawn, first, last })
}

fn one<'a>(bar: &'a super::Bar, x: f64, step: f64, most: u64, reader: &Reader) -> Bar<'a> {
    let number = reader.texts().number;
    let (height, failed) = (tall(bar.count, most), tall(bar.failed.min(bar.count), most));
    let (from, to) = ends(bar, reader);
    Bar {
        from,
        to,
        count: number(bar.count),
        failed: number(bar.failed),
        url: &bar.url,
        x: units(x + step * GAP / 2.0),
        width: units(step * (1.0 - GAP)),
        top: units(HEIGHT - height),
        height: units(height),
        failed_top: units(HEIGHT - failed),
        failed_height: units(failed),
    }
}

fn tall(count: u64, most: u64) -> f64 {
    if count == 0 { 0.0 } else { (HEIGHT * count as f64 / most as f64).max(SEEN) }
}

fn units(value: f64) -> String {
    format!("{value:.1}")
}

/// Its first and its last day where it is of days, else its first and its last minute.
fn ends(bar: &super::Bar, reader: &Reader) -> (String, String) {
    let last = Instant { millis: bar.to.millis - 1 };
    let is_days = bar.to.millis - bar.from.millis >= DAY_MILLIS - HOUR_MILLIS;
    let shown = if is_days { moment::day } else { moment::minute };
    (shown(bar.from, reader), shown(last, reader))
}

fn says(bars: &[super::Bar], first: &str, last: &str, reader: &Reader) -> String {
    let texts = reader.texts();
    let Some(most) = bars.iter().max_by_key(|bar| bar.count) else { return String::new() };
    let sum = |of: fn(&super::Bar) -> u64| (texts.number)(bars.iter().map(of).sum());
    (texts.picture.histogram_says)(&HistogramSays {
        events: &sum(|bar| bar.count),
        failed: &sum(|bar| bar.failed),
        from: first,
        to: last,
        most: &(texts.number)(most.count),
        most_at: &ends(most, reader).0,
    })
}
