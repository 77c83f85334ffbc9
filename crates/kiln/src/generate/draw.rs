//! What is drawn for one event, before it is written in a release.
use super::population::{APPLICATIONS, PATIENTS, PRACTITIONERS, RESOURCES, SITES};
use rand_chacha::{ChaCha8Rng, rand_core::Rng as _};

const SECOND_MS: u64 = 1000;
const DAY_MS: u64 = 24 * 3600 * SECOND_MS;
/// Clocks of senders differ by this much in both directions.
const JITTER_MS: u64 = 2 * SECOND_MS;

/// The source of chance.
pub(super) struct Draw<'r>(pub(super) &'r mut ChaCha8Rng);

/// What happened.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    VersionRead,
    Search,
    Create,
    Update,
    Delete,
    Everything,
    Login,
    Logout,
    Export,
}

/// How it ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Success,
    Minor,
    Serious,
    Major,
}

/// One event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) kind: Kind,
    pub(super) outcome: Outcome,
    pub(super) recorded_ms: i64,
    pub(super) patient: u64,
    pub(super) practitioner: u64,
    pub(super) application: usize,
    pub(super) site: usize,
    pub(super) resource: usize,
    /// Position in the reasons of `slot`: treatment nine times of ten.
    pub(super) purpose: usize,
    /// The resource's id.
    pub(super) resource_id: u128,
    pub(super) version: u64,
    pub(super) request_id: u128,
    /// The last part of the workstation's address.
    pub(super) host: u64,
}

impl Draw<'_> {
    fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Below `end`, which is small against 2^32, so that the bias of the product does not matter.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        ((self.bits() >> 32) * end) >> 32
    }

    /// In [0, 1), 53 bits.
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn wide(&mut self) -> u128 {
        (u128::from(self.bits()) << 64) | u128::from(self.bits())
    }

    /// The position in `weights`, which sum up to `sum`.
    fn weighted(&mut self, weights: &[u64], sum: u64) -> usize {
        let mut at = self.below(sum);
        for (position, weight) in weights.iter().enumerate() {
            if at < *weight {
                return position;
            }
            at -= weight;
        }
        0
    }
}

/// 1 % come up to a day late and 0.1 % up to a week, but none from before the year.
pub(super) fn recorded(on_time_ms: i64, start_ms: i64, draw: &mut Draw<'_>) -> i64 {
    let jitter = draw.below(2 * JITTER_MS + 1) as i64 - JITTER_MS as i64;
    let late = match draw.below(1000) {
        0 => draw.below(7 * DAY_MS),
        1..=10 => draw.below(DAY_MS),
        _ => 0,
    };
    (on_time_ms + jitter - late as i64).max(start_ms)
}

impl Event {
    pub(super) fn draw(recorded_ms: i64, draw: &mut Draw<'_>) -> Self {
        let practitioner = skewed_practitioner(draw);
        // Most people use one program; some change during the day.
        let habit = (practitioner as usize) % APPLICATIONS.len();
        let other = draw.below(APPLICATIONS.len() as u64) as usize;
        Self {
            kind: Kind::ALL[draw.weighted(&Kind::WEIGHTS, Kind::SUM)],
            outcome: Outcome::ALL[draw.weighted(&Outcome::WEIGHTS, Outcome::SUM)],
            recorded_ms,
            patient: skewed_patient(draw),
            practitioner,
            application: if draw.below(10) < 7 { habit } else { other },
            site: (practitioner / 7) as usize % SITES.len(),
            resource: draw.below(RESOURCES.len() as u64) as usize,
            purpose: draw.weighted(&[90, 4, 3, 3], 100),
            resource_id: draw.wide(),
            version: 1 + draw.below(4),
            request_id: draw.wide(),
            host: 2 + draw.below(250),
        }
    }
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Read,
        Self::VersionRead,
        Self::Search,
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::Everything,
        Self::Login,
        Self::Logout,
        Self::Export,
    ];
    const WEIGHTS: [u64; 10] = [41, 3, 22, 10, 11, 1, 2, 6, 3, 1];
    const SUM: u64 = 100;
}

impl Outcome {
    const ALL: [Self; 4] = [Self::Success, Self::Minor, Self::Serious, Self::Major];
    const WEIGHTS: [u64; 4] = [990, 5, 4, 1];
    const SUM: u64 = 1000;
}

/// Rank 0 has 1 % of the events: the share of the first `k` of `n` is (k/n)^(2/5).
fn skewed_patient(draw: &mut Draw<'_>) -> u64 {
    let unit = draw.unit();
    (PATIENTS as f64 * unit * unit * unit.sqrt()) as u64
}

/// Rank 0 has 1.4 % of the events: the share of the first `k` of `n` is (k/n)^(1/2).
fn skewed_practitioner(draw: &mut Draw<'_>) -> u64 {
    let unit = draw.unit();
    (PRACTITIONERS as f64 * unit * unit) as u64
}
