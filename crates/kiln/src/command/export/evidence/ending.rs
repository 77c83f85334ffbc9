//! The one checkpoint that all proofs of a bundle end in.
use crate::{command::verify::told, evidence_bundle::Vouching, settings::evidence::Evidence};
use anyhow::Context as _;
use kiln_evidence::{Checkpoint, Note, Quorum, VerifierKey, root};
use kiln_index::LogIndex;
use kiln_store::{Snapshot, Store, Tiles};
use std::path::Path;

pub(super) struct Ending {
    pub(super) checkpoint: Checkpoint,
    pub(super) note: Note,
    /// The key of the log that signed it: not the newest one where the checkpoint is older.
    pub(super) key: VerifierKey,
}

impl Ending {
    /// The newest witnessed checkpoint where it covers the last event, else the newest one.
    pub(super) fn covering(
        last: LogIndex,
        store: &Store,
        snapshot: &Snapshot,
        tiles: &Tiles,
        keys: &[VerifierKey],
    ) -> anyhow::Result<Self> {
        let signed = snapshot.checkpoint().context("the log is not signed")?;
        let witnessed = store.witnessed().context("the witnessed checkpoint cannot be read")?;
        let witnessed = witnessed.and_then(|note| Self::signed_by(keys, note)).filter(|it| {
            let Checkpoint { origin, size, root: told } = &it.checkpoint;
            let is_ours = *origin == signed.checkpoint.origin && size.0 <= snapshot.size().0;
            // What is kept beside the log is believed no more than anything else.
            is_ours && last.0 < size.0 && root(tiles, *size).is_ok_and(|root| root == *told)
        });
        Ok(witnessed.unwrap_or_else(|| Self {
            checkpoint: signed.checkpoint.clone(),
            note: signed.note.clone(),
            key: signed.key.clone(),
        }))
    }

    fn signed_by(keys: &[VerifierKey], note: Note) -> Option<Self> {
        let checkpoint = Checkpoint::parse(&note.text).ok()?;
        let signs = |key: &&VerifierKey| note.verify(std::slice::from_ref(key)).is_ok();
        let key = keys.iter().find(signs)?.clone();
        Some(Self { checkpoint, note, key })
    }

    /// Who vouches for it, by the policy of the settings.
    pub(super) fn vouching(&self, settings: &Evidence) -> anyhow::Result<Vouching> {
        let Some(witnessing) = settings.witnessing()? else { return Ok(Vouching::SelfSigned) };
        let trust = witnessing.policy.of_log(self.key.clone()).judge(&self.note);
        let trust = trust.context("the checkpoint cannot be judged by evidence.policy")?;
        let is_met = trust.quorum == Quorum::Met;
        let seen = || Vouching::Witnesses(told::seen(&trust).map(|it| format!("- {it}")).collect());
        Ok(if is_met { seen() } else { Vouching::SelfSigned })
    }

    /// What the program says in the end.
    pub(super) fn told(
        &self,
        events: usize,
        statements: usize,
        file: &Path,
        vouching: &Vouching,
    ) -> String {
        let evidence = match vouching {
            Vouching::Witnesses(_) => "witnessed",
            Vouching::SelfSigned => "self-signed only",
        };
        format!(
            "{events} events and {statements} statements in {}\nproved under a checkpoint of {} \
             records: {evidence}\ncheck it: kiln verify bundle {} --key '{}'",
            file.display(),
            self.checkpoint.size.0,
            file.display(),
            self.key
        )
    }
}
