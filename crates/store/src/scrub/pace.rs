//! How fast the background check goes: so that a pass takes no longer than it may, and nobody
//! notices it.
use super::{Scrub, step};
use crate::{Millis, Status, shared::Shared};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

/// A small store is done long before its time is up: a disk reads this without being noticed.
const BYTES_A_SECOND_MIN: u64 = 1 << 20;
/// The first pass lets the start be over.
const AFTER_START: Duration = Duration::from_mins(10);
/// How often a checker that waits for its next pass looks at the clock.
const LOOK: Duration = Duration::from_mins(1);
const HOUR_MS: u64 = 3_600_000;

/// Walks until it is told to stop; at once when there is to be no check.
pub(crate) fn run(shared: &Shared) {
    let hours = u64::from(shared.settings.scrub_hours);
    if hours == 0 || !shared.scrub.pause(AFTER_START) {
        return;
    }
    loop {
        let pause = if is_due(shared, hours) { work(shared, hours) } else { LOOK };
        if !shared.scrub.pause(pause) {
            return;
        }
    }
}

/// A pass that has begun goes on; the next one begins when its time has come.
pub(super) fn is_due(shared: &Shared, hours: u64) -> bool {
    let status = Scrub::told(&shared.scrub).0;
    let now = shared.components.clock.now();
    let is_long_ago = |passed: Millis| passed.0.abs_diff(now.0) >= hours * HOUR_MS;
    status.position.0 > 0 || status.passed.is_none_or(is_long_ago)
}

/// Does a step, and says how long to rest after it.
pub(super) fn work(shared: &Shared, hours: u64) -> Duration {
    match catch_unwind(AssertUnwindSafe(|| step(shared))) {
        Ok(step) => {
            let status = Status::of(shared);
            // The log is read for itself, and about as much again of indexes and tiles.
            let all = 2 * (status.log_bytes + status.index_bytes);
            let rate = (all / (hours * HOUR_MS / 1000)).max(BYTES_A_SECOND_MIN);
            Duration::from_millis(step.bytes.saturating_mul(1000) / rate)
        }
        Err(_panic) => {
            tracing::error!("the background check panicked; it begins again");
            LOOK
        }
    }
}
