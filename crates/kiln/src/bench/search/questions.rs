//! What is asked: the searches of an auditor's day.
use crate::generate::population::{PATIENTS, patient, practitioner};
use jiff::{ToSpan as _, civil::Date};

/// One kind of search; `pairs` makes the n-th of its kind.
pub(in crate::bench) struct Question {
    pub(in crate::bench) name: &'static str,
    pub(in crate::bench) pairs: fn(u64) -> Vec<(String, String)>,
}

/// Pages of 50, newest first.
pub(in crate::bench) static QUESTIONS: [Question; 8] = [
    Question { name: "cold patient", pairs: cold },
    Question { name: "busiest patient", pairs: busiest },
    Question { name: "agent in a month", pairs: agent_month },
    Question { name: "type, subtype, action, outcome in a month", pairs: codes_month },
    Question { name: "a day", pairs: day },
    Question { name: "patient and agent", pairs: patient_agent },
    Question { name: "agent-name:contains", pairs: name_inside },
    Question { name: "what never matches", pairs: never },
];

/// As the query of a URL, with the page's size.
fn url_query(pairs: &[(String, String)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push_str(name);
        query.push('=');
        // The only characters of ours that may not stand in a query (RFC 3986 §3.4).
        query.push_str(&value.replace('|', "%7C"));
        query.push('&');
    }
    query.push_str("_count=50");
    query
}

/// The path that asks the n-th of its kind.
pub(in crate::bench) fn path(question: &Question, n: u64) -> String {
    format!("/fhir/r4/AuditEvent?{}", url_query(&(question.pairs)(n)))
}

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn cold(n: u64) -> Vec<(String, String)> {
    vec![pair("patient", patient(PATIENTS / 2 + n * 97 % (PATIENTS / 2)))]
}

fn busiest(_: u64) -> Vec<(String, String)> {
    vec![pair("patient", patient(0))]
}

fn agent_month(n: u64) -> Vec<(String, String)> {
    with_range(vec![pair("agent", practitioner(n % 50))], n, 30)
}

fn codes_month(n: u64) -> Vec<(String, String)> {
    let outcome = ["0", "4", "8"][n as usize % 3];
    let codes = vec![
        pair("type", "http://terminology.hl7.org/CodeSystem/audit-event-type|rest"),
        pair("subtype", "http://hl7.org/fhir/restful-interaction|read"),
        pair("action", "R"),
        pair("outcome", outcome),
    ];
    with_range(codes, n, 30)
}

fn day(n: u64) -> Vec<(String, String)> {
    with_range(Vec::new(), n, 1)
}

fn patient_agent(n: u64) -> Vec<(String, String)> {
    vec![pair("patient", patient(n % 10)), pair("agent", practitioner(n % 7))]
}

/// The inside of a family name, which a prefix would not find.
fn name_inside(n: u64) -> Vec<(String, String)> {
    let inside = ["kafo", "eller", "essle", "arvalh", "avarr", "erlac", "LLORA", "antl"];
    vec![pair("agent-name:contains", inside[n as usize % inside.len()])]
}

/// By turns somebody unknown, and two that are frequent alone and never come together.
fn never(n: u64) -> Vec<(String, String)> {
    if n.is_multiple_of(2) {
        return vec![pair("patient", format!("Patient/nobody-{n}"))];
    }
    vec![pair("patient", patient(0)), pair("subtype", "110122")]
}

/// A range that begins in the first ten months of the generated year.
fn with_range(mut pairs: Vec<(String, String)>, n: u64, days: i32) -> Vec<(String, String)> {
    let year = Date::constant(2025, 1, 1);
    let from = year.saturating_add((n * 7 % 300).cast_signed().days());
    pairs.push(pair("date", format!("ge{from}")));
    pairs.push(pair("date", format!("lt{}", from.saturating_add(days.days()))));
    pairs
}
