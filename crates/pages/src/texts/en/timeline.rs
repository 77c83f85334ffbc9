//! English, of the timeline.
use crate::{texts::Timeline, timeline::About};

pub(super) const TIMELINE: Timeline = Timeline {
    search: "Search the log",
    hint: "For example: dr chen patient 123 last week failed",
    button: "Search",
    understood: "Understood as",
    as_text: "not understood, searched as text",
    remove: |chip| format!("Remove {chip}"),
    everything: "Show everything",
    found: |count| if count == "1" { "1 event".to_owned() } else { format!("{count} events") },
    found_at_least: |count| format!("more than {count} events"),
    events: "Events, newest first",
    narrow: "Narrow",
    about: |about| match about {
        About::Action => "Action",
        About::Outcome => "Outcome",
        About::Type => "Type",
        About::Agent => "Who",
        About::Organisation => "Organisation",
        About::Source => "Source",
        About::Purpose => "Purpose",
    },
    sampled: "counted in a sample of the events alone",
    found_values: |found| {
        let cut = found.cut.map(|(shown, known)| format!("The {shown} most frequent of {known}"));
        let looked =
            found.looked.map(|looked| format!("found in {looked} events; there may be more."));
        match (cut, looked) {
            (Some(cut), Some(looked)) => format!("{cut} {looked}"),
            (Some(cut), None) => format!("{cut}."),
            (None, looked) => looked.map_or_else(String::new, |looked| format!("Those {looked}")),
        }
    },
    covering: "Every event has at least one of these.",
    all_values: |about| format!("{about}: show all"),
    fewer_values: |about| format!("{about}: show the most frequent"),
    older: "Older events",
    newest: "Newest events",
    newer: "Show new events",
    more_came: "More came at once than this page adds, and are not on it:",
    all_came: "Show all that came since it was loaded",
    only_came: "Only what came after a page of this search was loaded.",
    whole_search: "Show the whole search",
    live_ended: "This page no longer follows the log.",
    purpose: "purpose",
    reason: "reason",
    recorded: "recorded",
    received: "received",
    nothing: "Nothing found",
    widen: "No event matches all of this at once. To widen the search:",
    widen_without: |chip| format!("leave out {chip}"),
    widen_otherwise: |line| format!("search for “{line}” instead"),
    widen_date: "take a longer span of time: “last 90 days”, “2025”, or no date at all",
    widen_spelling: "write less of a name: a part of it is found, too",
    widen_never_sent: "Events that were never sent to this log cannot be found in it. Operations \
                       shows which senders feed it, and since when.",
    from: "From",
    to: "To",
    range: "Span of time",
    range_button: "Apply",
};
