//! `kiln settings`: the settings in effect, as a file that says of each where it comes from, and
//! the check of a file.
use crate::{
    api_keys,
    arguments::{self, CheckSettings, SettingsAction},
    exit::Verdict,
    running::Running,
    settings::{Settings, tls::Asked},
};
use anyhow::Context as _;
use kiln_server::Tls;
use kiln_store::TenantId;
use std::io::Write as _;

pub(crate) fn run(arguments: &arguments::Settings) -> anyhow::Result<Verdict> {
    if let Some(SettingsAction::Check(check)) = &arguments.action {
        return self::check(check);
    }
    let settings = arguments.data.settings()?;
    // Who names a file means that one; else what a server runs with is what is in effect.
    let running = match &arguments.data.settings {
        Some(_) => None,
        None => Running::find(&settings.data, &TenantId::default())?,
    };
    let text = match running {
        Some(server) => String::from_utf8(server.ask("settings", Vec::new())?)?,
        None => arguments.data.said()?.text(&settings)?,
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Verdict::Fine)
}

/// As a start would find it, with the files that it names.
fn check(arguments: &CheckSettings) -> anyhow::Result<Verdict> {
    let settings = Settings::load(Some(&arguments.file))?;
    let told = || format!("{} names what is no good", arguments.file.display());
    named(&settings).with_context(told)?;
    writeln!(std::io::stdout(), "{} is fine", arguments.file.display())?;
    Ok(Verdict::Fine)
}

fn named(settings: &Settings) -> anyhow::Result<()> {
    let asks = settings.tls.client_certificates != Asked::None;
    settings.identity.to_room(&api_keys::path(&settings.data), asks)?;
    let thumbprints = settings.identity.certificate_rules()?;
    let thumbprints: Vec<_> = thumbprints.thumbprints().map(|thumbprint| thumbprint.0).collect();
    if let Some(material) = settings.tls.material(&thumbprints)? {
        Tls::new(&material).context("tls")?;
    }
    if let Some(sign_in) = &settings.sign_in {
        sign_in.to_room(settings).context("sign_in")?;
    }
    settings.evidence.witnessing()?;
    Ok(())
}
