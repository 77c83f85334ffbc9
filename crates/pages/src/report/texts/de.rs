//! German.
use super::{Access, Brief, Columns, Disclosure, Form, Front, Texts, Watchers, Words, count};
use crate::report::told::{Deed, Ending};

pub(super) static TEXTS: Texts = Texts {
    access_title: "Wer Ihre Akte angesehen hat: Zugriffsbericht",
    disclosure_title: "Auskunft über Offenlegungen",
    access_intro: "Dieser Bericht nennt, wer auf Daten der unten genannten Person zugegriffen hat, \
        so wie es die Systeme festgehalten haben, die ihre Protokolle an dieses Archiv senden.",
    disclosure_intro: "Diese Auskunft nennt Offenlegungen von Daten der unten genannten Person \
        (45 CFR 164.528). Offenlegungen für Behandlung, Abrechnung und Betrieb sowie an die Person \
        selbst sind nicht aufgeführt, wie es die Vorschrift erlaubt.",
    front: FRONT,
    brief: Brief {
        heading: "Das Wichtigste",
        nothing: "In diesem Zeitraum ist kein Zugriff festgehalten.",
        counts: |accesses, people, organisations| {
            format!(
                "{} durch {} aus {}.",
                count(accesses as u64, "Zugriff", "Zugriffe"),
                count(people as u64, "Person oder System", "Personen oder Systeme"),
                count(organisations as u64, "Einrichtung", "Einrichtungen"),
            )
        },
        urgent: "Notfallzugriffe und gescheiterte Versuche",
        emergencies: |number| {
            format!("{} im Notfall.", count(number as u64, "Zugriff", "Zugriffe"))
        },
        failures: |number| count(number as u64, "gescheiterter Versuch.", "gescheiterte Versuche."),
        no_urgent: "In diesem Zeitraum ist kein Notfallzugriff und kein gescheiterter Versuch \
            festgehalten.",
    },
    columns: COLUMNS,
    access: Access {
        summary: "Wer Zugriff hatte",
        summary_caption: "Nach Einrichtung und Person",
        each: "Jeder einzelne Zugriff",
        each_caption: "Neueste zuerst",
        by: |name| format!("Nach der Zählung von {name}"),
        surely: "Nach dem, was sicher zu Ihnen gehört",
    },
    disclosure: Disclosure {
        heading: "Offenlegungen",
        caption: "Neueste zuerst",
        nothing: "In diesem Zeitraum ist keine Offenlegung festgehalten, die anzugeben ist.",
        exempt: |number| {
            let events = count(number, "Offenlegung", "Offenlegungen");
            format!("{events} für Behandlung, Abrechnung, Betrieb oder an Sie selbst ausgelassen.")
        },
        failed: |number| {
            let attempts = count(number, "Versuch", "Versuche");
            format!("{attempts} gescheitert; offengelegt wurde dabei nichts.")
        },
    },
    watchers: Watchers {
        heading: "Wer Ihr Protokoll angesehen hat",
        caption: "Neueste zuerst",
        intro: "Auch wer dieses Protokoll ansieht, wird festgehalten. Aufgeführt ist, wer unter \
            Ihrer Nummer nach Ihren Einträgen gefragt, einen Bericht über Sie erhalten oder einen \
            Ihrer Einträge geöffnet hat. Eine Suche nach etwas anderem, die zufällig einen Ihrer \
            Einträge zeigte, ist mit ihrer Frage festgehalten und steht nicht hier.",
        nobody: "In diesem Zeitraum hat niemand nach Ihrem Protokoll gefragt.",
    },
    words: Words {
        not_stated: "nicht angegeben",
        themselves: "die Person selbst",
        another_patient: "eine andere Person",
        shared: "nicht gezeigt: es betrifft auch andere",
        emergency: "Notfall",
        yes: "ja",
        no: "nein",
        deed,
        ending,
        purpose,
        category,
    },
    form: Form {
        title: "Berichte",
        patient: "Kennung der Patientin oder des Patienten",
        patient_hint: "Bei Patient/4711: 4711. Kein Name: Suchen Sie den Namen in der \
            Zeitleiste und öffnen Sie ein Ereignis, darin steht die Kennung. Was wie \
            system|value aussieht, gehört in das Feld darunter.",
        id_rule: "1 bis 64 Buchstaben (a–z), Ziffern, -, . und _ ohne Leerzeichen: eine Kennung, \
            kein Name",
        identifiers: "Weitere Kennungen derselben Person",
        identifiers_hint: "Eine je Zeile: system|value, Patient/id oder die Adresse eines Patient. \
            Nur, was sicher dieselbe Person ist: Der Bericht zeigt alles davon.",
        kind: "Bericht",
        start: "Erster Tag",
        end: "Letzter Tag",
        language: "Sprache",
        output: "Als",
        html: "Seite",
        ask: "Bericht erstellen",
        recorded: "Jeder Bericht wird festgehalten, mit dem, der ihn angefordert hat.",
    },
    page: |page, pages| format!("Seite {page} von {pages}"),
};

