//! An event of one release, as one of another: `render r4 r5 < event.json`.
use kiln_fhir::{Limits, Release, conversion::convert, parse};
use std::io::{Error, Read as _, Write as _};

fn main() -> std::io::Result<()> {
    let releases: Vec<_> = std::env::args().skip(1).filter_map(|name| release(&name)).collect();
    let [from, to] = releases[..] else { return Err(Error::other("usage: render FROM TO < JSON")) };
    let mut json = Vec::new();
    std::io::stdin().lock().read_to_end(&mut json)?;
    if let Err(outcome) = parse(&json, from, &Limits::default()) {
        return Err(Error::other(format!("this is no event of {}: {outcome:?}", from.path())));
    }
    let mut out = Vec::new();
    convert(&json, from, to, &mut out);
    std::io::stdout().lock().write_all(&out)
}

fn release(path: &str) -> Option<Release> {
    (0..=u8::MAX).filter_map(Release::from_number).find(|release| release.path() == path)
}
