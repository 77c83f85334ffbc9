//! German, for those who watch over the log.
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
    title: "Was diese Person getan hat",
    heading: |who| format!("Was {who} getan hat"),
    ask: "Was diese Person getan hat",
    summary: "Kurz gefasst",
    events: "Ereignisse",
    failed: "Fehlgeschlagen",
    first: "Erstes",
    last: "Letztes",
    patients: "Verschiedene Patienten je Tag",
    patients_says: |most, day, median| {
        format!(
            "Höchstens {most} verschiedene Patienten an einem Tag, am {day}; üblich sind {median}."
        )
    },
    day: "Tag",
    distinct: "Patienten",
    when: "Wann, nach Wochentag und Stunde",
    when_note: "Die Stunden sind die der Zeitzone, die alle Zeiten auf diesen Seiten haben.",
    sampled: |count| format!("Patienten sind unter den neuesten {count} Ereignissen gezählt."),
    newest: "Neueste Ereignisse",
    all: "Alle auf der Zeitleiste",
    nothing: "Von dieser Person wurde kein Ereignis gefunden. Suchen Sie auf der Zeitleiste nach \
              einer anderen Schreibweise: nach dem Namen, dem Konto oder der Referenz \
              (Practitioner/…), die Absender verwenden.",
    not_one: "Diese Suche gilt nicht einer Person: suchen Sie eine (Benutzer Chen) und öffnen Sie \
              dann diese Seite.",
};

const REVIEW: Review = Review {
    title: "Prüfung",
    about: "Notfallzugriffe, fehlgeschlagene Zugriffe und fehlgeschlagene Anmeldungen. Alles davon \
            muss jemand ansehen und das sagen. Ein Vermerk lässt sich nicht zurücknehmen: er ist \
            ein Eintrag im Protokoll derer, die nachsehen.",
    show: "Anzeigen",
    show_of: |show| match show {
        Show::Open => "Nicht angesehen",
        Show::Done => "Angesehen",
        Show::All => "Alle",
    },
    why_of: |why| match why {
        Why::BreakTheGlass => "Notfallzugriff",
        Why::Failed => "fehlgeschlagen",
        Why::SignIn => "fehlgeschlagene Anmeldung",
    },
    looked_at: |done, all| format!("{done} von {all} wurden angesehen."),
    more: "Es gibt mehr: dies sind die neuesten. Ältere finden Sie auf der Zeitleiste.",
    none_open: "Nichts wartet: jeder Notfallzugriff und jeder Fehlschlag wurde angesehen.",
    none: "Es gibt nichts zu prüfen.",
    marked_done: |who| format!("Angesehen von {who}"),
    marked_open: |who| format!("Wieder geöffnet von {who}"),
    note: "Notiz",
    note_hint: "Was gefunden wurde, und wie. Keine Kennwörter, nichts, was nicht Jahre bleiben \
                soll.",
    done: "Als angesehen vermerken",
    reopen: "Wieder öffnen",
    on_record: "Ihr Name, die Zeit und die Notiz werden festgehalten.",
    details: "Ereignis und Beweis",
};

const SAVED: Saved = Saved {
    title: "Gespeicherte Suchen",
    about: "Suchen, die Sie gespeichert haben. Auf dieser Seite hat sie sonst niemand; dass sie \
            gespeichert wurden, steht im Protokoll derer, die nachsehen.",
    none: "Sie haben noch keine Suche gespeichert. Tippen Sie unten eine, wie in der Suchzeile der \
           Zeitleiste.",
    open: |name| format!("{name} suchen"),
    forget: |name| format!("{name} vergessen"),
    open_short: "Suchen",
    forget_short: "Vergessen",
    name: "Name",
    line: "Suchzeile",
    line_hint: "Zum Beispiel: fehlgeschlagen letzte Woche",
    add: "Eine Suche speichern",
    save: "Speichern",
    saved_on: "Gespeichert",
};

