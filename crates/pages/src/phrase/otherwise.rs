//! Other ways to read a line that found nothing: a lone word or number may be anybody's.
use super::{Kind, Understood, read, word};
use jiff::tz::TimeZone;
use kiln_fhir::Instant;

/// Words before a value, and what the two together are about.
const LEADS: [(&str, Kind); 3] =
    [("patient", Kind::Patient), ("user", Kind::Agent), ("record", Kind::Entity)];

impl Understood {
    /// Lines that say whom or what the one word of this line is about, where it does not say so
    /// itself. Each reads to one chip.
    pub fn otherwise(&self, now: Instant, zone: &TimeZone) -> Vec<String> {
        let [word] = &word::of(&self.asked)[..] else { return Vec::new() };
        let of_parties = [Kind::Patient, Kind::Agent, Kind::Entity, Kind::Id];
        if word.field.is_some() || self.chips.iter().any(|chip| of_parties.contains(&chip.kind)) {
            return Vec::new();
        }
        let line = |(lead, kind): &(&str, Kind)| {
            let line = format!("{lead} {}", word.text);
            let chips = read(&line, now, zone).chips;
            let is_read = matches!(&chips[..], [chip] if chip.kind == *kind);
            is_read.then_some(line)
        };
        LEADS.iter().filter_map(line).collect()
    }
}
