//! English.
use super::{Access, Brief, Columns, Disclosure, Form, Front, Texts, Watchers, Words, count};
use crate::report::told::{Deed, Ending};

pub(super) static TEXTS: Texts = Texts {
    access_title: "Who looked at your record: access report",
    disclosure_title: "Accounting of disclosures",
    access_intro: "This report lists who accessed data about the person named below, as the \
        systems that send their audit events to this log have recorded it.",
    disclosure_intro: "This accounting lists disclosures of data about the person named below \
        (45 CFR 164.528). Disclosures for treatment, payment and health care operations, and those \
        to the person themselves, are left out, as the rule allows.",
    front: FRONT,
    brief: Brief {
        heading: "In brief",
        nothing: "No access is recorded in this period.",
        counts: |accesses, people, organisations| {
            format!(
                "{}, by {} of {}.",
                count(accesses as u64, "access", "accesses"),
                count(people as u64, "person or system", "people or systems"),
                count(organisations as u64, "organisation", "organisations"),
            )
        },
        urgent: "Emergency access and failed attempts",
        emergencies: |number| {
            format!("{} in an emergency.", count(number as u64, "access", "accesses"))
        },
        failures: |number| format!("{} that failed.", count(number as u64, "attempt", "attempts")),
        no_urgent: "No emergency access and no failed attempt is recorded in this period.",
    },
    columns: COLUMNS,
    access: Access {
        summary: "Who had access",
        summary_caption: "By organisation and person",
        each: "Each access",
        each_caption: "Newest first",
        by: |name| format!("In the numbering of {name}"),
        surely: "By what is surely yours",
    },
    disclosure: Disclosure {
        heading: "Disclosures",
        caption: "Newest first",
        nothing: "No disclosure that has to be accounted for is recorded in this period.",
        exempt: |number| {
            let events = count(number, "disclosure", "disclosures");
            format!("{events} for treatment, payment, operations or yourself left out.")
        },
        failed: |number| {
            format!("{} failed, and disclosed nothing.", count(number, "attempt", "attempts"))
        },
    },
    watchers: Watchers {
        heading: "Who looked at your log",
        caption: "Newest first",
        intro: "This log records who looks at it, too. Listed is who asked for your events by your \
            number, who was given a report about you, and who opened one of your events. A search \
            for something else that happened to show one of your events is recorded by its \
            question, and is not listed here.",
        nobody: "Nobody has looked at your log in this period, as far as it was asked for by you.",
    },
    words: Words {
        not_stated: "not stated",
        themselves: "the person themselves",
        another_patient: "another person",
        shared: "not shown: it is about others, too",
        emergency: "emergency",
        yes: "yes",
        no: "no",
        deed,
        ending,
        purpose,
        category,
    },
    form: Form {
        title: "Reports",
        patient: "Id of the patient",
        patient_hint: "As in Patient/4711: 4711. Not a name: search for the name on the \
            timeline, and open an event of theirs to see the id. What looks like system|value \
            belongs below.",
        id_rule: "1 to 64 letters, digits, -, . and _ without blanks: an id and not a name",
        identifiers: "Other identifiers of the same person",
        identifiers_hint: "One a line: system|value, Patient/id, or the URL of a Patient. Only \
            what is surely the same person: the report shows all of it.",
        kind: "Report",
        start: "First day",
        end: "Last day",
        language: "Language",
        output: "As",
        html: "page",
        ask: "Make the report",
        recorded: "Each report that is made is recorded, with who asked for it.",
    },
    page: |page, pages| format!("Page {page} of {pages}"),
};

const FRONT: Front = Front {
    person: "Person",
    period: "Period",
    whole: "all that the log holds",
    from: |start| format!("from {start}"),
    until: |end| format!("until {end}"),
    span: |start, end| format!("from {start} until {end}"),
    made: "Made",
    staff: "Staff are named by",
    staff_by: ["name", "role", "organisation only"],
    heading: "What this report can show, and what it cannot",
    never_sent: "Events that were never sent to this log cannot appear here. The table says which \
        systems have sent events, and since when: what happened in another system, or before, is \
        not in this report.",
    senders: "Systems that feed this log",
    no_senders: "No system has sent an event to this log.",
    more_senders: "There are more systems than this table lists.",
    gaps: "Days without any event",
    no_gaps: "none in the period",
    gap: |start, end| format!("{start} until {end}"),
    rejects: "Refused",
    rejected: |number| {
        let events = count(number, "message", "messages");
        format!("{events} could not be read as an audit event, and are not in this report")
    },
    no_shelf: "what is refused is not kept in this log",
    erasures: "Erased",
    erased: |number| match number {
        0 => "nothing: this log cannot erase".to_owned(),
        _ => format!("{} by rule of retention", count(number, "event", "events")),
    },
    restores: "Restored from a copy",
    restored: |lost| format!("once, with {} lost", count(lost, "record", "records")),
    crashes: "Unplanned stops",
    crashed: |number| format!("{number}; what had been acknowledged before each of them was kept"),
    none: "never",
    unknown: "This id is not known here: no event that this report could draw on, of any time, \
        names it. That does not tell whether anybody looked at the record. The id may be \
        mistyped, or be another system's: check it before you rely on this report or hand it on.",
    partial: "Whoever asked for this report may see a part of the events only: there may be more \
        than are shown here.",
    mixed: |name, number| {
        format!(
            "{name} is used by {number} systems, each with its own numbering: they may mean \
             different people. Their events stand apart below, each under the system that \
             recorded them; whoever checks this report has to say which of them are yours."
        )
    },
    elsewhere: |base, number| {
        let events = count(number, "event names", "events name");
        format!(
            "{events} the same number at {base}, which may be somebody else, and are left \
             out. Ask again with that address as an identifier if it is the same person."
        )
    },
    proof: "How far this can be proved",
    log: |origin, size| {
        format!("Made from the log {origin} when it held {}.", count(size, "record", "records"))
    },
    witnessed: "Independent witnesses have signed the state of the log below. Nobody, the operator \
        included, can have changed or removed an event before that state without being found out.",
    self_signed: "The operator alone has signed the state of the log below. It shows any later \
        change to whoever keeps this checkpoint; no independent witness has signed it.",
    shows: "The proof covers that what was received is kept unchanged and complete. It does not \
        cover that what was sent is true, nor that everything was sent.",
    unsigned: "This log is not signed: nothing of this report can be proved.",
    checkpoint: "Checkpoint of the log, to be compared with one that somebody else holds",
};