const FRONT: Front = Front {
    person: "Person",
    period: "Zeitraum",
    whole: "alles, was das Protokoll enthält",
    from: |start| format!("ab {start}"),
    until: |end| format!("bis {end}"),
    span: |start, end| format!("von {start} bis {end}"),
    made: "Erstellt",
    staff: "Personal wird genannt mit",
    staff_by: ["Namen", "Rolle", "Einrichtung allein"],
    heading: "Was dieser Bericht zeigen kann und was nicht",
    never_sent: "Ereignisse, die nie an dieses Protokoll gesendet wurden, können hier nicht \
        stehen. Die Tabelle nennt die Systeme, die gesendet haben, und seit wann: Was in einem \
        anderen System oder vorher geschah, steht nicht in diesem Bericht.",
    senders: "Systeme, die an dieses Protokoll senden",
    no_senders: "Noch kein System hat ein Ereignis an dieses Protokoll gesendet.",
    more_senders: "Es gibt mehr Systeme, als diese Tabelle nennt.",
    gaps: "Tage ohne jedes Ereignis",
    no_gaps: "keine im Zeitraum",
    gap: |start, end| format!("{start} bis {end}"),
    rejects: "Abgewiesen",
    rejected: |number| {
        let events = count(number, "Nachricht", "Nachrichten");
        format!("{events} nicht als Protokolleintrag lesbar und nicht in diesem Bericht")
    },
    no_shelf: "Abgewiesenes wird in diesem Protokoll nicht aufbewahrt",
    erasures: "Gelöscht",
    erased: |number| match number {
        0 => "nichts: dieses Protokoll kann nicht löschen".to_owned(),
        _ => format!("{} nach Fristablauf", count(number, "Eintrag", "Einträge")),
    },
    restores: "Aus einer Kopie wiederhergestellt",
    restored: |lost| format!("einmal, dabei {} verloren", count(lost, "Eintrag", "Einträge")),
    crashes: "Ungeplante Unterbrechungen",
    crashed: |number| format!("{number}; was davor bestätigt war, blieb erhalten"),
    none: "nie",
    unknown: "Diese Kennung ist hier nicht bekannt: Kein Ereignis, das diesem Bericht \
        offensteht, nennt sie, zu keiner Zeit. Das sagt nicht, ob jemand die Akte angesehen \
        hat. Die Kennung kann vertippt sein oder aus einem anderen System stammen: Bitte \
        prüfen, bevor Sie sich auf diesen Bericht verlassen oder ihn weitergeben.",
    partial: "Wer diesen Bericht angefordert hat, darf nur einen Teil der Einträge sehen: Es kann \
        mehr geben, als hier steht.",
    mixed: |name, number| {
        format!(
            "{name} wird von {number} Systemen verwendet, jedes mit eigener Zählung: Es können \
             verschiedene Menschen gemeint sein. Ihre Einträge stehen unten getrennt, jeweils beim \
             System, das sie festgehalten hat; wer diesen Bericht prüft, muss sagen, welche Ihre \
             sind."
        )
    },
    elsewhere: |base, number| {
        let events = count(number, "Eintrag nennt", "Einträge nennen");
        format!(
            "{events} dieselbe Nummer bei {base}. Das kann jemand anderes sein und ist \
             ausgelassen. Ist es dieselbe Person, so fragen Sie noch einmal mit dieser Adresse als \
             Kennung."
        )
    },
    proof: "Wie weit sich das beweisen lässt",
    log: |origin, size| {
        format!("Erstellt aus dem Protokoll {origin} mit {}.", count(size, "Eintrag", "Einträgen"))
    },
    witnessed: "Unabhängige Zeugen haben den unten stehenden Stand des Protokolls unterschrieben. \
        Niemand, auch nicht der Betreiber, kann davor etwas geändert oder entfernt haben, ohne \
        dass es auffällt.",
    self_signed: "Nur der Betreiber hat den unten stehenden Stand des Protokolls unterschrieben. \
        Wer diesen Prüfpunkt aufbewahrt, kann jede spätere Änderung erkennen; ein unabhängiger \
        Zeuge hat nicht unterschrieben.",
    shows: "Der Beweis umfasst, dass alles Empfangene unverändert und vollständig aufbewahrt ist. \
        Er umfasst nicht, dass das Gesendete wahr ist, und nicht, dass alles gesendet wurde.",
    unsigned: "Dieses Protokoll ist nicht unterschrieben: Nichts aus diesem Bericht lässt sich \
        beweisen.",
    checkpoint: "Prüfpunkt des Protokolls, zum Vergleich mit einem, den jemand anderes aufbewahrt",
};

