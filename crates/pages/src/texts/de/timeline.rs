//! German, of the timeline.
use crate::{texts::Timeline, timeline::About};

pub(super) const TIMELINE: Timeline = Timeline {
    search: "Im Protokoll suchen",
    hint: "Zum Beispiel: dr chen patient 123 letzte woche fehlgeschlagen",
    button: "Suchen",
    understood: "Verstanden als",
    as_text: "nicht verstanden, als Text gesucht",
    remove: |chip| format!("{chip} entfernen"),
    everything: "Alles zeigen",
    found: |count| {
        if count == "1" { "1 Ereignis".to_owned() } else { format!("{count} Ereignisse") }
    },
    found_at_least: |count| format!("mehr als {count} Ereignisse"),
    events: "Ereignisse, neueste zuerst",
    narrow: "Eingrenzen",
    about: |about| match about {
        About::Action => "Aktion",
        About::Outcome => "Ergebnis",
        About::Type => "Art",
        About::Agent => "Wer",
        About::Organisation => "Organisation",
        About::Source => "Quelle",
        About::Purpose => "Zweck",
    },
    sampled: "nur in einer Stichprobe der Ereignisse gezählt",
    found_values: |found| {
        let cut = found.cut.map(|(shown, known)| format!("Die {shown} häufigsten von {known}"));
        let looked = found
            .looked
            .map(|looked| format!("aus {looked} durchgesehenen Ereignissen; es kann mehr geben."));
        match (cut, looked) {
            (Some(cut), Some(looked)) => format!("{cut} {looked}"),
            (Some(cut), None) => format!("{cut}."),
            (None, looked) => looked.map_or_else(String::new, |looked| format!("Die {looked}")),
        }
    },
    covering: "Jedes Ereignis hat mindestens eines davon.",
    all_values: |about| format!("{about}: alle zeigen"),
    fewer_values: |about| format!("{about}: nur die häufigsten zeigen"),
    older: "Ältere Ereignisse",
    newest: "Neueste Ereignisse",
    newer: "Neue Ereignisse zeigen",
    more_came: "Auf einmal kamen mehr, als diese Seite anfügt; nicht auf ihr stehen:",
    all_came: "Alles zeigen, was seit ihrem Laden kam",
    only_came: "Nur, was kam, nachdem eine Seite dieser Suche geladen war.",
    whole_search: "Die ganze Suche zeigen",
    live_ended: "Diese Seite folgt dem Protokoll nicht mehr.",
    purpose: "Zweck",
    reason: "Grund",
    recorded: "aufgezeichnet",
    received: "empfangen",
    nothing: "Nichts gefunden",
    widen: "Kein Ereignis passt auf alles zugleich. So wird die Suche weiter:",
    widen_without: |chip| format!("{chip} weglassen"),
    widen_otherwise: |line| format!("stattdessen „{line}“ suchen"),
    widen_date: "eine längere Zeitspanne: „letzte 90 Tage“, „2025“, oder gar kein Datum",
    widen_spelling: "weniger von einem Namen: Auch ein Teil davon wird gefunden",
    widen_never_sent: "Was diesem Protokoll nie gesendet wurde, ist darin nicht zu finden. Welche \
                       Sender es speisen, und seit wann, steht unter Betrieb.",
    from: "Von",
    to: "Bis",
    range: "Zeitspanne",
    range_button: "Anwenden",
};
