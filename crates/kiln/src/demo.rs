//! A hospital's last thirty days, made up, for those who try Kiln: `kiln serve --demo`.
//!
//! Most of it is ordinary: people open charts, write orders, sign in and out. In it stands a story
//! that each page of Kiln shows a part of ([`story`]). Nothing is taken from a real person or
//! system, and each event says that it is for tests (`meta.security` HTEST), so that none is ever
//! taken for a real one, wherever it gets to. The same plan gives the same bytes.
mod chance;
mod disk;
mod event;
pub(crate) mod fill;
mod ordinary;
mod people;
mod places;
pub(crate) mod refused;
mod story;
mod written;

use chance::Chance;
use event::Event;
pub use people::Hospital;

/// What is made up.
#[derive(Copy, Clone, Debug)]
pub struct Plan {
    /// How many events there are, those of the story among them.
    pub count: u64,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// When the thirty days end, in milliseconds since 1970. Nothing is received later.
    pub now_ms: i64,
}

/// What arrived at once: one sender's events, in their order.
#[derive(Debug)]
pub struct Delivery {
    /// When it arrived, in milliseconds since 1970.
    pub received_ms: i64,
    /// The id of its sender.
    pub sender: &'static str,
    /// The events, as JSON of R4.
    pub events: Vec<String>,
    /// Who has looked at each of them since, where somebody has.
    pub review: Option<Review>,
}

/// What somebody wrote who looked at an event.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who.
    pub by: &'static str,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What.
    pub note: &'static str,
}

/// How long the story is.
pub(crate) const DAYS: i64 = 30;

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Events that arrive together, before they are written.
#[derive(Debug)]
struct Batch {
    received_ms: i64,
    events: Vec<Event>,
    review: Option<Review>,
}

/// Everything that arrived, in the order of arrival.
pub fn deliveries(plan: &Plan) -> impl Iterator<Item = Delivery> + use<> {
    let mut chance = Chance::seeded(plan.seed);
    let hospital = Hospital::staffed(&mut chance);
    let mut batches = story::batches(&hospital, plan, &mut chance);
    let told = batches.iter().map(|batch| batch.events.len() as u64).sum::<u64>();
    let rest = plan.count.saturating_sub(told);
    batches.extend(ordinary::batches(&hospital, plan, rest, &mut chance));
    batches.sort_by_key(|batch| batch.received_ms);
    batches.into_iter().map(move |batch| batch.written(&hospital))
}

impl Batch {
    /// Events of one sender that arrive a moment after the last of them.
    fn of(events: Vec<Event>, chance: &mut Chance) -> Self {
        let sent = events.iter().map(|event| event.happened_ms).max().unwrap_or_default();
        let on_the_way = 250 + chance.below(1800) as i64;
        Self { received_ms: sent + on_the_way, events, review: None }
    }

    fn written(self, hospital: &Hospital) -> Delivery {
        let sender = self.events.first().map_or("", |event| event.source.id);
        let events = self.events.iter().map(|event| written::json(event, hospital)).collect();
        Delivery { received_ms: self.received_ms, sender, events, review: self.review }
    }
}

#[cfg(test)]
mod tests;
