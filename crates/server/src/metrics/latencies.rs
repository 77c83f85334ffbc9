//! How long requests take: counts in steps of a quarter of a power of two, so that what is told is
//! at most a quarter too long.
use kiln_pages::operations::Latency;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Steps in each power of two of microseconds.
const STEPS: u64 = 4;
/// Powers of two: the last holds what takes longer than 2^30 microseconds.
const POWERS: u64 = 31;
const BUCKETS: usize = (STEPS * POWERS) as usize;

/// By the names of interactions, which are few.
#[derive(Debug, Default)]
pub(super) struct Latencies(RwLock<BTreeMap<&'static str, Arc<[AtomicU64; BUCKETS]>>>);

impl Latencies {
    /// One took so long.
    pub(super) fn took(&self, request: &'static str, taken: Duration) {
        let micros = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
        self.of(request)[bucket(micros)].fetch_add(1, Ordering::Relaxed);
    }

    /// All of them, the most frequent first.
    pub(super) fn told(&self) -> Vec<Latency> {
        // A map whose reader or writer panicked is whole: each change is one insertion.
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut told: Vec<_> = all.iter().map(|(request, counts)| of(request, counts)).collect();
        told.sort_by_key(|latency| std::cmp::Reverse(latency.count));
        told
    }

    fn of(&self, request: &'static str) -> Arc<[AtomicU64; BUCKETS]> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(request).cloned();
        known.unwrap_or_else(|| {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let new = || Arc::new(std::array::from_fn(|_| AtomicU64::new(0)));
            Arc::clone(all.entry(request).or_insert_with(new))
        })
    }
}

fn of(request: &'static str, counts: &[AtomicU64; BUCKETS]) -> Latency {
    let counts = counts.each_ref().map(|count| count.load(Ordering::Relaxed));
    let count: u64 = counts.iter().sum();
    let below = |of_100: u64| {
        let wanted = (count * of_100).div_ceil(100);
        let mut passed = 0;
        let at = counts.iter().position(|count| {
            passed += count;
            passed >= wanted
        });
        end(at.unwrap_or(BUCKETS - 1))
    };
    Latency { request, count, half_us: below(50), most_us: below(99) }
}

/// Where a time is counted.
fn bucket(micros: u64) -> usize {
    if micros < STEPS {
        return micros as usize;
    }
    let power = u64::from(micros.ilog2());
    // The two bits below the highest one.
    let step = (micros >> (power - 2)) & (STEPS - 1);
    ((power * STEPS + step) as usize).min(BUCKETS - 1)
}

/// The longest time that is counted there, in microseconds.
fn end(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < STEPS {
        return bucket;
    }
    let (power, step) = (bucket / STEPS, bucket % STEPS);
    if power < 2 {
        return STEPS;
    }
    ((STEPS + step + 1) << (power - 2)) - 1
}

#[cfg(test)]
mod tests;
