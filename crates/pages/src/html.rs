//! Markup, as a type: text becomes it only through a template.
use askama::{FastWritable, Template, Values, filters::HtmlSafe};
use std::fmt::{self, Display, Write};

/// Markup that is well-formed and holds nothing that was not escaped.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// What a template makes.
    pub(crate) fn of(template: &impl Template) -> Self {
        Self(template.render().expect("writing to a String does not fail"))
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, to be sent.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Display for Html {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FastWritable for Html {
    fn write_into(&self, output: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
        Ok(output.write_str(&self.0)?)
    }
}

/// It is markup already.
impl HtmlSafe for Html {}
