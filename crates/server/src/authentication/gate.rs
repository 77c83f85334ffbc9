//! How much one principal may ask: so many requests a second, so many at once.
//!
//! A sender that has gone wild takes its own share, and not that of the others.
use super::denied::Denied;
use kiln_identity::Principal;
use kiln_store::Millis;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What one principal may ask.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct PrincipalLimits {
    /// Requests a second, in the long run; 0: as many as it likes.
    pub requests_per_second: u32,
    /// Requests that may come at once after a quiet while.
    pub burst: u32,
    /// Requests that are under way at once; 0: as many as it likes.
    pub concurrent: u32,
}

impl Default for PrincipalLimits {
    fn default() -> Self {
        Self { requests_per_second: 100_000, burst: 100_000, concurrent: 512 }
    }
}

/// Principals whose requests are counted; those that ask nothing are forgotten first.
const PRINCIPALS_MAX: usize = 10_000;

/// Counts the requests of each principal.
#[derive(Debug)]
pub(super) struct Gate {
    limits: PrincipalLimits,
    counted: Mutex<HashMap<Whose, Arc<Counted>>>,
}

type Whose = (String, Arc<str>);

#[derive(Debug, Default)]
struct Counted(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    under_way: u32,
    /// Thousandths of requests that were spent of the burst, as of `at`.
    spent: u64,
    at: i64,
}

/// A request that was let through: it counts until this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Admitted(Option<Arc<Counted>>);

impl Gate {
    pub(super) fn new(limits: PrincipalLimits) -> Self {
        Self { limits, counted: Mutex::default() }
    }

    /// Lets a request of the principal through.
    ///
    /// # Errors
    /// It asks more than its share.
    pub(super) fn enter(&self, principal: &Principal, now: Millis) -> Result<Admitted, Denied> {
        if self.limits.requests_per_second == 0 && self.limits.concurrent == 0 {
            return Ok(Admitted(None));
        }
        let counted = self.counted(principal, now);
        self.take(&mut lock(&counted.0), now)?;
        Ok(Admitted(Some(counted)))
    }

    fn counted(&self, principal: &Principal, now: Millis) -> Arc<Counted> {
        let mut all = lock(&self.counted);
        let whose = (principal.tenant.as_str().to_owned(), Arc::clone(&principal.who));
        if let Some(counted) = all.get(&whose) {
            return Arc::clone(counted);
        }
        if all.len() >= PRINCIPALS_MAX {
            all.retain(|_, counted| {
                let mut count = lock(&counted.0);
                self.recover(&mut count, now);
                count.under_way > 0 || count.spent > 0
            });
        }
        if all.len() >= PRINCIPALS_MAX {
            // All of them are busy: rather forget what one has spent than refuse a newcomer.
            let some = all.keys().next().cloned();
            some.and_then(|whose| all.remove(&whose));
        }
        Arc::clone(all.entry(whose).or_default())
    }

    fn take(&self, count: &mut Count, now: Millis) -> Result<(), Denied> {
        let PrincipalLimits { requests_per_second, burst, concurrent } = self.limits;
        if concurrent > 0 && count.under_way >= concurrent {
            return Err(Denied::Limit(TOO_MANY));
        }
        if requests_per_second > 0 {
            self.recover(count, now);
            if count.spent + ONE > u64::from(burst.max(1)) * ONE {
                return Err(Denied::Limit(TOO_FAST));
            }
            count.spent += ONE;
        }
        count.under_way += 1;
        Ok(())
    }

    /// What time has given back. A clock that stepped back gives nothing.
    fn recover(&self, count: &mut Count, now: Millis) {
        let passed = (now.0 - count.at).max(0) as u64;
        let back = passed.saturating_mul(u64::from(self.limits.requests_per_second));
        count.spent = count.spent.saturating_sub(back);
        count.at = now.0;
    }
}

/// A request, in thousandths: a millisecond gives back so many of them as a second has requests.
const ONE: u64 = 1000;

const TOO_MANY: &str = "too many of your requests are under way at once: wait for some to end";
const TOO_FAST: &str = "you ask more often than you may: slow down";

impl Drop for Admitted {
    fn drop(&mut self) {
        if let Some(counted) = &self.0 {
            lock(&counted.0).under_way -= 1;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
