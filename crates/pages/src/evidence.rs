//! What proves the log: its checkpoint, its witnesses, what it would take to falsify it, and a walk
//! through one proof.
use crate::{Html, Reader, moment, picture};
use askama::Template;
use kiln_fhir::Instant;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// What the log's evidence is worth.
    pub standing: Standing,
    /// Records in the log.
    pub records: u64,
    /// The last checkpoint; `None` where the log is not signed.
    pub checkpoint: Option<Checkpoint>,
    /// The witnesses of the policy.
    pub witnesses: Vec<Witness>,
    /// When the last pass over the whole store ended.
    pub scrubbed: Option<Instant>,
    /// Tiles that were made again since the start.
    pub repaired: u64,
    /// Whether damage was found.
    pub damaged: bool,
    /// The walk; `None` where there is no record, or no tree.
    pub walk: Option<picture::Tree>,
}

/// What evidence is worth.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Enough witnesses have cosigned all that is signed.
    Witnessed,
    /// Enough witnesses have cosigned a part.
    Lagging,
    /// The log's own key alone.
    SelfSigned,
    /// Nothing.
    Unsigned,
    /// A witness knows another history.
    Alarm,
}

/// A signed checkpoint.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The log's name in it.
    pub origin: String,
    /// Records that it covers.
    pub size: u64,
    /// The root, in base64.
    pub root: String,
    /// The verifier key, as a text (<https://c2sp.org/signed-note>).
    pub key: String,
    /// The whole note.
    pub note: String,
}

/// A witness of the policy.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Its key's name.
    pub name: String,
    /// When it last cosigned.
    pub cosigned: Option<Instant>,
    /// Records that it has cosigned.
    pub size: u64,
}

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let number = reader.texts().number;
    let t = &reader.texts().officer.evidence;
    let is_witnessed = matches!(view.standing, Standing::Witnessed | Standing::Lagging);
    let walk = view.walk.as_ref();
    Html::of(&Body {
        view,
        t,
        standing: (t.standing)(view.standing),
        class: class(view.standing),
        records: number(view.records),
        signed: view.checkpoint.as_ref().map(|it| number(it.size)),
        scrubbed: view.scrubbed.map(|at| moment::absolute(at, reader)),
        repaired: (view.repaired > 0).then(|| (t.scrub_repaired)(&number(view.repaired))),
        witnesses: view.witnesses.iter().map(|it| witness(it, reader)).collect(),
        falsify: if is_witnessed { t.falsify_witnessed } else { t.falsify_alone },
        walk_note: walk.map(|walk| (t.walk_note)(&number(walk.index), &number(walk.size))),
        tree: walk.map(|walk| picture::tree(walk, reader)),
    })
}

#[derive(Template)]
#[template(path = "evidence.html")]
struct Body<'a> {
    view: &'a View<'a>,
    t: &'static crate::texts::officer::Evidence,
    standing: &'static str,
    class: &'static str,
    records: String,
    signed: Option<String>,
    scrubbed: Option<String>,
    repaired: Option<String>,
    witnesses: Vec<[String; 3]>,
    falsify: &'static [&'static str],
    walk_note: Option<String>,
    tree: Option<Html>,
}

fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Witnessed => "good",
        Standing::Lagging | Standing::SelfSigned => "warn",
        Standing::Unsigned | Standing::Alarm => "bad",
    }
}

fn witness(witness: &Witness, reader: &Reader) -> [String; 3] {
    let never = reader.texts().officer.evidence.never;
    let cosigned = witness.cosigned.map(|at| moment::absolute(at, reader));
    let size = (reader.texts().number)(witness.size);
    [witness.name.clone(), cosigned.unwrap_or_else(|| never.to_owned()), size]
}

#[cfg(test)]
mod tests;
