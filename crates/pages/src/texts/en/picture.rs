//! What stands beside pictures.
use crate::texts::{HeatMapSays, HistogramSays, Picture, TreeSays};

pub(super) const PICTURE: Picture = Picture {
    as_table: "The same as a table",
    histogram: "Events over time",
    histogram_says,
    from: "From",
    to: "To",
    events: "Events",
    failed: "Failed",
    heat_map: "Events by weekday and hour",
    heat_map_says,
    heat_map_empty: "No events.",
    weekday: "Weekday",
    hour: "Hour",
    less: "fewer",
    more: "more",
    tree: "The way from the record to the root",
    tree_says,
    step: "Step",
    what: "What",
    covers: "Records",
    hash: "Hash (SHA-256)",
    leaf: "the record",
    from_proof: "given by the proof",
    computed: "computed from the two below",
    root: "the root, which the checkpoint signs",
    record: "record",
};

fn histogram_says(says: &HistogramSays<'_>) -> String {
    let HistogramSays { events, failed, from, to, most, most_at } = says;
    format!(
        "{events} events from {from} to {to}, {failed} of them failed; most, {most}, {most_at}."
    )
}

fn heat_map_says(says: &HeatMapSays<'_>) -> String {
    let HeatMapSays { events, weekday, hour, most } = says;
    format!("{events} events; most, {most}, on {weekday}s from {hour}:00 to {hour}:59.")
}

fn tree_says(says: &TreeSays<'_>) -> String {
    let TreeSays { index, size, steps } = says;
    format!(
        "Record {index} of {size}. {steps} hashes of the proof, joined with the record's own one \
         after the other, give the root."
    )
}
