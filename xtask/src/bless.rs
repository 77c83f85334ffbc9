//! What is made from something else and kept beside it: `ui/verify.html`, which holds
//! `ui/verify.js` so that it can be opened from one's own disk, and the hash that is published with
//! a release.
#![expect(clippy::disallowed_methods, reason = "files of the repository")]

use crate::job;
use anyhow::{Context, Result, bail};
use std::path::Path;

const TEMPLATE: &str = "ui/verify.template.html";
const SCRIPT: &str = "ui/verify.js";
/// The page as it is published.
pub(crate) const PAGE: &str = "ui/verify.html";
const HASH: &str = "ui/verify.html.sha256";
const PLACE: &str = "/* verify.js */\n";

/// Writes them anew.
pub(crate) fn run(root: &Path) -> Result<()> {
    std::fs::write(root.join(PAGE), page(root)?)?;
    let output = job::command(root, "sha256sum", &[PAGE]).output()?;
    if !output.status.success() {
        bail!("sha256sum failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    std::fs::write(root.join(HASH), output.stdout)?;
    println!("{PAGE} and {HASH} are written");
    Ok(())
}

/// The page that template and script give.
pub(crate) fn page(root: &Path) -> Result<String> {
    let read = |path: &str| std::fs::read_to_string(root.join(path)).context(path.to_owned());
    let (template, script) = (read(TEMPLATE)?, read(SCRIPT)?);
    // The page's script element ends at the first `</script`, wherever that stands.
    if template.matches(PLACE).count() != 1 || script.contains("</script") {
        bail!("{TEMPLATE} has one place for {SCRIPT}, which must not end a script element");
    }
    Ok(template.replace(PLACE, &script))
}
