//! The page of one event: what it says, as it was received, its neighbours, its proof.
mod facts;

use crate::{
    Html, Reader, Role, Sentence, Texts, moment, texts,
    timeline::{self, Row},
};
use askama::Template;
use facts::Group;
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
    let texts = reader.texts();
    let proof = &view.proof;
    let seen = |at: &Instant| moment::absolute(*at, reader);
    let witnesses = proof.witnesses.iter().map(|(name, at)| (name.as_str(), seen(at)));
    let checked = [
        ("witnessed", told(ProofState::Witnessed, &texts.proof)),
        ("self-signed only", told(ProofState::SelfSigned, &texts.proof)),
        ("failed", told(ProofState::Failed, &texts.proof)),
        ("unchecked", unchecked(&texts.proof)),
    ];
    Html::of(&Shown {
        view,
        texts,
        t: &texts.event,
        p: &texts.proof,
        sentence: Sentence::of(view.event, view.received, reader),
        machine: moment::machine(view.event.recorded),
        recorded: moment::absolute(view.event.recorded, reader),
        ago: moment::ago(view.event.recorded, reader),
        groups: facts::of(view, reader),
        index: (texts.number)(view.index),
        size: (texts.number)(proof.size),
        state: told(proof.state, &texts.proof),
        checked,
        witnesses: witnesses.collect(),
        neighbours: view.neighbours.iter().map(|near| around(near, view.base, reader)).collect(),
        renditions: view.renditions.iter().map(|it| (named(it.release), &it.text)).collect(),
    })
}

#[derive(Template)]
#[template(path = "event.html")]
struct Shown<'a> {
    view: &'a View<'a>,
    texts: &'a Texts,
    t: &'a texts::Event,
    p: &'a texts::Proof,
    sentence: Sentence,
    machine: String,
    recorded: String,
    ago: String,
    groups: Vec<Group>,
    index: String,
    size: String,
    state: State,
    /// By the names that `proof.js` has for them.
    checked: [(&'static str, State); 4],
    witnesses: Vec<(&'a str, String)>,
    neighbours: Vec<Around>,
    renditions: Vec<(String, &'a Result<String, String>)>,
}

fn named(release: Release) -> String {
    format!("{} ({})", release.path().to_uppercase(), release.version())
}

/// A state of a proof in words.
struct State {
    class: &'static str,
    title: &'static str,
    shows: &'static str,
}

fn told(state: ProofState, texts: &texts::Proof) -> State {
    let (class, title, shows) = match state {
        ProofState::Witnessed => ("good", texts.witnessed, texts.witnessed_shows),
        ProofState::SelfSigned => ("warn", texts.self_signed, texts.self_signed_shows),
        ProofState::Failed => ("bad", texts.failed, texts.failed_shows),
        ProofState::NotSigned => ("none", texts.not_signed, texts.not_signed_shows),
    };
    State { class, title, shows }
}

/// What a browser says where the policy that was entered cannot be used: nothing of the event.
fn unchecked(texts: &texts::Proof) -> State {
    State { class: "none", title: texts.unchecked, shows: texts.unchecked_shows }
}

/// Neighbours as they are shown.
struct Around {
    title: &'static str,
    rows: Html,
    is_empty: bool,
    more: bool,
}

fn around(near: &Neighbours, base: &str, reader: &Reader) -> Around {
    let texts = &reader.texts().event;
    let title = match near.same {
        Same::User => texts.same_user,
        Same::Patient => texts.same_patient,
        Same::Request => texts.same_request,
    };
    let rows = timeline::rows(&near.rows, base, reader);
    Around { title, rows, is_empty: near.rows.is_empty(), more: near.more }
}
