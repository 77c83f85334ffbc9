//! Realistic `AuditEvent`s, the same for the same seed: a hospital's year, in order of arrival.
//!
//! Nothing here is taken from a real person or system: names are combined from two lists, ids are
//! hashes of counted numbers. What a year of audit looks like is: few patients and clinicians make
//! most of the events, clocks disagree by seconds, some senders were offline and come late.

mod draw;
pub mod population;
mod slot;
mod template;
mod text;

use draw::{Draw, Event, Kind};
use kiln_fhir::Release;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use template::{Template, Templates};

/// What to generate.
#[derive(Copy, Clone, Debug)]
pub struct Plan {
    /// How many events the year has.
    pub count: u64,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// R4 or R5; R5 for every other release is a mistake of the caller.
    pub release: Release,
    /// When the year starts, in milliseconds since 1970.
    pub start_ms: i64,
}

/// Makes the events of a plan, one after the other.
#[derive(Debug)]
pub struct Generator {
    plan: Plan,
    templates: Templates,
    made: u64,
    random: ChaCha8Rng,
    scratch: text::Scratch,
}

impl Plan {
    /// The start of the year when nothing is said: 2025-01-01T00:00:00Z.
    pub const START_MS: i64 = 1_735_689_600_000;
    /// How long a year is.
    pub const YEAR_MS: u64 = 365 * 24 * 3600 * 1000;

    /// A year of `count` events of R4.
    pub fn r4(count: u64, seed: u64) -> Self {
        Self { count, seed, release: Release::R4, start_ms: Self::START_MS }
    }

    /// When the event at this position would be recorded if every clock and link were perfect.
    pub fn on_time_ms(&self, position: u64) -> i64 {
        let passed =
            u128::from(position) * u128::from(Self::YEAR_MS) / u128::from(self.count.max(1));
        self.start_ms + passed as i64
    }
}

impl Generator {
    /// Starts at the first event.
    pub fn new(plan: Plan) -> Self {
        let random = ChaCha8Rng::seed_from_u64(plan.seed);
        let templates = Templates::of(plan.release);
        Self { plan, templates, made: 0, random, scratch: text::Scratch::default() }
    }

    /// The same events in the shape of the plain API.
    pub fn plain(plan: Plan) -> Self {
        Self { templates: Templates::plain(), ..Self::new(Plan { release: Release::R4, ..plan }) }
    }

    /// Appends the next event, compact JSON without a line end; `false` when the year is over.
    pub fn next_into(&mut self, out: &mut String) -> bool {
        if self.made == self.plan.count {
            return false;
        }
        let event = self.draw();
        self.made += 1;
        let template = self.templates.of_kind(event.kind);
        for (literal, slot) in &template.parts {
            out.push_str(literal);
            slot.write(&event, self.plan.release, &mut self.scratch, out);
        }
        out.push_str(&template.end);
        true
    }

    fn draw(&mut self) -> Event {
        let on_time = self.plan.on_time_ms(self.made);
        let mut draw = Draw(&mut self.random);
        let recorded_ms = draw::recorded(on_time, self.plan.start_ms, &mut draw);
        Event::draw(recorded_ms, &mut draw)
    }
}

impl Iterator for Generator {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut out = String::with_capacity(2560);
        self.next_into(&mut out).then_some(out)
    }
}

impl Templates {
    fn of_kind(&self, kind: Kind) -> &Template {
        match kind {
            Kind::Login | Kind::Logout => &self.sign_in,
            Kind::Export => &self.export,
            Kind::Search | Kind::Everything => &self.query,
            _ => &self.access,
        }
    }
}

#[cfg(test)]
mod tests;