const EVIDENCE: Evidence = Evidence {
    title: "Beweis",
    about: "Jeder Eintrag ist ein Blatt eines Baums aus Hashwerten. Das Protokoll unterschreibt \
            die Wurzel des Baums immer wieder; wer einen dieser Prüfpunkte aufbewahrt, kann später \
            feststellen, ob darunter etwas geändert, entfernt oder eingefügt wurde.",
    now: "Stand",
    standing: |standing| match standing {
        Standing::Witnessed => {
            "Unabhängige Zeugen haben dieses Protokoll mitunterschrieben: nicht einmal wer es \
             betreibt, kann unbemerkt umschreiben, was davon erfasst ist."
        }
        Standing::Lagging => {
            "Zeugen haben einen früheren Stand mitunterschrieben; was seither kam, trägt bis zu \
             ihrer nächsten Unterschrift nur die eigene."
        }
        Standing::SelfSigned => {
            "Nur selbst unterschrieben: dass nichts geändert wurde, sagt allein der Schlüssel \
             dieses Protokolls. Wer Schlüssel und Platte hat, könnte es umschreiben. Ein \
             unabhängiger Zeuge beendet das."
        }
        Standing::Unsigned => {
            "Dieses Protokoll ist nicht unterschrieben: hier lässt sich anderen nichts beweisen."
        }
        Standing::Alarm => {
            "Alarm: ein Zeuge kennt eine andere Geschichte dieses Protokolls, oder mehr davon, als \
             da ist. Lassen Sie die Platte, wie sie ist, und klären Sie das vor allem anderen."
        }
    },
    size: "Einträge im Protokoll",
    signed: "Vom letzten Prüfpunkt erfasst",
    origin: "Name des Protokolls",
    root: "Wurzel des Baums",
    key: "Schlüssel, der unterschreibt",
    key_note: "Vergleichen Sie ihn mit dem, den Sie anderswo bekommen haben: ein Protokoll, das \
               einen Schlüssel eigener Wahl vorzeigt, beweist nichts.",
    witnesses: "Zeugen",
    no_witnesses: "Keine sind eingerichtet. docs/evidence.md sagt, wie eine andere Stelle einer \
                   wird; es braucht ein Programm und keine Datenbank.",
    witness: "Zeuge",
    cosigned: "Zuletzt mitunterschrieben",
    witnessed_size: "Erfasste Einträge",
    never: "noch nicht",
    scrub: "Prüfung im Hintergrund",
    scrub_passed: "Zuletzt ganz gelesen und mit seinen Hashwerten verglichen",
    scrub_never: "Der erste Durchgang durch den ganzen Bestand ist noch nicht zu Ende.",
    scrub_repaired: |count| format!("{count} Kacheln wurden seit dem Start neu gemacht."),
    damaged: "Schaden wurde gefunden: sehen Sie das Protokoll des Servers an, und starten Sie kiln \
              fsck.",
    falsify: "Was es bräuchte, um es zu fälschen",
    falsify_alone: &[
        "Um einen Eintrag zu ändern, zu entfernen oder zurückzudatieren, braucht jemand die Platte \
         und den Schlüssel und muss jeden späteren Hashwert und Prüfpunkt neu berechnen.",
        "Draußen fiele es niemandem auf, der nicht eine Quittung oder einen Prüfpunkt von vorher \
         hat: jeder herausgegebene widerspricht der neuen Geschichte für immer.",
        "Ohne den Schlüssel müsste man SHA-256 oder Ed25519 brechen; von niemandem ist bekannt, \
         dass er das kann.",
    ],
    falsify_witnessed: &[
        "Um einen erfassten Eintrag zu ändern, zu entfernen oder zurückzudatieren, braucht jemand \
         die Platte, den Schlüssel und die Schlüssel so vieler Zeugen, wie die Regel verlangt, bei \
         Stellen, die nichts miteinander zu tun haben.",
        "Ein Zeuge unterschreibt nur, was alles früher Unterschriebene fortsetzt: man muss bei ihm \
         einbrechen, ihn zu bitten genügt nicht.",
        "Jede herausgegebene Quittung und jeder Prüfpunkt widerspricht der neuen Geschichte für \
         immer.",
        "Ohne die Schlüssel müsste man SHA-256 oder Ed25519 brechen; von niemandem ist bekannt, \
         dass er das kann.",
    ],
    never_sent: "Kein Protokoll kann beweisen, was ihm nie gesendet wurde. Welche Absender \
                 schweigen, steht unter Betrieb.",
    walk: "Ein Weg durch einen Beweis",
    walk_note: |index, size| {
        format!(
            "Eintrag {index} von {size}: von seinem eigenen Hashwert an kommt mit jedem Schritt \
             der eines Nachbarn hinzu, den der Beweis mitbringt, bis die Wurzel herauskommt. Wäre \
             ein Byte des Eintrags anders, käme eine andere Wurzel heraus."
        )
    },
    walk_other: "Ein anderer Eintrag",
    walk_position: "Stelle im Protokoll",
    walk_show: "Seinen Beweis zeigen",
    empty: "Das Protokoll hat noch keinen Eintrag und so keinen Baum.",
    checkpoint: "Der letzte Prüfpunkt, wie er unterschrieben ist",
    unsigned: "Dieses Protokoll ist nicht unterschrieben.",
    check: "Selbst prüfen",
    checkpoint_link: "Den Prüfpunkt herunterladen",
    verify_link: "Eine Quittung im Browser prüfen, ohne diesen Server",
};

