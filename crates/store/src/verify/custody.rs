//! Whose log it is: which key is in force where, and what the log states of itself.
mod statements;

use super::{
    report::{KeySource, RecordVerdict},
    signatures::{self, PublicKey, Ring, Run, Signed},
    stated::What,
    tell::{Spot, Told},
    tiles,
    walk::Walked,
    whole::Before,
};
use crate::{LogIndex, Statement, restores::Restores};
use kiln_evidence::{Hash, KeyName, Note, VerifierKey};

/// More anchors are not remembered.
const ANCHORS_MAX: usize = 1 << 20;

/// The log went on from an older copy of itself.
#[derive(Clone, Debug)]
pub(super) struct Adopted {
    /// Its position, which is how much of the log before is kept.
    pub(super) at: u64,
    /// The name that the log had before.
    pub(super) before: Option<KeyName>,
    /// The name of what was lost: the same, or one that only the lost log knew.
    pub(super) lost: String,
    pub(super) known: u64,
    pub(super) root: String,
}

/// What is known of keys and statements up to here.
pub(super) struct Custody<'a> {
    ring: &'a Ring,
    trusted: &'a [VerifierKey],
    in_force: Option<PublicKey>,
    /// That key under the origin here.
    key: Option<VerifierKey>,
    is_trusted: bool,
    is_signed: bool,
    has_unsigned: bool,
    /// Up to here records are under a good signature.
    good_to: u64,
    /// Where the stretch that is followed without a break ends.
    end: u64,
    epoch: Option<u64>,
    restores: Restores,
    /// The names that the log has had, the newest last.
    origins: Vec<KeyName>,
    pub(super) adopted: Vec<Adopted>,
    /// The position behind the last stop that was stated.
    stopped: Option<u64>,
    /// Sizes and roots that anchors speak of, and where they stand.
    anchors: Vec<(u64, Hash, LogIndex)>,
}

impl<'a> Custody<'a> {
    pub(super) fn new(ring: &'a Ring, trusted: &'a [VerifierKey]) -> Self {
        for key in trusted {
            ring.add(key.public_key());
        }
        Self {
            ring,
            trusted,
            in_force: None,
            key: None,
            is_trusted: false,
            is_signed: false,
            has_unsigned: false,
            good_to: 0,
            end: 0,
            epoch: None,
            restores: Restores::default(),
            origins: Vec::new(),
            adopted: Vec::new(),
            stopped: None,
            anchors: Vec::new(),
        }
    }

    pub(super) fn is_signed(&self) -> bool {
        self.is_signed
    }

    /// Whether the log states that it stopped at this size.
    pub(super) fn is_stopped(&self, size: LogIndex) -> bool {
        self.stopped == Some(size.0)
    }

    /// The key in force, and why it is believed.
    pub(super) fn key(&self) -> Option<(VerifierKey, KeySource)> {
        let source = if self.is_trusted { KeySource::Trusted } else { KeySource::Stated };
        self.key.clone().map(|key| (key, source))
    }

    /// Adds a segment.
    pub(super) fn add(&mut self, walked: &Walked, told: &mut Told) {
        let first = walked.start.tree.size().0;
        if self.end != first {
            self.good_to = first;
        }
        let mut stated = walked.stated.iter().peekable();
        for run in &walked.runs {
            while let Some(next) = stated.next_if(|stated| stated.at.0 < run.records.end) {
                self.state(next, run, walked, told);
            }
            self.run(run, walked, told);
        }
        if self.origins.last() != Some(&walked.origin) {
            self.origins.push(walked.origin.clone());
        }
        self.epochs(walked, told);
        if walked.groups > 0 {
            self.restored(walked, told);
        }
        self.end = walked.end.tree.size().0;
    }

    /// Here the log cannot be followed on: what is not under a good signature by now is under none.
    pub(super) fn break_at(&mut self, told: &mut Told) {
        if self.is_signed && self.good_to < self.end {
            told.affect(self.good_to..self.end, RecordVerdict::Altered);
        }
        self.good_to = self.end;
    }

    fn run(&mut self, run: &Run, walked: &Walked, told: &mut Told) {
        let spot = || Spot::file(&walked.name).byte(run.byte).record(LogIndex(run.records.start));
        let groups = match run.groups {
            1 => "the group that begins here".to_owned(),
            n => format!("{n} groups from here on"),
        };
        let mut signed = run.signed.clone();
        if let Signed::Unknown(note) = signed {
            signed = signatures::signed(*note, &self.ring.under(&walked.origin));
        }
        self.is_signed |= signed != Signed::Nobodys;
        match signed {
            Signed::Nobodys if self.in_force.is_none() => self.has_unsigned = true,
            Signed::Nobodys => told.find(spot(), format!("{groups}: no signature")),
            Signed::Bad => told.find(spot(), format!("{groups}: a signature that is not good")),
            Signed::Unknown(_) => {
                told.find(spot(), format!("{groups}: signed by a key that the log never stated"));
            }
            Signed::Of(keys) if keys.last() == self.in_force.as_ref() && keys.len() == 1 => {
                self.good(run, walked);
            }
            Signed::Of(keys) if keys.len() == 2 && keys.last() == self.in_force.as_ref() => {
                // The change of keys in it was looked at before.
                self.good(run, walked);
            }
            Signed::Of(_) => {
                told.find(spot(), format!("{groups}: signed by another key than the one in force"));
            }
        }
    }

