//! A search as it was asked: typed, checked, and compiled to a query.
use kiln_fhir::{Issue, OperationOutcome, Release};
use kiln_index::{LogIndex, Order, Query};

/// `Prefer: handling=` (<https://hl7.org/fhir/R4/search.html#errors>).
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Handling {
    /// Unknown parameters are reported and left out.
    #[default]
    Lenient,
    /// Unknown parameters are refused.
    Strict,
}

/// What an operator may tune, and what the server knows.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `_count` when none is asked.
    pub count_default: usize,
    /// `_count` is clamped to this.
    pub count_max: usize,
    /// Parameters in one search.
    pub parameters_max: usize,
    /// Comma separated values in one parameter.
    pub or_values_max: usize,
    /// Senders whose relative references also match as absolute ones.
    pub senders: Vec<Sender>,
}

/// A sender with its base URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Its `source.observer`: a reference as sent, or `system|value` of its identifier.
    pub observer: String,
    /// Its FHIR base URL, without a slash at the end.
    pub base_url: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            count_default: 50,
            count_max: 1000,
            parameters_max: 20,
            or_values_max: 100,
            senders: Vec::new(),
        }
    }
}

/// `_total`
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Total {
    /// Only where it costs nothing.
    None,
    /// Counted.
    Accurate,
}

/// `_sort`
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Sort(pub Order);

/// A search that can be run.
#[derive(Clone, Debug)]
pub struct Search {
    /// Which records; the release's own restriction is inside.
    pub query: Query,
    /// In which order.
    pub order: Order,
    /// How many on a page; 0: count only.
    pub count: usize,
    /// Whether the total is to be counted.
    pub total: Total,
    /// `_summary=count` or `_count=0`.
    pub count_only: bool,
    /// The parameters that were applied, for `link.self`, as they were sent (decoded pairs).
    pub applied: Vec<(String, String)>,
    /// The page token, still opaque (`_cursor`).
    pub cursor: Option<String>,
    /// What was left out or clamped.
    pub warnings: Vec<Issue>,
}

/// Parses decoded (name, value) pairs. `find` resolves an id of `_id` to its position.
///
/// # Errors
/// 400, each issue naming its parameter: bad values, unknown modifiers, limits; unknown parameters when strict.
pub fn parse(
    _release: Release,
    _pairs: &[(String, String)],
    _handling: Handling,
    _settings: &Settings,
    _find: &dyn Fn(&str) -> Option<LogIndex>,
) -> Result<Search, OperationOutcome> {
    todo!()
}

/// FHIR's search parameter types that `AuditEvent` uses.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// `token`
    Token,
    /// `reference`
    Reference,
    /// `string`
    String,
    /// `uri`
    Uri,
    /// `date`
    Date,
}

/// A search parameter of a release, for `metadata`.
#[derive(Copy, Clone, Debug)]
pub struct Parameter {
    /// Its code.
    pub name: &'static str,
    /// Its type.
    pub r#type: ParameterType,
    /// Its canonical URL.
    pub definition: &'static str,
}

/// The parameters of a release that are built.
pub fn parameters(_release: Release) -> &'static [Parameter] {
    todo!()
}
