//! Asks the policy's witnesses for their cosignatures (<https://c2sp.org/tlog-witness>), and keeps
//! the newest checkpoint that enough of them have cosigned.
//!
//! It goes on beside the requests: a create waits for it only where `ack = "witnessed"` says so.
//! What leaves is a size, a root and hashes of the tree: never a record, nor a leaf.
mod anchor;
mod ask;
mod client;
mod cosigning;
mod known;

use kiln_evidence::{Checkpoint, KeyName, Note, Policy, Quorum, TreeSize, VerifierKey};
use kiln_store::{LogIndex, Millis, SignedCheckpoint, Store};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, time};

pub(crate) use cosigning::Cosigners;
pub use known::known_by_witnesses;

/// Who cosigns, and how often they are asked.
#[derive(Clone, Debug)]
pub struct Witnessing {
    /// The witnesses, with their URLs, and how many are enough. Those without a URL are not asked.
    pub policy: Policy,
    /// A new checkpoint is taken to the witnesses this often at most.
    pub interval: Duration,
    /// How long one witness may take to answer.
    pub timeout: Duration,
    /// How often the newest witnessed checkpoint is stated in the log, where there is a new one:
    /// what comes after it in the log is younger than its cosignatures.
    pub anchor_interval: Duration,
}

impl Witnessing {
    /// These witnesses, with Kiln's defaults.
    pub fn of(policy: Policy) -> Self {
        Self {
            policy,
            interval: Duration::from_millis(500),
            timeout: Duration::from_secs(5),
            anchor_interval: Duration::from_mins(10),
        }
    }
}

/// A checkpoint that as many witnesses as the policy asks for have cosigned.
#[derive(Debug)]
pub(crate) struct Witnessed {
    pub(crate) checkpoint: Checkpoint,
    /// With the log's signature and the cosignatures.
    pub(crate) note: Note,
    /// When it was taken to the witnesses.
    taken: Millis,
}

/// What the server knows of its witnesses.
pub(crate) struct Witnesses {
    settings: Witnessing,
    newest: watch::Sender<Option<Arc<Witnessed>>>,
    /// When the newest checkpoint was last found witnessed; 0: never.
    caught_up: AtomicI64,
    /// Whether a witness knows another history of this log than the log itself.
    alarm: AtomicBool,
}

impl Witnesses {
    /// Takes up what was witnessed before.
    ///
    /// # Errors
    /// A URL is none; an `https` one, and this machine knows no certificate authorities; the disk.
    pub(crate) fn new(settings: Witnessing, store: &Store) -> io::Result<Self> {
        client::Client::of(&settings)?;
        let witnesses = Self {
            settings,
            newest: watch::Sender::new(None),
            caught_up: AtomicI64::new(0),
            alarm: AtomicBool::new(false),
        };
        if let Some(witnessed) = witnesses.kept(store)? {
            witnesses.newest.send_replace(Some(Arc::new(witnessed)));
        }
        Ok(witnesses)
    }

    /// Whether the policy asks for cosignatures at all.
    pub(crate) fn ask_for_a_quorum(&self, signed: &SignedCheckpoint) -> bool {
        self.quorum(signed, &signed.note) != Quorum::None
    }

    /// The newest checkpoint that is witnessed.
    pub(crate) fn newest(&self) -> Option<Arc<Witnessed>> {
        self.newest.borrow().clone()
    }

    /// Waits until the record is covered by a witnessed checkpoint; false when that takes longer.
    pub(crate) async fn cover(&self, at: LogIndex, wait: Duration) -> bool {
        let mut newest = self.newest.subscribe();
        let covered =
            newest.wait_for(|newest| newest.as_ref().is_some_and(|newest| newest.covers(at)));
        matches!(time::timeout(wait, covered).await, Ok(Ok(_)))
    }

    /// Which witnesses of the policy have cosigned the note of the log with this key, and when, in
    /// seconds since 1970.
    pub(crate) fn seen(&self, key: &VerifierKey, note: &Note) -> Vec<(KeyName, u64)> {
        let judged = self.settings.policy.of_log(key.clone()).judge(note);
        judged.map_or_else(|_not_ours| Vec::new(), |trust| trust.witnesses)
    }

    /// The policy as text, about the log with this key alone.
    pub(crate) fn policy_text(&self, key: &VerifierKey) -> String {
        self.settings.policy.text_of_log(key)
    }

    /// The names of the policy's witnesses.
    pub(crate) fn names(&self) -> impl Iterator<Item = &KeyName> {
        self.settings.policy.witnesses().iter().map(|witness| witness.key.name())
    }

    /// Whether a witness knows another history of this log.
    pub(crate) fn alarm(&self) -> bool {
        self.alarm.load(Ordering::Relaxed)
    }

    /// For how long the log has had records that no witnessed checkpoint covers, in milliseconds.
    pub(crate) fn lag_ms(&self, signed: TreeSize, now: Millis) -> i64 {
        let newest = self.newest();
        if newest.as_ref().is_some_and(|newest| newest.checkpoint.size >= signed) {
            return 0;
        }
        let taken = newest.map_or(0, |newest| newest.taken.0);
        (now.0 - taken.max(self.caught_up.load(Ordering::Relaxed))).max(0)
    }

    /// What the cosignatures of a note are worth.
    fn quorum(&self, signed: &SignedCheckpoint, note: &Note) -> Quorum {
        let policy = self.settings.policy.of_log(signed.key.clone());
        policy.judge(note).map_or(Quorum::Missing, |trust| trust.quorum)
    }

    fn publish(&self, witnessed: Witnessed) {
        self.newest.send_replace(Some(Arc::new(witnessed)));
    }

    /// What was kept of the last run, if it is of this log and fits it.
    fn kept(&self, store: &Store) -> io::Result<Option<Witnessed>> {
        let snapshot = store.snapshot();
        let (Some(signed), Some(tiles)) = (snapshot.checkpoint(), store.tiles()) else {
            return Ok(None);
        };
        let Some(note) = store.witnessed()? else { return Ok(None) };
        let checkpoint = Checkpoint::parse(&note.text).ok();
        let checkpoint = checkpoint.filter(|kept| {
            let is_ours = kept.origin == signed.checkpoint.origin;
            is_ours && kept.size <= signed.checkpoint.size
        });
        let Some(checkpoint) = checkpoint else { return Ok(None) };
        let root = match kiln_evidence::root(&*tiles, checkpoint.size) {
            Ok(root) => root,
            Err(error) => {
                // Tiles and what was kept are derived: both are had again while the log goes on.
                tracing::warn!(%error, "what was witnessed cannot be compared with the tiles");
                return Ok(None);
            }
        };
        if root != checkpoint.root {
            tracing::error!(size = checkpoint.size.0, "what witnesses cosigned is not in the log");
            self.alarm.store(true, Ordering::Relaxed);
            return Ok(None);
        }
        let is_met = self.quorum(signed, &note) == Quorum::Met;
        Ok(is_met.then_some(Witnessed { checkpoint, note, taken: Millis(0) }))
    }
}

impl Witnessed {
    /// Whether the record is below it.
    pub(crate) fn covers(&self, at: LogIndex) -> bool {
        at.0 < self.checkpoint.size.0
    }
}