const COLUMNS: Columns = Columns {
    when: "When",
    received: "Received",
    organisation: "Organisation",
    who: "Who",
    role: "Role",
    what: "What",
    data: "Data",
    purpose: "What for",
    origin: "Recorded by",
    outcome: "Outcome",
    emergency: "Emergency",
    number: "Number",
    first: "First",
    last: "Last",
    date: "Date",
    recipient: "Recipient",
    address: "Address",
    record: "Record",
    named: "Named by",
    since: "Sends since",
    latest: "Sent last",
    sender: "System",
    events: "Events",
};

fn deed(deed: Deed) -> &'static str {
    match deed {
        Deed::Created => "created",
        Deed::Read => "read",
        Deed::Changed => "changed",
        Deed::Deleted => "deleted",
        Deed::Executed => "used",
        Deed::Searched => "searched",
        Deed::Exported => "given to others",
        Deed::NotStated => "not stated",
    }
}

fn ending(ending: Ending) -> &'static str {
    match ending {
        Ending::Success => "success",
        Ending::MinorFailure => "failed in part",
        Ending::Failure => "failed",
        Ending::NotStated => "not stated",
    }
}

fn purpose(code: &str) -> Option<&'static str> {
    Some(match code {
        "TREAT" => "treatment",
        "ETREAT" => "emergency treatment",
        "BTG" => "emergency override (break the glass)",
        "CAREMGT" => "care management",
        "CLINTRL" => "clinical trial",
        "PATRQT" => "at the patient's request",
        "FAMRQT" => "at the family's request",
        "PWATRNY" => "power of attorney",
        "SUPNWK" => "support network",
        "PUBHLTH" => "public health",
        "DISASTER" => "disaster",
        "THREAT" => "threat",
        "HPAYMT" => "payment",
        "CLMATTCH" => "claim attachment",
        "COVAUTH" => "coverage authorisation",
        "COVERAGE" => "coverage",
        "ELIGDTRM" => "eligibility determination",
        "ELIGVER" => "eligibility verification",
        "REMITADV" => "remittance advice",
        "HOPERAT" => "health care operations",
        "HACCRED" => "accreditation",
        "HCOMPL" => "compliance",
        "HQUALIMP" => "quality improvement",
        "RECORDMGT" => "records management",
        "SYSDEV" => "system development",
        "HSYSADMIN" => "system administration",
        "HDIRECT" => "directory",
        "HMARKT" => "marketing",
        "HRESCH" => "research",
        "HLEGAL" => "legal",
        "NORM" => "normal access",
        "EMER" => "emergency access",
        "AUTO" => "automatic access",
        "DICOM_AUTO" => "automatic access to images",
        _ => return None,
    })
}

fn category(name: &str) -> Option<&'static str> {
    Some(match name {
        "Patient" => "patient record",
        "DicomInstances" => "images",
        "AllergyIntolerance" => "allergies",
        "Appointment" => "appointments",
        "AuditEvent" => "access log",
        "Binary" => "files",
        "CarePlan" => "care plans",
        "Claim" => "claims",
        "Composition" => "clinical documents",
        "Condition" => "problems and diagnoses",
        "Consent" => "consents",
        "Coverage" => "insurance cover",
        "DiagnosticReport" => "reports of findings",
        "DocumentReference" | "DocumentManifest" => "documents",
        "Encounter" => "visits and stays",
        "ExplanationOfBenefit" => "benefits",
        "FamilyMemberHistory" => "family history",
        "Goal" => "goals",
        "DicomStudy" | "ImagingStudy" | "ImagingSelection" => "imaging studies",
        "Immunization" => "vaccinations",
        "Media" => "pictures and recordings",
        "MedicationAdministration" => "medication given",
        "MedicationDispense" => "medication dispensed",
        "MedicationRequest" | "MedicationOrder" => "prescriptions",
        "MedicationStatement" => "medication taken",
        "Observation" => "measurements and laboratory values",
        "Procedure" => "procedures",
        "QuestionnaireResponse" => "answers to questionnaires",
        "RelatedPerson" => "related people",
        "ServiceRequest" | "ProcedureRequest" => "orders",
        "Specimen" => "specimens",
        "Task" => "tasks",
        _ => return None,
    })
}
