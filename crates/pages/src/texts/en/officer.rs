//! English, for those who watch over the log.
use crate::{
    evidence::Standing,
    operations::{Part, Span, Trouble},
    review::{Show, Why},
    texts::officer::{Evidence, Officer, Operations, Review, Saved, User},
};

pub(super) const OFFICER: Officer = Officer {
    user: USER,
    review: REVIEW,
    saved: SAVED,
    evidence: EVIDENCE,
    operations: OPERATIONS,
};

const USER: User = User {
    title: "What this user did",
    heading: |who| format!("What {who} did"),
    ask: "What this user did",
    summary: "In short",
    events: "Events",
    failed: "Failed",
    first: "First",
    last: "Last",
    patients: "Different patients a day",
    patients_says: |most, day, median| {
        format!("At most {most} different patients in a day, on {day}; on a usual day {median}.")
    },
    day: "Day",
    distinct: "Patients",
    when: "When, by weekday and hour",
    when_note: "Hours are those of the time zone that all times on these pages have.",
    sampled: |count| format!("Patients are counted among the newest {count} events."),
    newest: "Newest events",
    all: "All of them on the timeline",
    nothing: "No event of this user was found. Look for another spelling on the timeline, by the \
              name, the account or the reference (Practitioner/…) that senders use.",
    not_one: "This search is not about one user: search for one (user Chen), then open this page.",
};

const REVIEW: Review = Review {
    title: "Review",
    about: "Emergency accesses, accesses that failed and sign-ins that failed. Somebody has to \
            look at each, and say so. A mark cannot be taken back: it is a record in the log of \
            those who look.",
    show: "Show",
    show_of: |show| match show {
        Show::Open => "Not looked at",
        Show::Done => "Looked at",
        Show::All => "All",
    },
    why_of: |why| match why {
        Why::BreakTheGlass => "emergency access",
        Why::Failed => "failed",
        Why::SignIn => "failed sign-in",
    },
    looked_at: |done, all| format!("{done} of {all} have been looked at."),
    more: "There are more: these are the newest. Search on the timeline for older ones.",
    none_open: "Nothing waits: every emergency access and failure has been looked at.",
    none: "There is nothing to review.",
    marked_done: |who| format!("Looked at by {who}"),
    marked_open: |who| format!("Opened again by {who}"),
    note: "Note",
    note_hint: "What was found, and how. No passwords, nothing that need not be kept for years.",
    done: "Mark as looked at",
    reopen: "Open again",
    on_record: "Your name, the time and the note go on record.",
    details: "Event and proof",
};

const SAVED: Saved = Saved {
    title: "Saved searches",
    about: "Searches that you have saved. Nobody else has them on this page; that they were saved \
            stands in the log of those who look.",
    none: "You have saved no search yet. Type one below, as in the search line of the timeline.",
    open: |name| format!("Search for {name}"),
    forget: |name| format!("Forget {name}"),
    open_short: "Search",
    forget_short: "Forget",
    name: "Name",
    line: "Search line",
    line_hint: "For example: failed last week",
    add: "Save a search",
    save: "Save",
    saved_on: "Saved",
};

const EVIDENCE: Evidence = Evidence {
    title: "Evidence",
    about: "Every record is a leaf of one tree of hashes. The log signs the tree's root again and \
            again; whoever keeps one of these checkpoints can find out later whether anything \
            below it was altered, removed or put in.",
    now: "As it stands",
    standing: |standing| match standing {
        Standing::Witnessed => {
            "Independent witnesses have cosigned this log: not even those who run it can rewrite \
             what is covered without being found out."
        }
        Standing::Lagging => {
            "Witnesses have cosigned an earlier state of this log; what came since is covered by \
             its own signature only, until they have."
        }
        Standing::SelfSigned => {
            "Self-signed only: nobody but this log's own key says that nothing was altered. \
             Whoever holds the key and the disk could rewrite it. One independent witness ends \
             that."
        }
        Standing::Unsigned => "This log is not signed: nothing here can be proved to others.",
        Standing::Alarm => {
            "Alarm: a witness knows another history of this log, or more of it than there is. Keep \
             the disk as it is and find out why before anything else."
        }
    },
    size: "Records in the log",
    signed: "Covered by the last checkpoint",
    origin: "Name of the log",
    root: "Root of the tree",
    key: "Key that signs it",
    key_note: "Compare it with the one that you were given elsewhere: a log that shows a key of \
               its own choosing proves nothing.",
    witnesses: "Witnesses",
    no_witnesses: "None are configured. docs/evidence.md says how another party can be one; it \
                   takes one program and no database.",
    witness: "Witness",
    cosigned: "Last cosigned",
    witnessed_size: "Records it covers",
    never: "not yet",
    scrub: "Background check",
    scrub_passed: "The whole store was last read and compared with its hashes",
    scrub_never: "The first pass over the whole store has not ended yet.",
    scrub_repaired: |count| format!("{count} tiles were made again since the start."),
    damaged: "Damage was found: see the server's log and run kiln fsck.",
    falsify: "What it would take to falsify it",
    falsify_alone: &[
        "To change, remove or back-date one record, somebody needs the disk and the signing key, \
         and has to compute every later hash and checkpoint anew.",
        "Nobody outside would notice, unless they kept a receipt or a checkpoint from before: each \
         one that was given away contradicts the new history for ever.",
        "Without the key it takes breaking SHA-256 or Ed25519, which nobody is known to be able \
         to.",
    ],
    falsify_witnessed: &[
        "To change, remove or back-date one record that is covered, somebody needs the disk, the \
         signing key, and the keys of as many witnesses as the policy asks for, at parties that \
         have nothing to do with each other.",
        "A witness signs only what continues all that it has signed before: it has to be broken \
         into, asking it is not enough.",
        "Every receipt and checkpoint that was given away contradicts the new history for ever.",
        "Without the keys it takes breaking SHA-256 or Ed25519, which nobody is known to be able \
         to.",
    ],
    never_sent: "No log can prove what was never sent to it. Which senders are silent stands under \
                 Operations.",
    walk: "A walk through one proof",
    walk_note: |index, size| {
        format!(
            "Record {index} of {size}: from its own hash, each step joins the hash of a neighbour, \
             which the proof brings along, until the root comes out. If one byte of the record \
             were another, another root would."
        )
    },
    walk_other: "Another record",
    walk_position: "Position in the log",
    walk_show: "Show its proof",
    empty: "The log has no records yet, and so no tree.",
    checkpoint: "The last checkpoint, as it is signed",
    unsigned: "This log is not signed.",
    check: "Check it yourself",
    checkpoint_link: "Download the checkpoint",
    verify_link: "Check a receipt in the browser, without this server",
};

