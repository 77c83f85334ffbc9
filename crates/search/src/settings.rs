//! What an operator may tune, and how strict a search is.

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

impl Settings {
    /// Bytes of one of the comma separated values.
    pub const VALUE_BYTES_MAX: usize = 2048;
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
