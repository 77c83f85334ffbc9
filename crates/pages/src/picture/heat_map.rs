//! When somebody works: events by weekday and hour, the darker the more.
use super::HeatMap;
use crate::{
    Html, Reader,
    texts::{HeatMapSays, Picture},
};
use askama::Template;

const LEFT: usize = 38;
const CELL_WIDTH: usize = 25;
const CELL_HEIGHT: usize = 20;
/// Steps of the colour beside that of none.
const STEPS: u64 = 4;

#[derive(Template)]
#[template(path = "heat_map.html")]
struct Drawn<'a> {
    texts: &'a Picture,
    says: String,
    rows: Vec<Row>,
    /// Where every third hour stands, and which it is.
    hours: Vec<(usize, usize)>,
}

struct Row {
    label: &'static str,
    name: &'static str,
    y: usize,
    text_y: usize,
    cells: Vec<Cell>,
}

struct Cell {
    x: usize,
    hour: usize,
    count: String,
    step: u64,
}

pub(super) fn draw(map: &HeatMap, reader: &Reader) -> Html {
    let texts = reader.texts();
    let most = map.counts.iter().flatten().copied().max().unwrap_or(0);
    let rows = map.counts.iter().enumerate().map(|(day, counts)| Row {
        label: texts.weekdays_short[day],
        name: texts.weekdays[day],
        y: day * CELL_HEIGHT + 4,
        text_y: day * CELL_HEIGHT + 18,
        cells: cells(counts, most, texts.number),
    });
    let hours = (0..24).step_by(3).map(|hour| (LEFT + hour * CELL_WIDTH + CELL_WIDTH / 2, hour));
    Html::of(&Drawn {
        texts: &texts.picture,
        says: says(map, most, reader),
        rows: rows.collect(),
        hours: hours.collect(),
    })
}

fn cells(counts: &[u64; 24], most: u64, number: fn(u64) -> String) -> Vec<Cell> {
    let cells = counts.iter().enumerate().map(|(hour, count)| Cell {
        x: LEFT + hour * CELL_WIDTH,
        hour,
        count: number(*count),
        step: step(*count, most),
    });
    cells.collect()
}

/// None is 0; every other count is at least 1.
fn step(count: u64, most: u64) -> u64 {
    (u128::from(count) * u128::from(STEPS)).div_ceil(u128::from(most.max(1))) as u64
}

fn says(map: &HeatMap, most: u64, reader: &Reader) -> String {
    let texts = reader.texts();
    if most == 0 {
        return texts.picture.heat_map_empty.to_owned();
    }
    let at = map.counts.iter().flatten().position(|count| *count == most).unwrap_or(0);
    (texts.picture.heat_map_says)(&HeatMapSays {
        events: &(texts.number)(map.counts.iter().flatten().sum()),
        weekday: texts.weekdays[at / 24],
        hour: at % 24,
        most: &(texts.number)(most),
    })
}
