//! What an administrator may do to a log.
mod derived;
mod groups;
mod records;
mod whole;

use super::{memory::Files, model::Model, scene::Scene};

/// A way to tamper.
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) act: Act,
}

/// What is changed, at a place that the dice choose; false when there is nothing to change there.
pub(super) enum Act {
    /// What the log says: then everything is made anew from it.
    Log(fn(&mut Model, &Scene, &mut Dice) -> bool),
    /// The files as they lie there. The flag says whether the key is at hand.
    Files(fn(&mut Files, &Scene, &mut Dice, bool) -> bool),
}

/// Numbers that are the same in every run (`SplitMix64`).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    pub(super) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// All ways; with the key those where it makes a difference.
pub(super) fn all(with_key: bool) -> Vec<Way> {
    let log = |(name, act)| Way { name, act: Act::Log(act) };
    let files = |(name, act)| Way { name, act: Act::Files(act) };
    let of_log = records::WAYS.iter().chain(whole::WAYS).copied().map(log);
    let of_files = groups::WAYS.iter().chain(derived::WAYS).copied().map(files);
    let unsigned = groups::UNSIGNED_WAYS.iter().chain(derived::UNSIGNED_WAYS).copied().map(files);
    of_log.chain(of_files).chain(unsigned.filter(|_| !with_key)).collect()
}