const COLUMNS: Columns = Columns {
    when: "Wann",
    received: "Empfangen",
    organisation: "Einrichtung",
    who: "Wer",
    role: "Rolle",
    what: "Was",
    data: "Daten",
    purpose: "Wozu",
    origin: "Festgehalten von",
    outcome: "Ergebnis",
    emergency: "Notfall",
    number: "Anzahl",
    first: "Zuerst",
    last: "Zuletzt",
    date: "Datum",
    recipient: "Empfänger",
    address: "Adresse",
    record: "Eintrag",
    named: "Benannt durch",
    since: "Sendet seit",
    latest: "Zuletzt gesendet",
    sender: "System",
    events: "Ereignisse",
};

fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Created => "angelegt",
        Deed::Read => "gelesen",
        Deed::Changed => "geändert",
        Deed::Deleted => "gelöscht",
        Deed::Executed => "benutzt",
        Deed::Searched => "gesucht",
        Deed::Exported => "weitergegeben",
        Deed::NotStated => "nicht angegeben",
    }
}

fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Success => "erfolgreich",
        Ending::MinorFailure => "teilweise gescheitert",
        Ending::Failure => "gescheitert",
        Ending::NotStated => "nicht angegeben",
    }
}

fn purpose(code: &str) -> Option<&'static str> {
    Some(match code {
        "TREAT" => "Behandlung",
        "ETREAT" => "Notfallbehandlung",
        "BTG" => "Notfallübersteuerung (break the glass)",
        "CAREMGT" => "Versorgungsplanung",
        "CLINTRL" => "klinische Studie",
        "PATRQT" => "auf Wunsch der Person",
        "FAMRQT" => "auf Wunsch der Familie",
        "PWATRNY" => "Vollmacht",
        "SUPNWK" => "Unterstützungsnetz",
        "PUBHLTH" => "öffentliche Gesundheit",
        "DISASTER" => "Katastrophe",
        "THREAT" => "Bedrohung",
        "HPAYMT" => "Abrechnung",
        "CLMATTCH" => "Anlage zu einer Forderung",
        "COVAUTH" => "Kostenübernahme",
        "COVERAGE" => "Versicherungsschutz",
        "ELIGDTRM" => "Feststellung der Anspruchsberechtigung",
        "ELIGVER" => "Prüfung der Anspruchsberechtigung",
        "REMITADV" => "Zahlungsmitteilung",
        "HOPERAT" => "Betrieb",
        "HACCRED" => "Akkreditierung",
        "HCOMPL" => "Einhaltung von Vorschriften",
        "HQUALIMP" => "Qualitätsverbesserung",
        "RECORDMGT" => "Aktenführung",
        "SYSDEV" => "Systementwicklung",
        "HSYSADMIN" => "Systemverwaltung",
        "HDIRECT" => "Verzeichnis",
        "HMARKT" => "Werbung",
        "HRESCH" => "Forschung",
        "HLEGAL" => "Rechtliches",
        "NORM" => "normaler Zugriff",
        "EMER" => "Notfallzugriff",
        "AUTO" => "automatischer Zugriff",
        "DICOM_AUTO" => "automatischer Zugriff auf Bilder",
        _ => return None,
    })
}

fn category(name: &str) -> Option<&'static str> {
    Some(match name {
        "Patient" => "Patientenakte",
        "DicomInstances" => "Bilder",
        "AllergyIntolerance" => "Allergien",
        "Appointment" => "Termine",
        "AuditEvent" => "Zugriffsprotokoll",
        "Binary" => "Dateien",
        "CarePlan" => "Behandlungspläne",
        "Claim" => "Forderungen",
        "Composition" => "klinische Dokumente",
        "Condition" => "Probleme und Diagnosen",
        "Consent" => "Einwilligungen",
        "Coverage" => "Versicherungsschutz",
        "DiagnosticReport" => "Befundberichte",
        "DocumentReference" | "DocumentManifest" => "Dokumente",
        "Encounter" => "Besuche und Aufenthalte",
        "ExplanationOfBenefit" => "Leistungen",
        "FamilyMemberHistory" => "Familienanamnese",
        "Goal" => "Ziele",
        "DicomStudy" | "ImagingStudy" | "ImagingSelection" => "Bildgebung",
        "Immunization" => "Impfungen",
        "Media" => "Bilder und Aufnahmen",
        "MedicationAdministration" => "verabreichte Medikamente",
        "MedicationDispense" => "abgegebene Medikamente",
        "MedicationRequest" | "MedicationOrder" => "Verordnungen",
        "MedicationStatement" => "eingenommene Medikamente",
        "Observation" => "Messwerte und Laborwerte",
        "Procedure" => "Eingriffe und Maßnahmen",
        "QuestionnaireResponse" => "Antworten auf Fragebögen",
        "RelatedPerson" => "Angehörige",
        "ServiceRequest" | "ProcedureRequest" => "Aufträge",
        "Specimen" => "Proben",
        "Task" => "Aufgaben",
        _ => return None,
    })
}