    fn good(&mut self, run: &Run, walked: &Walked) {
        self.good_to = run.records.end;
        let key = self.in_force.and_then(|key| signatures::under(&walked.origin, key));
        self.is_trusted |= key.as_ref().is_some_and(|key| self.trusted.contains(key));
        self.key = key;
    }

    /// That a segment says of restores what was stated.
    fn restored(&mut self, walked: &Walked, told: &mut Told) {
        if self.is_signed && walked.start.restores != self.restores {
            let told_restores = format!(
                "it says that the log went on from an older copy {} times, and the log states {}",
                walked.start.restores.count(),
                self.restores.count()
            );
            told.find(Spot::file(&walked.name).byte(12), told_restores);
            self.restores = walked.start.restores;
        }
    }

    /// That each process stated its start, and nothing after its stop.
    fn epochs(&mut self, walked: &Walked, told: &mut Told) {
        for &(first, epoch) in &walked.epochs {
            let is_same = self.epoch == Some(epoch);
            self.epoch = Some(epoch);
            let mut leading =
                walked.stated.iter().filter(|s| s.group.start == first && s.is_leading);
            let has_start =
                leading.any(|stated| matches!(stated.what, What::Known(Statement::Start { .. })));
            if self.is_signed && is_same == has_start {
                let wrong =
                    if is_same { "a start that no process made" } else { "no start is stated" };
                told.find(Spot::file(&walked.name).record(first), wrong);
            }
        }
        let stops = walked.stated.iter().filter(|s| matches!(s.what, What::Known(Statement::Stop)));
        for stop in stops {
            let after = LogIndex(stop.at.0 + 1);
            let is_last = after.0 == walked.end.tree.size().0;
            if !is_last && !walked.epochs.iter().any(|(first, _)| *first == after) {
                told.find(Spot::file(&walked.name).record(after), "it follows a stop");
            }
        }
    }

    /// What can be told at the log's end.
    pub(super) fn finish(
        &self,
        files: &tiles::Files<'_>,
        before: Option<&Before>,
        told: &mut Told,
    ) {
        let size = before.map_or(0, |before| before.chain.size().0);
        if size == 0 {
            return;
        }
        if !self.is_signed {
            told.doubt("the log is not signed: whoever has its files can write all of it anew");
        } else if self.in_force.is_none() {
            told.find(Spot::default().record(LogIndex(0)), "the log does not state its key");
            told.affect(0..size, RecordVerdict::Altered);
        }
        if !self.trusted.is_empty() && !self.is_trusted {
            told.find(Spot::default(), "no key that is trusted has signed the log");
            told.affect(0..size, RecordVerdict::Altered);
        }
        for adopted in self.adopted.iter().filter(|adopted| adopted.known > adopted.at) {
            told.doubt(format!(
                "the log went on from an older copy of itself: records {} to {} of before are \
                 lost, and the log states it",
                adopted.at,
                adopted.known - 1
            ));
        }
        self.check_anchors(files, told);
    }

    fn check_anchors(&self, files: &tiles::Files<'_>, told: &mut Told) {
        let mut unseen = 0_u64;
        for &(size, root, at) in &self.anchors {
            match files.root_at(size) {
                Some(found) if found == root => {}
                Some(_) => told.find(
                    Spot::default().record(at),
                    format!("witnesses have cosigned another log of {size} records"),
                ),
                None => unseen += 1,
            }
        }
        if unseen > 0 {
            told.doubt(format!("{unseen} anchors cannot be compared without their tiles"));
        }
    }

    /// Whether a key of the log has signed this note in the name of its origin.
    pub(super) fn has_signed(&self, note: &Note, origin: &KeyName) -> bool {
        let keys = self.ring.under(origin);
        note.verify(&keys).is_ok()
    }

    /// The name that the log has.
    pub(super) fn origin(&self) -> Option<&KeyName> {
        self.origins.last()
    }

    /// Whether the log has, or had, this name.
    pub(super) fn is_ours(&self, origin: &KeyName) -> bool {
        self.origins.contains(origin)
    }

    /// The adoption with which the log stopped having this name.
    pub(super) fn adoption_after(&self, origin: &KeyName) -> Option<&Adopted> {
        let of_before = |adopted: &&Adopted| adopted.before.as_ref() == Some(origin);
        let of_lost = |adopted: &&Adopted| adopted.lost == origin.as_str();
        self.adopted.iter().find(of_before).or_else(|| self.adopted.iter().find(of_lost))
    }
}
