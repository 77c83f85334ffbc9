//! German.
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

    not_stated: "nicht angegeben",
    something: "etwas (nicht angegeben, was)",
    somebody: "Jemand (nicht angegeben, wer)",
    success: "erfolgreich",
    minor_failure: "leichter Fehler",
    serious_failure: "schwerer Fehler",
    major_failure: "sehr schwerer Fehler",
    outcome_not_stated: "Ergebnis nicht angegeben",
    emergency: "Notfall",
    of_patient: " von ",
    and_others: |count| match count {
        1 => " und 1 weiteres".to_owned(),
        count => format!(" und {count} weitere"),
    },
    act_done,
    act_failed,

    span,
    just_now: "gerade eben",
    ago: |count, unit| format!("vor {}", span(count, unit)),
    ahead: |count, unit| format!("in {}", span(count, unit)),
    weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    weekdays_short: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    day: |weekday, day, month, year| format!("{weekday}, {day}. {month} {year}"),
    number: |number| super::grouped(number, '.'),
    kind,
};

fn act_done(act: Act) -> &'static str {
    match act {
        Act::Read => "{who} hat {what}[ von {from} aus] gelesen",
        Act::ReadVersion => "{who} hat eine Version von {what}[ von {from} aus] gelesen",
        Act::History => "{who} hat die Versionen von {what}[ von {from} aus] angesehen",
        Act::Search => "{who} hat[ von {from} aus] gesucht[: {what}]",
        Act::Create => "{who} hat {what}[ von {from} aus] angelegt",
        Act::Update => "{who} hat {what}[ von {from} aus] geändert",
        Act::Delete => "{who} hat {what}[ von {from} aus] gelöscht",
        Act::Export => "{who} hat {what}[ von {from} aus] exportiert",
        Act::Import => "{who} hat {what}[ von {from} aus] importiert",
        Act::Disclose => "{who} hat {what}[ von {from} aus] offengelegt",
        Act::Transfer => "{who} hat {what}[ von {from} aus] übertragen",
        Act::SignIn => "{who} hat sich[ von {from} aus] angemeldet",
        Act::SignOut => "{who} hat sich[ von {from} aus] abgemeldet",
        Act::Start => "{who} wurde[ an {from}] gestartet",
        Act::Stop => "{who} wurde[ an {from}] beendet",
        Act::BreakGlass => "{who} hat den Notfallzugriff[ auf {what}][ von {from} aus] geöffnet",
        Act::UseLog => "{who} hat das Protokoll[ von {from} aus] angesehen[: {what}]",
        Act::Other => "{who} hat[ von {from} aus] „{code}“ ausgeführt[: {what}]",
    }
}

fn act_failed(act: Act) -> &'static str {
    match act {
        Act::Read => "{who} hat versucht, {what}[ von {from} aus] zu lesen",
        Act::ReadVersion => "{who} hat versucht, eine Version von {what}[ von {from} aus] zu lesen",
        Act::History => "{who} hat versucht, die Versionen von {what}[ von {from} aus] anzusehen",
        Act::Search => "{who} hat versucht,[ von {from} aus] zu suchen[: {what}]",
        Act::Create => "{who} hat versucht, {what}[ von {from} aus] anzulegen",
        Act::Update => "{who} hat versucht, {what}[ von {from} aus] zu ändern",
        Act::Delete => "{who} hat versucht, {what}[ von {from} aus] zu löschen",
        Act::Export => "{who} hat versucht, {what}[ von {from} aus] zu exportieren",
        Act::Import => "{who} hat versucht, {what}[ von {from} aus] zu importieren",
        Act::Disclose => "{who} hat versucht, {what}[ von {from} aus] offenzulegen",
        Act::Transfer => "{who} hat versucht, {what}[ von {from} aus] zu übertragen",
        Act::SignIn => "{who} hat versucht, sich[ von {from} aus] anzumelden",
        Act::SignOut => "{who} hat versucht, sich[ von {from} aus] abzumelden",
        Act::Start => "{who} sollte[ an {from}] gestartet werden",
        Act::Stop => "{who} sollte[ an {from}] beendet werden",
        Act::BreakGlass => {
            "{who} hat versucht, den Notfallzugriff[ auf {what}][ von {from} aus] zu öffnen"
        }
        Act::UseLog => "{who} hat versucht, das Protokoll[ von {from} aus] anzusehen[: {what}]",
        Act::Other => "{who} hat[ von {from} aus] „{code}“ versucht[: {what}]",
    }
}

