//! English.
mod officer;
mod picture;
mod timeline;

use super::{Event, Layout, Problem, Proof, Texts};
use crate::moment::Unit;
use crate::{Act, phrase::Kind};

pub(super) static TEXTS: Texts = Texts {
    layout: LAYOUT,
    timeline: timeline::TIMELINE,
    event: EVENT,
    proof: PROOF,
    picture: picture::PICTURE,
    problem: PROBLEM,
    officer: officer::OFFICER,

    not_stated: "not stated",
    something: "something (not stated what)",
    somebody: "Somebody (not stated who)",
    success: "success",
    minor_failure: "minor failure",
    serious_failure: "serious failure",
    major_failure: "major failure",
    outcome_not_stated: "outcome not stated",
    emergency: "emergency",
    of_patient: " of ",
    and_others: |count| match count {
        1 => " and 1 other".to_owned(),
        count => format!(" and {count} others"),
    },
    act_done,
    act_failed,

    span,
    just_now: "just now",
    ago: |count, unit| format!("{} ago", span(count, unit)),
    ahead: |count, unit| format!("in {}", span(count, unit)),
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    weekdays_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    day: |weekday, day, month, year| format!("{weekday}, {day} {month} {year}"),
    number: |number| super::grouped(number, ','),
    kind,
};

fn act_done(act: Act) -> &'static str {
    match act {
        Act::Read => "{who} read {what}[ from {from}]",
        Act::ReadVersion => "{who} read a version of {what}[ from {from}]",
        Act::History => "{who} read the history of {what}[ from {from}]",
        Act::Search => "{who} made a search[ about {what}][ from {from}]",
        Act::Create => "{who} created {what}[ from {from}]",
        Act::Update => "{who} changed {what}[ from {from}]",
        Act::Delete => "{who} deleted {what}[ from {from}]",
        Act::Export => "{who} exported {what}[ from {from}]",
        Act::Import => "{who} imported {what}[ from {from}]",
        Act::Disclose => "{who} disclosed {what}[ from {from}]",
        Act::Transfer => "{who} transferred {what}[ from {from}]",
        Act::SignIn => "{who} signed in[ from {from}]",
        Act::SignOut => "{who} signed out[ from {from}]",
        Act::Start => "{who} was started[ at {from}]",
        Act::Stop => "{who} was stopped[ at {from}]",
        Act::BreakGlass => "{who} broke the glass[ for {what}][ from {from}]",
        Act::UseLog => "{who} looked at the audit log[: {what}][ from {from}]",
        Act::Other => "{who} did “{code}”[ on {what}][ from {from}]",
    }
}

fn act_failed(act: Act) -> &'static str {
    match act {
        Act::Read => "{who} tried to read {what}[ from {from}]",
        Act::ReadVersion => "{who} tried to read a version of {what}[ from {from}]",
        Act::History => "{who} tried to read the history of {what}[ from {from}]",
        Act::Search => "{who} tried to make a search[ about {what}][ from {from}]",
        Act::Create => "{who} tried to create {what}[ from {from}]",
        Act::Update => "{who} tried to change {what}[ from {from}]",
        Act::Delete => "{who} tried to delete {what}[ from {from}]",
        Act::Export => "{who} tried to export {what}[ from {from}]",
        Act::Import => "{who} tried to import {what}[ from {from}]",
        Act::Disclose => "{who} tried to disclose {what}[ from {from}]",
        Act::Transfer => "{who} tried to transfer {what}[ from {from}]",
        Act::SignIn => "{who} tried to sign in[ from {from}]",
        Act::SignOut => "{who} tried to sign out[ from {from}]",
        Act::Start => "{who} was to be started[ at {from}]",
        Act::Stop => "{who} was to be stopped[ at {from}]",
        Act::BreakGlass => "{who} tried to break the glass[ for {what}][ from {from}]",
        Act::UseLog => "{who} tried to look at the audit log[: {what}][ from {from}]",
        Act::Other => "{who} tried “{code}”[ on {what}][ from {from}]",
    }
}

