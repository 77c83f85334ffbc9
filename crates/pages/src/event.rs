//! The page of one event: what it says, as it was received, its neighbours, its proof.
use crate::{Html, Reader, timeline::Row};
use kiln_fhir::{AuditEvent, Instant, Release};

/// What the page of an event shows.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Before every path: empty, or `/t/{tenant}`.
    pub base: &'a str,
    /// The record's id.
    pub id: &'a str,
    /// What it says.
    pub event: &'a AuditEvent<'a>,
    /// When it was received.
    pub received: Instant,
    /// Where it stands in the log.
    pub index: u64,
    /// Whom it was received from, as the log's envelope names it.
    pub sender: Option<&'a str>,
    /// As it was received: the text, and whether it was JSON or XML.
    pub original: &'a str,
    /// Where the received bytes are downloaded.
    pub original_url: String,
    /// As each release shows it.
    pub renditions: Vec<Rendition>,
    /// Events around it.
    pub neighbours: Vec<Neighbours>,
    /// What proves it.
    pub proof: Proof,
}

/// The event as a release shows it.
#[derive(Clone, Debug)]
pub struct Rendition {
    /// Which.
    pub release: Release,
    /// Its JSON, indented; or why there is none.
    pub text: Result<String, String>,
}

/// Events within fifteen minutes that have something in common with this one.
#[derive(Clone, Debug)]
pub struct Neighbours {
    /// What they have in common.
    pub same: Same,
    /// The nearest ones, at most [`NEIGHBOURS_MAX`].
    pub rows: Vec<Row>,
    /// Whether there are more.
    pub more: bool,
}

/// Neighbours of one kind that are shown.
pub const NEIGHBOURS_MAX: usize = 20;

/// What neighbours have in common.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Same {
    /// Who did it.
    User,
    /// Whom it is about.
    Patient,
    /// The request it was part of.
    Request,
}

/// What proves that an event is in the log unchanged.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What the server says of it; `verify.js` says what can be checked.
    pub state: ProofState,
    /// Records that the checkpoint covers.
    pub size: u64,
    /// The checkpoint's root, in base64.
    pub root: String,
    /// Witnesses, and when each cosigned.
    pub witnesses: Vec<(String, Instant)>,
    /// Where the receipt is downloaded, for `verify.js` too.
    pub receipt_url: String,
    /// Where event, receipt and policy are downloaded together.
    pub bundle_url: Option<String>,
    /// The policy to check against, as the server knows it.
    pub policy: Option<String>,
    /// Whether the receipt leaves out what the event says: in a patient's view.
    pub leaf_only: bool,
}

/// The states of a proof.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ProofState {
    /// Independent witnesses have cosigned a checkpoint that covers it.
    Witnessed,
    /// Only the log's own key says so.
    SelfSigned,
    /// It does not hold.
    Failed,
    /// The log is not signed.
    NotSigned,
}

/// The body of the page.
pub fn body(view: &View<'_>, reader: &Reader) -> Html {
    let _ = (view, reader);
    Html::default()
}
