//! `kiln rejects`: what was refused. Listing, showing and exporting need no lock: they read beside
//! a running server, which empties the shelf where it is asked to.
mod list;
mod show;

use crate::{
    arguments::rejects::{Action, Rejects},
    data::{Missing, Reached},
    exit::{self, Verdict},
    settings::Settings,
};
use anyhow::{Context as _, bail};
use kiln_fhir::{MediaType, Release};
use kiln_store::{
    TenantId,
    disk::RealDisk,
    rejects::{self, Door, Reject, Unread},
};
use std::{
    io::{BufWriter, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

pub(crate) fn run(arguments: &Rejects) -> anyhow::Result<Verdict> {
    let settings = arguments.data().settings()?;
    let tenant = tenant(&settings.data, arguments.tenant.as_ref());
    match &arguments.action {
        None => list::run(&tenant?, arguments.json),
        Some(Action::Show(show)) => exit::stream(show::run(&tenant?, show)),
        Some(Action::Export(asked)) => export(&tenant?, asked.release.map(Into::into)),
        Some(Action::Purge(_)) => purge(&settings, arguments.tenant.as_ref()),
    }
}

/// The tenant's folder, of which nobody knows whether a server holds it.
fn tenant(data: &Path, tenant: Option<&TenantId>) -> anyhow::Result<PathBuf> {
    let name = tenant.map_or(TenantId::DEFAULT, TenantId::as_str);
    let tenant = data.join("tenants").join(name);
    if !tenant.try_exists().with_context(|| tenant.display().to_string())? {
        bail!("{} holds no Kiln data; --data names the folder", data.display());
    }
    Ok(tenant)
}

/// Shows each entry to `each`; an error of `each` ends it. When nobody reads any more what it
/// writes, the rest is looked at all the same: the verdict is that of the whole shelf.
fn read(
    tenant: &Path,
    mut each: impl FnMut(&Reject) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<Unread> {
    let (mut failed, mut is_read) = (Ok(()), true);
    let unread = rejects::read(tenant, &RealDisk, &mut |reject| {
        if !is_read {
            return ControlFlow::Continue(());
        }
        each(&reject).unwrap_or_else(|error| {
            if exit::is_broken_pipe(&error) {
                is_read = false;
                return ControlFlow::Continue(());
            }
            failed = Err(error);
            ControlFlow::Break(())
        })
    });
    failed?;
    unread.context("the reject shelf cannot be read")
}

/// Writes out the rest; a reader who has gone had enough.
fn flush(out: &mut impl Write) -> std::io::Result<()> {
    match out.flush() {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        flushed => flushed,
    }
}

/// Says what could not be read; the rest was.
fn verdict(unread: Unread) -> Verdict {
    if unread == Unread::default() {
        return Verdict::Fine;
    }
    let Unread { entries, files } = unread;
    eprintln!(
        "kiln: {entries} entries and {files} files of the reject shelf could not be read: they are \
         damaged, of another version, or were being written just now"
    );
    Verdict::Unknown
}

/// Single events in JSON, one a line, as they were received; what else there is is counted.
fn export(tenant: &Path, release: Option<Release>) -> anyhow::Result<Verdict> {
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    let mut others = 0_u64;
    let unread = read(tenant, |reject| {
        if release.is_some_and(|release| release.number() != reject.release) {
            return Ok(ControlFlow::Continue(()));
        }
        let is_event = matches!(reject.door, Some(Door::Create | Door::Entry));
        if !is_event || reject.media_type != MediaType::Json.number() {
            others += 1;
            return Ok(ControlFlow::Continue(()));
        }
        let mut body = reject.body()?;
        super::export::one_line(&mut body);
        out.write_all(&body)?;
        out.write_all(b"\n")?;
        Ok(ControlFlow::Continue(()))
    })?;
    flush(&mut out)?;
    if others > 0 {
        eprintln!(
            "kiln: {others} more are no single events in JSON: `kiln rejects show NUMBER --body` \
             writes each"
        );
    }
    Ok(verdict(unread))
}

fn purge(settings: &Settings, tenant: Option<&TenantId>) -> anyhow::Result<Verdict> {
    let told = "the reject shelf cannot be emptied";
    let files = match Reached::by(tenant, settings, Missing::Refuse)? {
        Reached::Folder(folder) => {
            rejects::purge(&folder.tenant(), &RealDisk).context(told)?.to_string()
        }
        Reached::Server(server) => {
            let files = server.ask("rejects-purge", Vec::new()).context(told)?;
            String::from_utf8(files).context(told)?
        }
    };
    writeln!(std::io::stdout(), "{files} files removed: the reject shelf is empty")?;
    Ok(Verdict::Fine)
}

/// What was refused, as what: `r4 json`.
fn form(reject: &Reject) -> String {
    let door = match reject.door {
        Some(Door::Plain) => return "plain".to_owned(),
        Some(Door::Bundle) => " Bundle",
        _ => "",
    };
    let release = Release::from_number(reject.release).map_or("fhir", Release::path);
    let media = if reject.media_type == MediaType::Xml.number() { "xml" } else { "json" };
    format!("{release} {media}{door}")
}

/// Text for a terminal: a body's own words could move its cursor.
fn harmless(text: &str) -> String {
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(plain).collect()
}
