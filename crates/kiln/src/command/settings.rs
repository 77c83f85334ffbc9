//! `kiln settings`: the settings in effect, as a file.
use crate::{arguments, exit::Verdict};
use std::io::Write as _;

pub(crate) fn run(arguments: &arguments::Settings) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let text = toml::to_string_pretty(&settings)?;
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Verdict::Fine)
}
