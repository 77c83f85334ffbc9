//! What stands beside pictures.
use crate::texts::{HeatMapSays, HistogramSays, Picture, TreeSays};

pub(super) const PICTURE: Picture = Picture {
    as_table: "Dasselbe als Tabelle",
    histogram: "Ereignisse im Lauf der Zeit",
    histogram_says,
    from: "Von",
    to: "Bis",
    events: "Ereignisse",
    failed: "Fehlgeschlagen",
    heat_map: "Ereignisse nach Wochentag und Stunde",
    heat_map_says,
    heat_map_empty: "Keine Ereignisse.",
    weekday: "Wochentag",
    hour: "Stunde",
    less: "weniger",
    more: "mehr",
    tree: "Der Weg vom Eintrag zur Wurzel",
    tree_says,
    step: "Schritt",
    what: "Was",
    covers: "Einträge",
    hash: "Hash (SHA-256)",
    leaf: "der Eintrag",
    from_proof: "vom Nachweis gegeben",
    computed: "aus den beiden darunter berechnet",
    root: "die Wurzel, die der Kontrollpunkt unterschreibt",
    record: "Eintrag",
};

fn histogram_says(says: &HistogramSays<'_>) -> String {
    let HistogramSays { events, failed, from, to, most, most_at } = says;
    format!(
        "{events} Ereignisse von {from} bis {to}, davon {failed} fehlgeschlagen; am meisten, \
         {most}, {most_at}."
    )
}

fn heat_map_says(says: &HeatMapSays<'_>) -> String {
    let HeatMapSays { events, weekday, hour, most } = says;
    format!("{events} Ereignisse; am meisten, {most}, am {weekday} von {hour}:00 bis {hour}:59.")
}

fn tree_says(says: &TreeSays<'_>) -> String {
    let TreeSays { index, size, steps } = says;
    format!(
        "Eintrag {index} von {size}. {steps} Hashes des Nachweises, einer nach dem anderen mit dem \
         des Eintrags verbunden, ergeben die Wurzel."
    )
}