/// In the dative, as after „vor“ and „in“.
fn span(count: u64, unit: Unit) -> String {
    let (one, many) = match unit {
        Unit::Second => ("einer Sekunde", "Sekunden"),
        Unit::Minute => ("einer Minute", "Minuten"),
        Unit::Hour => ("einer Stunde", "Stunden"),
        Unit::Day => ("einem Tag", "Tagen"),
        Unit::Month => ("einem Monat", "Monaten"),
        Unit::Year => ("einem Jahr", "Jahren"),
    };
    if count == 1 { one.to_owned() } else { format!("{count} {many}") }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Agent => "Wer",
        Kind::Patient => "Patient",
        Kind::Date => "Wann",
        Kind::Action => "Aktion",
        Kind::Outcome => "Ergebnis",
        Kind::Type => "Art",
        Kind::Purpose => "Zweck",
        Kind::Address => "Von Adresse",
        Kind::Entity => "Datensatz",
        Kind::Source => "Quelle",
        Kind::Site => "Organisation",
        Kind::Id => "Ereignis",
        Kind::Text => "Text",
    }
}

const LAYOUT: Layout = Layout {
    skip: "Zum Inhalt",
    pages: "Seiten",
    timeline: "Zeitleiste",
    review: "Prüfung",
    reports: "Berichte",
    evidence: "Nachweis",
    operations: "Betrieb",
    demo: "Demo: Alle Ereignisse hier sind erzeugt. Nichts ist echt, und nichts wird aufbewahrt.",
    times: "Zeiten sind die von",
    signed_in_as: "Angemeldet als",
    sign_out: "Abmelden",
    open: "Offen auf diesem Rechner: Niemand ist angemeldet",
    never_sent: "Kein Protokoll kann zeigen, was ihm nie gesendet wurde.",
};

const EVENT: Event = Event {
    title: "Ereignis",
    contents: "Auf dieser Seite",
    who: "Wer",
    what: "Was",
    when: "Wann",
    r#where: "Wo",
    why: "Warum",
    agent: "Beteiligte",
    name: "Name",
    reference: "Verweis",
    identifier: "Kennung",
    alt_id: "Andere Kennung",
    role: "Rolle",
    participation: "Beteiligt als",
    requestor: "Hat es veranlasst",
    yes: "ja",
    no: "nein",
    address: "Netzadresse",
    policy: "Regelwerk",
    location: "Ort",
    media: "Medium",
    r#type: "Art",
    subtype: "Unterart",
    action: "Aktion",
    action_of: |code| match code {
        "C" => Some("anlegen"),
        "R" => Some("lesen"),
        "U" => Some("ändern"),
        "D" => Some("löschen"),
        "E" => Some("ausführen"),
        _ => None,
    },
    entity: "Gegenstand",
    patient: "Patient",
    encounter: "Fall",
    based_on: "Beruht auf",
    description: "Beschreibung",
    lifecycle: "Lebenszyklus",
    security_label: "Schutzkennzeichen",
    query: "Abfrage",
    recorded: "Vom Sender aufgezeichnet",
    received: "Hier empfangen",
    late: |span| format!("erst nach {span} empfangen"),
    early: |span| {
        format!("mit {span} Abstand nach dem Empfang aufgezeichnet: Die Uhr des Senders geht vor")
    },
    source: "Quelle",
    site: "Standort",
    observer: "Aufgezeichnet von",
    sender: "Gesendet von",
    purpose: "Zweck",
    outcome: "Ergebnis",
    outcome_detail: "In Worten",
    severity: "Schwere",
    original: "Wie empfangen",
    no_original: "Es wird hier nicht gezeigt: Es ist zu groß, oder es kann andere als Sie nennen.",
    show_original: "Zeigen",
    original_note: "Byte für Byte, was der Sender gesendet hat, als Text gezeigt. Der Nachweis \
                    gilt diesen Bytes.",
    download_original: "Die Bytes herunterladen",
    in_releases: "In jeder Ausgabe von FHIR",
    in_releases_note: "Aus dem Empfangenen umgewandelt; nichts geht verloren, und nichts kommt \
                       hinzu, als was eine Ausgabe verlangt.",
    not_in_release: "Dieses Ereignis kann in dieser Ausgabe nicht gezeigt werden:",
    neighbours: "Rund um dieses Ereignis",
    neighbours_note: "Ereignisse, die höchstens 15 Minuten davor oder danach aufgezeichnet \
                      wurden.",
    same_user: "Von derselben Person",
    same_patient: "Zum selben Patienten",
    same_request: "In derselben Anfrage",
    none_near: "Keine.",
    more_near: "Es gibt mehr; dies sind die nächsten.",
    record: "Eintrag",
    id: "Kennung",
    position: "Stelle im Protokoll",
};

