//! What the log states of itself, one after the other.
use super::{ANCHORS_MAX, Adopted, Custody};
use crate::{
    Statement,
    verify::{
        signatures::{self, PublicKey, Run, Signed},
        stated::{Stated, What},
        tell::{Spot, Told},
        walk::Walked,
        whole::hex,
    },
};
use kiln_evidence::{Checkpoint, Hash, KeyName, Note, VerifierKey};
use sha2::{Digest, Sha256};

impl Custody<'_> {
    pub(super) fn state(&mut self, stated: &Stated, run: &Run, walked: &Walked, told: &mut Told) {
        let spot = || Spot::file(&walked.name).record(stated.at);
        let statement = match &stated.what {
            What::Known(statement) => statement,
            What::Unknown => {
                let at = stated.at.0;
                return told
                    .doubt(format!("record {at} is a statement that this build does not know"));
            }
            What::Wrong => return told.find(spot(), "it is no statement that Kiln makes"),
        };
        let wrong = match statement {
            Statement::Genesis { origin, key, .. } => self.genesis(stated, origin, key, walked),
            Statement::Start { .. } => Self::start(stated, walked),
            Statement::Stop => self.stop(stated),
            Statement::KeyChange { old, new } => self.change(stated, old, new, run, walked),
            Statement::Anchor { checkpoint, note } => self.anchor(stated, checkpoint, note, walked),
            Statement::AdoptRestore { origin, key, lost_from, known, root } => {
                let adopted = Adopted {
                    at: *lost_from,
                    before: self.origins.last().cloned(),
                    lost: origin.clone(),
                    known: *known,
                    root: root.clone(),
                };
                self.adopt(stated, adopted, key, walked)
            }
        };
        if let Some(wrong) = wrong {
            told.find(spot(), wrong);
        }
    }

    fn genesis(
        &mut self,
        stated: &Stated,
        origin: &str,
        key: &str,
        walked: &Walked,
    ) -> Option<&'static str> {
        if stated.at.0 != 0 {
            return Some("a log begins once");
        }
        let Some(key) = own_key(key, &walked.origin) else {
            return Some("the log begins with a key that is not its own");
        };
        self.in_force = Some(key);
        (origin != walked.origin.as_str()).then_some("the log begins under another origin")
    }

    fn start(stated: &Stated, walked: &Walked) -> Option<&'static str> {
        let begins = walked.epochs.iter().any(|(first, _)| *first == stated.group.start);
        (!begins || !stated.is_leading).then_some("a start that no process made")
    }

    fn stop(&mut self, stated: &Stated) -> Option<&'static str> {
        let end = stated.at.0 + 1;
        self.stopped = Some(end);
        (end != stated.group.end.0).then_some("a stop that records follow in its group")
    }

    fn change(
        &mut self,
        stated: &Stated,
        old: &str,
        new: &str,
        run: &Run,
        walked: &Walked,
    ) -> Option<&'static str> {
        let keys = (own_key(old, &walked.origin), own_key(new, &walked.origin));
        let (Some(old), Some(new)) = keys else {
            return Some("a change of keys that are not the log's");
        };
        if self.in_force != Some(old) {
            return Some("a change from a key that was not in force");
        }
        let mut signed = run.signed.clone();
        if let Signed::Unknown(note) = signed {
            signed = signatures::signed(*note, &self.ring.under(&walked.origin));
        }
        let is_alone = stated.is_leading && stated.at.0 + 1 == stated.group.end.0;
        if signed != Signed::Of(vec![old, new]) || !is_alone {
            return Some("a change of keys that both keys have not signed");
        }
        self.in_force = Some(new);
        None
    }

    fn anchor(
        &mut self,
        stated: &Stated,
        hash: &str,
        note: &str,
        walked: &Walked,
    ) -> Option<&'static str> {
        let Ok(note) = Note::parse(note.as_bytes()) else {
            return Some("an anchor without a note");
        };
        if hex(&Hash(Sha256::digest(&note.text).into())) != hash {
            return Some("an anchor with another hash than its note's");
        }
        let Ok(checkpoint) = Checkpoint::parse(&note.text) else {
            return Some("an anchor that is no checkpoint");
        };
        let is_ours = checkpoint.origin == walked.origin || self.is_ours(&checkpoint.origin);
        if !is_ours || checkpoint.size.0 > stated.at.0 {
            return Some("an anchor of another log");
        }
        if note.verify(&self.ring.under(&checkpoint.origin)).is_err() {
            return Some("an anchor that the log's key has not signed");
        }
        if self.anchors.len() < ANCHORS_MAX && checkpoint.origin == walked.origin {
            self.anchors.push((checkpoint.size.0, checkpoint.root, stated.at));
        }
        None
    }

    fn adopt(
        &mut self,
        stated: &Stated,
        adopted: Adopted,
        key: &str,
        walked: &Walked,
    ) -> Option<&'static str> {
        let first = walked.start.tree.size().0;
        let is_there = adopted.at == first && stated.group.start.0 == first && stated.is_leading;
        let is_kept = own_key(key, &walked.origin).is_some_and(|key| self.in_force == Some(key));
        if walked.start.restores.count() <= self.restores.count() || !is_there {
            return Some("a copy was adopted where no segment says so");
        }
        self.restores = walked.start.restores;
        self.adopted.push(adopted);
        (!is_kept).then_some("a copy was adopted by a key that was not in force")
    }
}

/// The key of a line, if it is under this origin.
fn own_key(line: &str, origin: &KeyName) -> Option<PublicKey> {
    let key: VerifierKey = line.parse().ok()?;
    let again = signatures::under(origin, key.public_key())?;
    (again == key).then(|| key.public_key())
}
