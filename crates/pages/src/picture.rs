//! Pictures as SVG, each with a text that says what it shows and a table of its data behind it.
mod heat_map;
mod histogram;
mod tree;

use crate::{Html, Reader};
use kiln_fhir::Instant;

/// Events over time.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    /// One after the other, all of one length, at most [`BARS_MAX`].
    pub bars: Vec<Bar>,
}

/// Events of a span of time.
#[derive(Clone, Debug)]
pub struct Bar {
    /// The first millisecond.
    pub from: Instant,
    /// The first one after it.
    pub to: Instant,
    /// How many events.
    pub count: u64,
    /// How many of them failed.
    pub failed: u64,
    /// Where the same search is narrowed to it.
    pub url: Option<String>,
}

/// Events by weekday, Monday first, and hour of the day in the reader's zone.
#[derive(Clone, Debug, Default)]
pub struct HeatMap {
    /// How many.
    pub counts: [[u64; 24]; 7],
}

/// A walk through the proof of one record up the tree of RFC 6962.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Which record.
    pub index: u64,
    /// Records in the tree.
    pub size: u64,
    /// The record's leaf hash, in hexadecimal.
    pub leaf: String,
    /// The hashes of the inclusion proof, leaf's sibling first, in hexadecimal.
    pub path: Vec<String>,
    /// The root, in hexadecimal.
    pub root: String,
}

/// Bars of a histogram; those behind are not drawn.
pub const BARS_MAX: usize = 366;

/// Draws events over time.
pub fn histogram(histogram: &Histogram, reader: &Reader) -> Html {
    histogram::draw(histogram, reader)
}

/// Draws events by weekday and hour.
pub fn heat_map(map: &HeatMap, reader: &Reader) -> Html {
    heat_map::draw(map, reader)
}

/// Draws the way from a leaf to the root.
pub fn tree(tree: &Tree, reader: &Reader) -> Html {
    tree::draw(tree, reader)
}

#[cfg(test)]
mod tests;