const OPERATIONS: Operations = Operations {
    title: "Operations",
    about: "How this server does. Nothing here says what any event holds.",
    fine: "All is well.",
    trouble: |trouble| match trouble {
        Trouble::Stopped => "The log has stopped: a write failed. See the server's log.",
        Trouble::Full => "The disk is full: nothing is taken until there is room.",
        Trouble::Damaged => "The background check found damage: run kiln fsck.",
        Trouble::Alarm => "A witness knows another history of this log: see Evidence.",
        Trouble::AuditStopped => "Who looks cannot be recorded, so nobody may look.",
        Trouble::Silent => "A sender has fallen silent.",
        Trouble::Clock => "A sender's clock is wrong.",
        Trouble::Rejects => "Events were refused and lie on the reject shelf.",
    },
    records: "Records in the log",
    started: "Started",
    silent_count: "Silent senders",
    wrong_clocks: "Senders with a wrong clock",
    senders: "Senders",
    senders_note: "By the source that their events name, the one heard last first. Silent: nothing \
                   for more than a day, and for more than ten times its usual gap. Its clock: the \
                   middle of the differences between when its newest events say they were recorded \
                   and when they were received; more than five minutes are marked.",
    sender: "Sender",
    last: "Last event",
    day: "In 24 hours",
    week: "In 7 days",
    clock: "Clock",
    state: "State",
    silent: "silent",
    sends: "sends",
    clock_wrong: "clock is wrong",
    ahead: |by| format!("{by} ahead"),
    behind: |by| format!("{by} behind, or late"),
    right: "right within a minute",
    unnamed: "(a source without a name)",
    more_senders: "There are more senders than are shown here.",
    no_senders: "Nothing has been sent yet.",
    rates: "What comes in",
    span: |span| match span {
        Span::Minute => "last minute",
        Span::Hour => "last hour",
        Span::Day => "last 24 hours",
        Span::Week => "last 7 days",
    },
    received: "Events",
    per_second: "A second",
    latencies: "How long requests take",
    latencies_note: "Since the start, on this server, in milliseconds: half of the requests took \
                     at most as long, and 99 of 100.",
    no_latencies: "No request has been answered yet.",
    request: "Request",
    count: "Count",
    half: "Half",
    most: "99 %",
    disk: "Disk",
    part: |part| match part {
        Part::Log => "the log: every byte that was received",
        Part::Index => "index files",
        Part::Memory => "index in memory, not on disk yet",
        Part::Audit => "the log of those who look, with its index",
        Part::Shelf => "reject shelf",
    },
    what: "What",
    bytes: "Bytes",
    total: "Together",
    rejects: "Rejects",
    rejects_note: "What was refused for its content is kept for a while, with the reason. It is in \
                   no report, since it is no event of the log. Here stands which element was \
                   wrong, never what it said; kiln rejects show 17 has the whole message.",
    on_shelf: "On the shelf",
    repeated: "Sent again meanwhile",
    lost: "Not kept, or removed to make room",
    refused_newest: |shown, count| {
        format!("The newest {shown} of {count}; kiln rejects lists all of them.")
    },
    refused_unread: "Some of what was refused could not be read, and is not listed here.",
    refused_number: "Number",
    refused_at: "Refused",
    refused_from: "Sent by",
    refused_as: "Sent as",
    refused_why: "Element and reason",
    more_errors: |count| format!("and {count} more"),
    watch: "What is missing",
    silent_since: |it| format!("{} has sent nothing since {} ({}).", it.name, it.at, it.ago),
    more_silent: |count| match count {
        1 => "1 more sender is silent.".to_owned(),
        count => format!("{count} more senders are silent."),
    },
    refused: |count, number| match count {
        1 => "1 message was refused.".to_owned(),
        _ => format!("{number} messages were refused."),
    },
    not_found_out: "Whether a sender has fallen silent could not be found out in time.",
    to_operations: "See Operations",
    metrics: "All figures, for a monitoring system",
};
