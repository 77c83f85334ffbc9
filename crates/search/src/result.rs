//! The parameters that say how the answer comes, not which records
//! (<https://hl7.org/fhir/R4/search.html#modifyingresults>).
use crate::parse::Reader;
use crate::settings::Settings;
use kiln_fhir::IssueType;
use kiln_index::Order;

/// `_total`
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Total {
    /// Only where it costs nothing.
    None,
    /// Counted.
    Accurate,
}

/// Names that are read here; each may come once.
pub(crate) const NAMES: [&str; 7] =
    ["_count", "_cursor", "_format", "_pretty", "_sort", "_summary", "_total"];

/// Reads one of [`NAMES`]; the value is not empty.
pub(crate) fn read(reader: &mut Reader<'_>, name: &str, value: &str) {
    match name {
        "_count" => count(reader, value),
        "_cursor" => reader.search.cursor = Some(value.to_owned()),
        "_sort" => sort(reader, value),
        "_summary" => summary(reader, value),
        "_total" => total(reader, value),
        // `_format` and `_pretty` are the server's to follow.
        _ => reader.apply(name, value),
    }
}

fn count(reader: &mut Reader<'_>, value: &str) {
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return reader.refuse("_count", IssueType::Value, "takes a whole number, 0 or more");
    }
    // Digits that no number holds are above any limit.
    let asked = value.parse().unwrap_or(usize::MAX);
    let Settings { count_max, .. } = reader.settings();
    let count = asked.min(*count_max);
    if count < asked {
        reader.warn(
            "_count",
            IssueType::TooCostly,
            &format!("is above its limit: {count} is used"),
        );
    }
    reader.search.count = count;
    reader.search.count_only |= count == 0;
    reader.apply("_count", &count.to_string());
}

fn sort(reader: &mut Reader<'_>, value: &str) {
    let order = match value {
        // Events of one instant come in the order of the log.
        "-date" | "-date,-_lastUpdated" => Order::RecordedNewest,
        "date" | "date,_lastUpdated" => Order::RecordedOldest,
        "-_lastUpdated" => Order::LogNewest,
        "_lastUpdated" => Order::LogOldest,
        _ => {
            let reason = "sorts by date, -date, _lastUpdated or -_lastUpdated";
            return reader.leave_out("_sort", IssueType::NotSupported, reason);
        }
    };
    reader.search.order = order;
    reader.apply("_sort", value);
}

fn summary(reader: &mut Reader<'_>, value: &str) {
    match value {
        "count" => reader.search.count_only = true,
        "false" => {}
        "true" | "text" | "data" => {
            let reason = "is built for count and false";
            return reader.leave_out("_summary", IssueType::NotSupported, reason);
        }
        _ => {
            let reason = "takes count, false, true, text or data";
            return reader.refuse("_summary", IssueType::Value, reason);
        }
    }
    reader.apply("_summary", value);
}

fn total(reader: &mut Reader<'_>, value: &str) {
    reader.search.total = match value {
        "none" => Total::None,
        // An exact number is an estimate too.
        "accurate" | "estimate" => Total::Accurate,
        _ => {
            let reason = "takes none, estimate or accurate";
            return reader.refuse("_total", IssueType::Value, reason);
        }
    };
    reader.apply("_total", value);
}
