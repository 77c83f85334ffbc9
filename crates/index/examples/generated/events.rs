//! A made-up year of records: four codes, an agent, a patient, a name; some late, a few outliers.
use crate::random::Random;
use kiln_index::{Field, Kind, Millis, Terms};

pub(crate) const POINT: Kind = Kind::point(0);
pub(crate) const ORDERED: Kind = Kind::ordered(1);
pub(crate) const DAY_MS: i64 = 86_400_000;
pub(crate) const START_MS: i64 = 1_767_225_600_000;
/// A few patients are busy, most are not.
pub(crate) const PATIENTS: u64 = 1_000_000;
pub(crate) const AGENTS: u64 = 5_000;

pub(crate) const TYPE: Field = Field(1);
pub(crate) const SUBTYPE: Field = Field(2);
pub(crate) const ACTION: Field = Field(3);
pub(crate) const OUTCOME: Field = Field(4);
pub(crate) const AGENT: Field = Field(5);
pub(crate) const PATIENT: Field = Field(6);
pub(crate) const NAME: Field = Field(7);

pub(crate) struct Record {
    pub(crate) recorded: Millis,
    pub(crate) received: Millis,
    pub(crate) location: u64,
    pub(crate) terms: Terms,
}

pub(crate) struct Events {
    pub(crate) count: u64,
}

impl Events {
    pub(crate) fn new(count: u64) -> Self {
        Self { count }
    }

    pub(crate) fn record(&self, at: u64) -> Record {
        let mut random = Random(at);
        let year = i128::from(365 * DAY_MS);
        let received = START_MS + (year * i128::from(at) / i128::from(self.count)) as i64;
        let late = match random.below(100_000) {
            0 => 20_000 * DAY_MS,
            1..100 => random.below(7 * DAY_MS as u64) as i64,
            100..1000 => random.below(DAY_MS as u64) as i64,
            _ => random.below(4000) as i64,
        };
        Record {
            recorded: Millis(received - late),
            received: Millis(received),
            location: at / 4 * 700,
            terms: terms(&mut random),
        }
    }
}

fn terms(random: &mut Random) -> Terms {
    let mut terms = Terms::with_capacity(7, 100);
    let kind = random.skewed(8);
    terms.push(TYPE, POINT, &kind.to_string());
    terms.push(SUBTYPE, POINT, &random.skewed(5).to_string());
    terms.push(ACTION, POINT, &(kind % 4).to_string());
    terms.push(OUTCOME, POINT, &random.skewed(4).to_string());
    let agent = random.skewed(AGENTS).to_string();
    terms.push(AGENT, POINT, &agent);
    terms.push(NAME, ORDERED, &agent);
    terms.push(PATIENT, POINT, &random.skewed(PATIENTS).to_string());
    terms
}
