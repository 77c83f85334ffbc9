//! The comparison as a picture: for each piece of work a bar of Kiln's rate and one of the peer's.
use super::report::{Report, Row, short};

const WIDTH: usize = 960;
const HEAD: usize = 72;
const ROW: usize = 50;
const BAR: usize = 15;
const BARS_LEFT: f64 = 330.0;
const BARS_WIDTH: f64 = 400.0;
/// Told apart without colours too: one is dark, the other light.
const KILN: &str = "#0b6e6e";
const PEER: &str = "#b9c2c9";

/// An SVG; bars of one piece of work share a scale, those of two do not.
pub(super) fn draw(report: &Report) -> String {
    let height = HEAD + ROW * report.rows.len() + 24;
    let rows = report.rows.iter().enumerate();
    let rows: String = rows.map(|(at, each)| row(each, HEAD + ROW * at)).collect();
    let title =
        text(20.0, 28, "font-size='18' font-weight='600'", "Kiln beside what is used today");
    let how =
        "a second, longer is better; bars of a pair share a scale; Kiln with HTTP, FHIR and proof";
    let how = text(20.0, 50, "font-size='13' fill='#555'", how);
    let foot = text(20.0, height - 10, "font-size='12' fill='#555'", &report.conditions);
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' \
         font-family='system-ui, sans-serif'>\n<title>Kiln beside PostgreSQL and Tessera</title>\n\
         <rect width='{WIDTH}' height='{height}' fill='#fff'/>\n{title}{how}{rows}{foot}</svg>\n"
    )
}

fn row(row: &Row, top: usize) -> String {
    let (kiln, theirs) = (row.kiln().rate, row.theirs().rate);
    let longest = kiln.max(theirs);
    let (ratio, ..) = row.ratio();
    [
        text(20.0, top + 15, "font-size='14'", &row.name),
        text(20.0, top + 32, "font-size='12' fill='#555'", &row.how),
        bar(top + 3, kiln / longest, KILN, &format!("Kiln {}", short(kiln))),
        bar(top + 20, theirs / longest, PEER, &format!("{} {}", row.peer, short(theirs))),
        text(WIDTH as f64 - 70.0, top + 23, "font-size='16' font-weight='600'", &times(ratio)),
    ]
    .concat()
}

fn times(ratio: f64) -> String {
    format!("{} ×", short(ratio))
}

fn bar(top: usize, share: f64, colour: &str, label: &str) -> String {
    let width = (BARS_WIDTH * share).max(1.0);
    let rect = format!(
        "<rect x='{BARS_LEFT}' y='{top}' width='{width:.1}' height='{BAR}' fill='{colour}'/>\n"
    );
    rect + &text(BARS_LEFT + width + 6.0, top + 12, "font-size='12'", label)
}

fn text(x: f64, y: usize, style: &str, words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    format!("<text x='{x:.0}' y='{y}' {style}>{words}</text>\n")
}

#[cfg(test)]
mod tests;
