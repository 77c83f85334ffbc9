//! `agent.networkAddress`: the address, and the kind of address that it is found to be
//! (<https://hl7.org/fhir/R4/valueset-network-type.html>).
use crate::reference;
use crate::stored::Stored;
use crate::writer::Writer;
use std::net::{IpAddr, SocketAddr};

const MACHINE_NAME: &str = "1";
const IP_ADDRESS: &str = "2";
const TELEPHONE: &str = "3";
const EMAIL: &str = "4";
const URI: &str = "5";

/// Writes `network`.
pub(crate) fn write(json: &mut Writer<'_>, address: &str) {
    json.within("network", |json| {
        json.member("address", address);
        if let Some(kind) = kind_of(address) {
            json.member("type", kind);
        }
    });
}

/// Reads the address of an agent: `network.address`, or one of R5's `network[x]`.
pub(crate) fn read<'t>(stored: &mut Stored<'t, '_>, agent: usize) -> Option<&'t str> {
    if let Some(network) = stored.member(agent, "network") {
        let address = stored.take_text(network, "address")?;
        stored.take_if(network, "type", |kind| kind_of(address) == Some(kind));
        return Some(address);
    }
    if let Some(endpoint) = stored.member(agent, "networkReference") {
        return reference::read_name_first(stored, endpoint);
    }
    let text = stored.take_text(agent, "networkString");
    text.or_else(|| stored.take_text(agent, "networkUri"))
}

/// Which kind of address a text is; `None` for what is none.
fn kind_of(address: &str) -> Option<&'static str> {
    if is_ip(address) {
        Some(IP_ADDRESS)
    } else if is_telephone(address) {
        Some(TELEPHONE)
    } else if is_uri(address) {
        Some(URI)
    } else if is_email(address) {
        Some(EMAIL)
    } else if is_machine_name(address) {
        Some(MACHINE_NAME)
    } else {
        None
    }
}

/// With a port, a zone or brackets, too.
fn is_ip(text: &str) -> bool {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let unzoned = bare.split_once('%').map_or(bare, |(address, _)| address);
    unzoned.parse::<IpAddr>().is_ok() || text.parse::<SocketAddr>().is_ok()
}

/// `+41 44 123 45 67`, `(555) 123-4567`, `tel:…`; digits alone name a machine as well.
fn is_telephone(text: &str) -> bool {
    let number = text.strip_prefix("tel:").unwrap_or(text);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let written = number.bytes().any(|byte| matches!(byte, b'+' | b' ' | b'(' | b'-'))
        || number.len() < text.len();
    written
        && (TELEPHONE_DIGITS_MIN..=TELEPHONE_DIGITS_MAX).contains(&digits)
        && number.bytes().all(|byte| byte.is_ascii_digit() || b"+ ()-./".contains(&byte))
}

const TELEPHONE_DIGITS_MIN: usize = 5;
/// ITU-T E.164.
const TELEPHONE_DIGITS_MAX: usize = 15;

/// A scheme with what it names (RFC 3986); `host:8080` has none.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme
        && !text.contains(char::is_whitespace)
        && (rest.len() > 2 && rest.starts_with("//")
            || ["urn", "mailto", "sip", "sips", "ldap"].contains(&scheme) && !rest.is_empty())
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !user.contains(char::is_whitespace) && is_host(host)
    })
}

/// A name in DNS or of a workstation (RFC 1123, with the underscores of Windows), with a port or
/// without.
fn is_machine_name(text: &str) -> bool {
    match text.split_once(':') {
        Some((host, port)) => is_host(host) && port.parse::<u16>().is_ok(),
        None => is_host(text),
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= LABEL_BYTES_MAX
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.len() <= HOST_BYTES_MAX && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

const LABEL_BYTES_MAX: usize = 63;
const HOST_BYTES_MAX: usize = 253;

#[cfg(test)]
mod tests;