const OPERATIONS: Operations = Operations {
    title: "Betrieb",
    about: "Wie es diesem Server geht. Nichts hier sagt, was in einem Ereignis steht.",
    fine: "Alles ist in Ordnung.",
    trouble: |trouble| match trouble {
        Trouble::Stopped => {
            "Das Protokoll steht still: ein Schreiben schlug fehl. Sehen Sie das Protokoll des \
             Servers an."
        }
        Trouble::Full => "Die Platte ist voll: nichts wird angenommen, bis Platz ist.",
        Trouble::Damaged => "Die Prüfung im Hintergrund fand Schaden: starten Sie kiln fsck.",
        Trouble::Alarm => "Ein Zeuge kennt eine andere Geschichte dieses Protokolls: siehe Beweis.",
        Trouble::AuditStopped => {
            "Wer nachsieht, kann nicht festgehalten werden: niemand darf nachsehen."
        }
        Trouble::Silent => "Ein Absender ist verstummt.",
        Trouble::Clock => "Die Uhr eines Absenders geht falsch.",
        Trouble::Rejects => "Ereignisse wurden abgewiesen und liegen auf der Ablage.",
    },
    records: "Einträge im Protokoll",
    started: "Gestartet",
    silent_count: "Stumme Absender",
    wrong_clocks: "Absender mit falscher Uhr",
    senders: "Absender",
    senders_note: "Nach der Quelle, die ihre Ereignisse nennen, der zuletzt gehörte zuerst. Stumm: \
                   seit mehr als einem Tag nichts, und länger als zehnmal so lang wie sonst. Die \
                   Uhr: die Mitte der Unterschiede zwischen dem, wann seine neuesten Ereignisse \
                   aufgezeichnet sein wollen, und dem, wann sie empfangen wurden; mehr als fünf \
                   Minuten sind markiert.",
    sender: "Absender",
    last: "Letztes Ereignis",
    day: "In 24 Stunden",
    week: "In 7 Tagen",
    clock: "Uhr",
    state: "Zustand",
    silent: "stumm",
    sends: "sendet",
    clock_wrong: "Uhr geht falsch",
    ahead: |by| format!("geht {by} vor"),
    behind: |by| format!("geht {by} nach, oder sendet spät"),
    right: "geht auf eine Minute richtig",
    unnamed: "(eine Quelle ohne Namen)",
    more_senders: "Es gibt mehr Absender, als hier stehen.",
    no_senders: "Noch nichts wurde gesendet.",
    rates: "Was hereinkommt",
    span: |span| match span {
        Span::Minute => "letzte Minute",
        Span::Hour => "letzte Stunde",
        Span::Day => "letzte 24 Stunden",
        Span::Week => "letzte 7 Tage",
    },
    received: "Ereignisse",
    per_second: "Je Sekunde",
    latencies: "Wie lange Anfragen dauern",
    latencies_note: "Seit dem Start, auf diesem Server, in Millisekunden: die Hälfte der Anfragen \
                     dauerte höchstens so lang, und 99 von 100.",
    no_latencies: "Noch keine Anfrage wurde beantwortet.",
    request: "Anfrage",
    count: "Anzahl",
    half: "Hälfte",
    most: "99 %",
    disk: "Platte",
    part: |part| match part {
        Part::Log => "das Protokoll: jedes empfangene Byte",
        Part::Index => "Indexdateien",
        Part::Memory => "Index im Speicher, noch nicht auf der Platte",
        Part::Audit => "das Protokoll derer, die nachsehen, mit seinem Index",
        Part::Shelf => "Ablage der abgewiesenen",
    },
    what: "Was",
    bytes: "Bytes",
    total: "Zusammen",
    rejects: "Abgewiesene",
    rejects_note: "Was wegen seines Inhalts abgewiesen wurde, bleibt eine Weile liegen, mit dem \
                   Grund. In keinem Bericht steht es, denn es ist kein Ereignis des Protokolls. \
                   Hier steht, welches Element falsch war, nie was darin stand; kiln rejects show \
                   17 zeigt die ganze Nachricht.",
    on_shelf: "Auf der Ablage",
    repeated: "Inzwischen noch einmal gesendet",
    lost: "Nicht behalten, oder entfernt, um Platz zu machen",
    refused_newest: |shown, count| {
        format!("Die neuesten {shown} von {count}; kiln rejects zeigt alle.")
    },
    refused_unread: "Einiges vom Abgewiesenen ließ sich nicht lesen und fehlt hier.",
    refused_number: "Nummer",
    refused_at: "Abgewiesen",
    refused_from: "Gesendet von",
    refused_as: "Gesendet als",
    refused_why: "Element und Grund",
    more_errors: |count| format!("und {count} weitere"),
    watch: "Was fehlt",
    silent_since: |it| format!("{} hat seit {} nichts gesendet ({}).", it.name, it.at, it.ago),
    more_silent: |count| match count {
        1 => "1 weiterer Absender ist verstummt.".to_owned(),
        count => format!("{count} weitere Absender sind verstummt."),
    },
    refused: |count, number| match count {
        1 => "1 Nachricht wurde abgewiesen.".to_owned(),
        _ => format!("{number} Nachrichten wurden abgewiesen."),
    },
    not_found_out: "Ob ein Absender verstummt ist, ließ sich nicht rechtzeitig feststellen.",
    to_operations: "Siehe Betrieb",
    metrics: "Alle Zahlen, für eine Überwachung",
};