fn span(count: u64, unit: Unit) -> String {
    let (one, many) = match unit {
        Unit::Second => ("second", "seconds"),
        Unit::Minute => ("minute", "minutes"),
        Unit::Hour => ("hour", "hours"),
        Unit::Day => ("day", "days"),
        Unit::Month => ("month", "months"),
        Unit::Year => ("year", "years"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Agent => "Who",
        Kind::Patient => "Patient",
        Kind::Date => "When",
        Kind::Action => "Action",
        Kind::Outcome => "Outcome",
        Kind::Type => "Type",
        Kind::Purpose => "Purpose",
        Kind::Address => "From address",
        Kind::Entity => "Record",
        Kind::Source => "Source",
        Kind::Site => "Organisation",
        Kind::Id => "Event",
        Kind::Text => "Text",
    }
}

const LAYOUT: Layout = Layout {
    skip: "Skip to content",
    pages: "Pages",
    timeline: "Timeline",
    review: "Review",
    reports: "Reports",
    evidence: "Evidence",
    operations: "Operations",
    demo: "Demo: every event here is generated. Nothing is real, and nothing is kept.",
    times: "Times are those of",
    signed_in_as: "Signed in as",
    sign_out: "Sign out",
    open: "Open on this machine: nobody is signed in",
    never_sent: "No log can show what was never sent to it.",
};

const EVENT: Event = Event {
    title: "Event",
    contents: "On this page",
    who: "Who",
    what: "What",
    when: "When",
    r#where: "Where",
    why: "Why",
    agent: "Agent",
    name: "Name",
    reference: "Reference",
    identifier: "Identifier",
    alt_id: "Other id",
    role: "Role",
    participation: "Took part as",
    requestor: "Asked for it",
    yes: "yes",
    no: "no",
    address: "Network address",
    policy: "Policy",
    location: "Location",
    media: "Media",
    r#type: "Type",
    subtype: "Subtype",
    action: "Action",
    action_of: |code| match code {
        "C" => Some("create"),
        "R" => Some("read"),
        "U" => Some("update"),
        "D" => Some("delete"),
        "E" => Some("execute"),
        _ => None,
    },
    entity: "Entity",
    patient: "Patient",
    encounter: "Encounter",
    based_on: "Based on",
    description: "Description",
    lifecycle: "Lifecycle",
    security_label: "Security label",
    query: "Query",
    recorded: "Recorded by the sender",
    received: "Received here",
    late: |span| format!("received {span} after it was recorded"),
    early: |span| format!("recorded {span} after it was received: the sender's clock is ahead"),
    source: "Source",
    site: "Site",
    observer: "Recorded by",
    sender: "Sent by",
    purpose: "Purpose",
    outcome: "Outcome",
    outcome_detail: "In words",
    severity: "Severity",
    original: "As it was received",
    no_original: "It is not shown here: it is too large, or it may name others than you.",
    show_original: "Show it",
    original_note: "Byte for byte what the sender sent, shown as text. The proof is of these \
                    bytes.",
    download_original: "Download the bytes",
    in_releases: "In each release of FHIR",
    in_releases_note: "Converted from what was received; nothing is lost, and nothing is added but \
                       what a release demands.",
    not_in_release: "This event cannot be shown in this release:",
    neighbours: "Around this event",
    neighbours_note: "Events recorded within 15 minutes of it.",
    same_user: "By the same user",
    same_patient: "About the same patient",
    same_request: "In the same request",
    none_near: "None.",
    more_near: "There are more; these are the nearest.",
    record: "Record",
    id: "Id",
    position: "Position in the log",
};

const PROOF: Proof = Proof {
    title: "Proof",
    witnessed: "Witnessed",
    witnessed_shows: "The log holds exactly this event, and independent witnesses saw the log with \
                      it inside: nobody can have changed it since, not even who runs this server.",
    self_signed: "Self-signed only",
    self_signed_shows: "The log holds exactly this event, but only the log's own key says so: who \
                        holds that key and the disk could have made another log.",
    failed: "Failed",
    failed_shows: "This event and its receipt do not fit together: they prove nothing. Keep both, \
                   and tell whoever runs this server.",
    unchecked: "Nothing was checked",
    unchecked_shows: "The keys or the policy that you entered cannot be used. This says nothing \
                      about the event or the log: compare what you entered with what you were \
                      given, and check again.",
    not_signed: "Not signed",
    not_signed_shows: "This log has no key, so nothing about this event can be proven.",
    leaf_only: "Of your own events, only their place in the log is proven here: the whole receipt \
                would need the event as it was received, which may name others.",
    never_shows: "A proof does not show that what the event says is true, nor that every event was \
                  sent.",
    server_says: "The server says",
    browser_says: "Your browser says",
    check: "Check it yourself, in this browser",
    check_button: "Check now",
    policy: "Whom you trust",
    policy_hint: "The policy as this server knows it. Trust one that you got from your auditor or \
                  from whoever runs the log instead: put it here.",
    without_script: "Without JavaScript nothing is checked here: download the bundle and check it \
                     with kiln verify, or on the verification page.",
    check_yourself: "Verification page",
    size: "Records that the checkpoint covers",
    root: "Root of the tree",
    witness: "Witness",
    seen: "Cosigned",
    receipt: "Download the receipt",
    bundle: "Download the evidence bundle",
    bundle_note: "The event as it was received, its receipt, and the policy to check it by: all \
                  that is needed to check it without this server.",
};

const PROBLEM: Problem = Problem {
    title: |status| match status {
        400 => "This cannot be asked so",
        401 => "Please sign in",
        403 => "You may not see this",
        404 => "Not found",
        410 => "No longer there",
        413 | 414 | 431 => "Too large",
        429 => "Too many requests",
        501 => "Not available here",
        503 => "Busy",
        500.. => "Something went wrong here",
        _ => "This did not work",
    },
    to_do: |status| match status {
        400 => "Change the search, or begin again from the timeline.",
        401 => "Sign in, then open the page again.",
        403 => "Ask whoever runs this log for the role that you need. That you asked is recorded.",
        404 => {
            "Check the address. A link to a search ends some time after it was made: search again."
        }
        410 => "It was erased, or its time was over. The log still shows that it was there.",
        413 | 414 | 431 => "Ask for less at once: a shorter search, or a shorter span of time.",
        429 => "Wait a minute, then try again.",
        501 => "This server is not set up for it. Whoever runs it can change that.",
        503 => "Try again in a moment. Nothing was lost.",
        500.. => "Try again. If it stays so, tell whoever runs this server the request below.",
        _ => "Go back, and try it another way.",
    },
    says: "The server says",
    request: "Request",
    sign_in: "Sign in",
    home: "To the timeline",
};
