//! The token that says who sends.
use anyhow::{Context as _, bail};
use hyper::header::HeaderValue;
use std::{fs::OpenOptions, io::Read as _, os::unix::fs::PermissionsExt as _, path::Path};

/// A token is small; whatever is larger is another file.
const FILE_BYTES_MAX: u64 = 16 << 10;

/// The `Authorization` of a token that stands in a file (RFC 6750 §2.1).
///
/// # Errors
/// Others than its owner may read the file, or it holds no token.
pub(super) fn read(path: &Path) -> anyhow::Result<HeaderValue> {
    let told = || format!("the token's file {}", path.display());
    let file = OpenOptions::new().read(true).open(path).with_context(told)?;
    if file.metadata().with_context(told)?.permissions().mode() & 0o077 != 0 {
        bail!("{} can be read by others than its owner: chmod 600", told());
    }
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).with_context(told)?;
    authorization(text.trim()).with_context(told)
}

fn authorization(token: &str) -> anyhow::Result<HeaderValue> {
    // `b64token` of RFC 6750 §2.1.
    let is_one = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    if token.is_empty() || !token.chars().all(is_one) {
        bail!("it holds no token, or more than one");
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}"))?;
    value.set_sensitive(true);
    Ok(value)
}
