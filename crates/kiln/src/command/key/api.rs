//! `kiln key add`, `list` and `revoke`: the API keys. They need no server and stop none: a running
//! one looks for changes of the file itself.
use crate::{
    api_keys::{self, Wanted},
    arguments::key::{Add, List, Revoke},
    audit::{self, Used},
    exit::Verdict,
};
use anyhow::{Context as _, bail};
use kiln_fhir::Instant;
use kiln_identity::{
    UnixSeconds,
    api_key::{ApiKey, KeyId},
};
use serde_json::json;
use std::io::Write as _;

pub(super) fn add(arguments: &Add) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let tenant = arguments.whose.id();
    let wanted = Wanted {
        role: arguments.role,
        tenant: tenant.clone(),
        expires: arguments.expires.map(|expires| expires.after(api_keys::now())),
        label: arguments.label.clone().unwrap_or_default(),
    };
    let expires = wanted.expires;
    let new = api_keys::change(&settings.data, |book| {
        let new = api_keys::add(book, wanted)?;
        let role = serde_json::to_string(&arguments.role)?;
        let told = [new.id.as_str().to_owned(), role, tenant.to_string()];
        audit::record(&settings, &Used::new("key-add", &told))?;
        Ok(new)
    })?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        let object = json!({
            "key": new.text,
            "id": new.id.as_str(),
            "role": arguments.role,
            "tenant": tenant.as_str(),
            "expires": expires.map(text),
        });
        writeln!(out, "{object}")?;
    } else {
        writeln!(out, "{}", new.text)?;
        eprintln!(
            "kiln: this key is shown once, and nothing of it is kept but a hash; `kiln key revoke \
             {}` ends it",
            new.id
        );
    }
    Ok(Verdict::Fine)
}

pub(super) fn list(arguments: &List) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let book = api_keys::load(&settings.data)?;
    if !book.is_empty() {
        audit::record(&settings, &Used::new("key-list", &[]))?;
    }
    let now = api_keys::now();
    let mut out = std::io::stdout().lock();
    if !arguments.json && !book.is_empty() {
        let head = ["id", "role", "tenant", "created", "expires", "state", "label"];
        writeln!(out, "{}", row(head))?;
    }
    for key in book.list() {
        if arguments.json {
            writeln!(out, "{}", object(key, now))?;
        } else {
            let expires = key.expires.map_or_else(|| "never".to_owned(), text);
            let (role, tenant) = (key.role.as_str(), key.tenant.as_str());
            let state = state(key, now);
            let created = text(key.created);
            let id = key.id.as_str();
            writeln!(out, "{}", row([id, role, tenant, &created, &expires, state, &key.label]))?;
        }
    }
    Ok(Verdict::Fine)
}

pub(super) fn revoke(arguments: &Revoke) -> anyhow::Result<Verdict> {
    let settings = arguments.data.settings()?;
    let id = given(&arguments.id)?;
    if !api_keys::path(&settings.data).try_exists()? {
        bail!("{} has no API keys; --data names the folder", settings.data.display());
    }
    api_keys::change(&settings.data, |book| {
        let told = || format!("{id} cannot be revoked");
        book.revoke(&id, api_keys::now()).with_context(told).map(|_key| ())
    })?;
    // What is stolen ends, whatever becomes of the record.
    audit::record(&settings, &Used::new("key-revoke", &[id.as_str().to_owned()]))
        .with_context(|| format!("{id} is revoked, but that is not recorded"))?;
    writeln!(std::io::stdout(), "{id} is revoked")?;
    Ok(Verdict::Fine)
}

/// The id, also where somebody gives the whole key to be rid of it.
fn given(text: &str) -> anyhow::Result<KeyId> {
    let whole = text.strip_prefix(kiln_identity::api_key::PREFIX);
    let id = whole.and_then(|rest| rest.split('_').next()).unwrap_or(text);
    KeyId::parse(id).context("ID is what `kiln key list` shows in the first column")
}

fn object(key: &ApiKey, now: UnixSeconds) -> serde_json::Value {
    json!({
        "id": key.id.as_str(),
        "role": key.role,
        "tenant": key.tenant.as_str(),
        "created": text(key.created),
        "expires": key.expires.map(text),
        "revoked": key.revoked.map(text),
        "state": state(key, now),
        "label": key.label,
    })
}

fn state(key: &ApiKey, now: UnixSeconds) -> &'static str {
    match (key.revoked, key.expires) {
        (Some(_), _) => "revoked",
        (None, Some(expires)) if expires <= now => "expired",
        _ => "good",
    }
}

fn row([id, role, tenant, created, expires, state, label]: [&str; 7]) -> String {
    let row =
        format!("{id:16}  {role:8}  {tenant:12}  {created:20}  {expires:20}  {state:7}  {label}");
    row.trim_end().to_owned()
}

/// As FHIR writes it, to the second.
fn text(seconds: UnixSeconds) -> String {
    let text = Instant { millis: seconds.0.saturating_mul(1000).cast_signed() }.to_text();
    text.replace(".000", "")
}