const PROOF: Proof = Proof {
    title: "Nachweis",
    witnessed: "Bezeugt",
    witnessed_shows: "Das Protokoll enthält genau dieses Ereignis, und unabhängige Zeugen haben \
                      das Protokoll mit ihm gesehen: Niemand kann es seither geändert haben, auch \
                      nicht, wer diesen Server betreibt.",
    self_signed: "Nur selbst unterschrieben",
    self_signed_shows: "Das Protokoll enthält genau dieses Ereignis, doch das sagt nur sein \
                        eigener Schlüssel: Wer ihn und die Platte hat, könnte ein anderes \
                        gemacht haben.",
    failed: "Fehlgeschlagen",
    failed_shows: "Dieses Ereignis und sein Beleg passen nicht zusammen: Sie weisen nichts nach. \
                   Heben Sie beide auf, und sagen Sie es dem Betreiber dieses Servers.",
    unchecked: "Nichts wurde geprüft",
    unchecked_shows: "Die eingetragenen Schlüssel oder Regeln lassen sich nicht verwenden. Das \
                      sagt nichts über das Ereignis oder das Protokoll: Vergleichen Sie das \
                      Eingetragene mit dem, was Sie bekommen haben, und prüfen Sie erneut.",
    not_signed: "Nicht unterschrieben",
    not_signed_shows: "Dieses Protokoll hat keinen Schlüssel, darum lässt sich zu diesem Ereignis \
                       nichts nachweisen.",
    leaf_only: "Von Ihren eigenen Ereignissen wird hier nur ihr Platz im Protokoll nachgewiesen: \
                Der ganze Beleg braucht das Ereignis, wie es empfangen wurde, und das kann \
                andere nennen.",
    never_shows: "Ein Nachweis zeigt nicht, dass stimmt, was das Ereignis sagt, und auch nicht, \
                  dass jedes Ereignis gesendet wurde.",
    server_says: "Der Server sagt",
    browser_says: "Ihr Browser sagt",
    check: "Selbst prüfen, in diesem Browser",
    check_button: "Jetzt prüfen",
    policy: "Wem Sie trauen",
    policy_hint: "Die Regeln, wie dieser Server sie kennt. Trauen Sie lieber denen, die Sie von \
                  Ihrer Revision oder vom Betreiber des Protokolls haben: Setzen Sie sie hier ein.",
    without_script: "Ohne JavaScript wird hier nichts geprüft: Laden Sie das Paket herunter, und \
                     prüfen Sie es mit kiln verify oder auf der Prüfseite.",
    check_yourself: "Prüfseite",
    size: "Einträge unter dem Kontrollpunkt",
    root: "Wurzel des Baums",
    witness: "Zeuge",
    seen: "Mitunterschrieben",
    receipt: "Den Beleg herunterladen",
    bundle: "Das Beweispaket herunterladen",
    bundle_note: "Das Ereignis, wie es empfangen wurde, sein Beleg und die Regeln, nach denen er \
                  geprüft wird: alles, was eine Prüfung ohne diesen Server braucht.",
};

const PROBLEM: Problem = Problem {
    title: |status| match status {
        400 => "So kann das nicht gefragt werden",
        401 => "Bitte melden Sie sich an",
        403 => "Das dürfen Sie nicht sehen",
        404 => "Nicht gefunden",
        410 => "Nicht mehr da",
        413 | 414 | 431 => "Zu groß",
        429 => "Zu viele Anfragen",
        501 => "Hier nicht verfügbar",
        503 => "Ausgelastet",
        500.. => "Hier ist etwas schiefgegangen",
        _ => "Das ging nicht",
    },
    to_do: |status| match status {
        400 => "Ändern Sie die Suche, oder beginnen Sie neu bei der Zeitleiste.",
        401 => "Melden Sie sich an, und öffnen Sie die Seite noch einmal.",
        403 => {
            "Bitten Sie den Betreiber dieses Protokolls um die nötige Rolle. Dass Sie gefragt \
             haben, ist aufgezeichnet."
        }
        404 => {
            "Prüfen Sie die Adresse. Ein Verweis auf eine Suche gilt nur einige Zeit: Suchen Sie \
             noch einmal."
        }
        410 => {
            "Es wurde gelöscht, oder seine Zeit war um. Das Protokoll zeigt weiterhin, dass es da \
             war."
        }
        413 | 414 | 431 => {
            "Fragen Sie nach weniger auf einmal: eine kürzere Suche, eine kürzere Zeitspanne."
        }
        429 => "Warten Sie eine Minute, und versuchen Sie es noch einmal.",
        501 => "Dieser Server ist dafür nicht eingerichtet. Sein Betreiber kann das ändern.",
        503 => "Versuchen Sie es gleich noch einmal. Nichts ging verloren.",
        500.. => {
            "Versuchen Sie es noch einmal. Bleibt es so, nennen Sie dem Betreiber dieses Servers \
             die Anfrage unten."
        }
        _ => "Gehen Sie zurück, und versuchen Sie es anders.",
    },
    says: "Der Server sagt",
    request: "Anfrage",
    sign_in: "Anmelden",
    home: "Zur Zeitleiste",
};
