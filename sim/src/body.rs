//! A body format small enough to check by eye: this is the store's test, not FHIR's.
//!
//! First line `recorded` in milliseconds; then one line `FIELD VALUE` for each term; an empty line;
//! then anything.

use crate::Dice;
use kiln_index::{Field, Kind, Millis, Terms};
use kiln_store::{Extract, RecordKind};
use std::str;

/// Few values, many records each.
pub(crate) const PATIENT: Field = Field(1);
/// Four values.
pub(crate) const ACTION: Field = Field(2);
/// Names that begin alike; an ordered kind.
pub(crate) const AGENT: Field = Field(3);
/// A value that no other record has.
pub(crate) const SERIAL: Field = Field(4);

const POINT: Kind = Kind::point(1);
const ORDERED: Kind = Kind::ordered(2);

/// The kind that the field's values have.
pub(crate) const fn kind_of(field: Field) -> Kind {
    if field.0 == AGENT.0 { ORDERED } else { POINT }
}

/// The body of record number `serial`, recorded near `now`.
pub(crate) fn throw(dice: &mut Dice, serial: u64, now: Millis) -> Vec<u8> {
    let recorded = now.0 + offset(dice);
    let mut text = format!("{recorded}\n");
    put(&mut text, SERIAL, &format!("s{serial}"));
    for _ in 0..dice.range(1..4) {
        put(&mut text, PATIENT, &patient(dice));
    }
    put(&mut text, ACTION, action(dice));
    if dice.chance(80) {
        put(&mut text, AGENT, &agent(dice));
    }
    text.push('\n');
    let mut body = text.into_bytes();
    let noise = match dice.range(0..100) {
        0 => dice.range(0..40_000),
        1..20 => dice.range(0..3_000),
        _ => dice.range(0..200),
    };
    let start = body.len();
    body.resize(start + noise as usize, b'.');
    // Half of the noise cannot be compressed.
    let incompressible = start + noise as usize / 2;
    dice.fill(&mut body[start..incompressible]);
    body
}

fn put(text: &mut String, field: Field, value: &str) {
    text.extend([&field.0.to_string(), " ", value, "\n"]);
}

/// A patient's id; the first are much busier than the last.
pub(crate) fn patient(dice: &mut Dice) -> String {
    let busy = dice.range(1..25);
    format!("p{}", dice.range(0..busy))
}

/// C, R, U or D.
pub(crate) fn action(dice: &mut Dice) -> &'static str {
    ["C", "R", "U", "D"][dice.index(4)]
}

/// A name; many share a beginning.
pub(crate) fn agent(dice: &mut Dice) -> String {
    let family = dice.pick(&["meier", "meierhofer", "maier", "özdemir", "li", ""]);
    format!("{family}{}", dice.range(0..5))
}

/// Mostly now, sometimes late, rarely absurd.
fn offset(dice: &mut Dice) -> i64 {
    const DAY: u64 = 86_400_000;
    match dice.range(0..100) {
        0 => -1_700_000_000_000,
        1 => dice.range(0..400 * DAY) as i64,
        2..10 => -(dice.range(0..60 * DAY) as i64),
        _ => -(dice.range(0..5_000) as i64),
    }
}

/// Finds the terms of such a body.
#[derive(Debug)]
pub struct LineExtract {
    /// What [`Extract::version`] says.
    pub version: u32,
}

impl Extract for LineExtract {
    fn version(&self) -> u32 {
        self.version
    }

    fn extract(
        &self,
        _kind: RecordKind,
        _release: u8,
        _media_type: u8,
        body: &[u8],
        terms: &mut Terms,
    ) -> Millis {
        let mut lines = body.split(|byte| *byte == b'\n').map(|line| str::from_utf8(line));
        let recorded = lines.next().and_then(|line| line.ok()?.parse().ok()).unwrap_or(0);
        for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
            if let Some((field, value)) = line.split_once(' ') {
                let field = Field(field.parse().unwrap_or(0));
                terms.push(field, kind_of(field), value);
            }
        }
        Millis(recorded)
    }
}
