//! The ids of records: `UUIDv7` with a counter (RFC 9562 §5.7, §6.2 method 1).
//!
//! ```text
//! 48 bits  received, milliseconds since 1970
//!  4 bits  version 7
//! 12 bits  counter: 0 for the first record of the millisecond, then one more for each
//!  2 bits  variant
//! 62 bits  random
//! ```
//!
//! So an id leads to its record without an index of ids: the first position received in that
//! millisecond, plus the counter. When the counter is used up, the next millisecond is taken.
use crate::{Millis, RecordId};
use uuid::Uuid;

const COUNTER_MAX: u16 = 0x0fff;
const MILLIS_MAX: u64 = (1 << 48) - 1;

/// When the record was received: the time inside its id.
pub(crate) fn received(id: RecordId) -> Millis {
    Millis((id.0.as_u128() >> 80) as i64)
}

/// How many records of the same millisecond stand before it.
pub(crate) fn counter(id: RecordId) -> u16 {
    (id.0.as_u128() >> 64) as u16 & COUNTER_MAX
}

/// Gives ids; received times never go back.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Ids {
    millis: u64,
    /// The counter of the next id; above the last one when this millisecond is used up.
    next: u16,
}

impl Ids {
    /// Goes on after the last id of the log.
    pub(crate) fn after(last: Option<RecordId>) -> Self {
        last.map_or_else(Self::default, |id| Self {
            millis: received(id).0 as u64,
            next: counter(id) + 1,
        })
    }

    /// Takes the time of the next records. Returns how many milliseconds the clock is behind.
    pub(crate) fn at(&mut self, now: Millis) -> u64 {
        let now = u64::try_from(now.0).unwrap_or(0).min(MILLIS_MAX);
        if now > self.millis {
            *self = Self { millis: now, next: 0 };
        }
        self.millis - now
    }

    /// The next id.
    pub(crate) fn take(&mut self, random: [u8; 8]) -> RecordId {
        if self.next > COUNTER_MAX {
            *self = Self { millis: (self.millis + 1).min(MILLIS_MAX), next: 0 };
        }
        let high = u128::from(self.millis) << 80 | 7 << 76 | u128::from(self.next) << 64;
        let low = u64::from_le_bytes(random) >> 2 | 1 << 63;
        self.next += 1;
        RecordId(Uuid::from_u128(high | u128::from(low)))
    }
}

#[cfg(test)]
mod tests;
