//! Who took part: the client and its user, and the server
//! (BALP §1:52.4.1.1, <https://profiles.ihe.net/ITI/BALP/content.html>).
use crate::{code, event::Writer};
use kiln_identity::{Agent, Means, Principal};
use std::net::IpAddr;

/// Who asked.
#[derive(Copy, Clone, Debug)]
pub struct Client<'a> {
    /// `None`: nobody knows.
    pub principal: Option<&'a Principal>,
    /// Where the request came from; `None` on this machine's own socket.
    pub address: Option<IpAddr>,
}

/// Who answered.
#[derive(Copy, Clone, Debug)]
pub struct Server<'a> {
    /// The tenant's name.
    pub tenant: &'a str,
    /// The origin of the tenant's log: a name that no other log has.
    pub origin: &'a str,
    /// The URL that was asked, up to the resource type.
    pub url: Option<&'a str>,
}

/// Writes the agents: of the client, of the server, and of the user where a token names one.
/// `client` and `server` are the Codings of their roles, which BALP has change sides with the data.
pub(crate) fn write(
    event: &mut Writer<'_>,
    asked: Client<'_>,
    answered: Server<'_>,
    [client, server]: [&str; 2],
) {
    let user = asked.principal.filter(|principal| has_user(principal));
    event.next().raw("\"type\":{\"coding\":[").raw(client).raw("]},\"who\":");
    match asked.principal {
        Some(principal) => {
            who_asks(event, principal, user.is_some());
            event.raw(",\"altId\":").text(&principal.who);
            if user.is_none() {
                by_token(event, &principal.agent);
            }
        }
        None => drop(event.raw("{\"display\":\"not authenticated\"}")),
    }
    event.raw(if user.is_some() { ",\"requestor\":false" } else { ",\"requestor\":true" });
    network(event, asked.address);
    event.next().raw("\"type\":{\"coding\":[").raw(server).raw("]},\"who\":{\"identifier\":");
    event.raw("{\"value\":").text(answered.origin).raw("},\"display\":\"Kiln\"},\"requestor\":");
    event.raw("false,\"network\":{\"address\":").text(answered.url.unwrap_or("localhost"));
    event.raw(if answered.url.is_some() { ",\"type\":\"5\"}}" } else { ",\"type\":\"1\"}}" });
    if let Some(user) = user {
        write_user(event, user);
    }
}

/// Whether a person stands behind the client.
fn has_user(principal: &Principal) -> bool {
    let Agent { fhir_user, subject, client, .. } = &principal.agent;
    let by_token = matches!(principal.means, Means::Token | Means::Session);
    by_token
        && (fhir_user.is_some() || (client.is_some() && subject.is_some() && client != subject))
}

/// The client itself; a token's issuer names it, else Kiln does.
fn who_asks(event: &mut Writer<'_>, principal: &Principal, has_user: bool) {
    let Agent { issuer, client, subject, name, .. } = &principal.agent;
    let known = client.as_ref().or(subject.as_ref().filter(|_| !has_user));
    match (issuer, known) {
        (Some(issuer), Some(client)) => identifier(event.raw("{"), issuer, client),
        _ => identifier(event.raw("{"), code::PRINCIPAL, &principal.who),
    }
    if let Some(name) = name.as_ref().filter(|_| !has_user) {
        event.raw(",\"display\":").text(name);
    }
    event.raw("}");
}

fn write_user(event: &mut Writer<'_>, principal: &Principal) {
    let agent = &principal.agent;
    event.next().raw("\"type\":{\"coding\":[").raw(code::RECIPIENT);
    // BALP's OAUTHaccessTokenUse wants the token's id with it.
    if agent.token_id.is_some() {
        event.raw(",").raw(code::OAUTH_USER);
    }
    event.raw("]},\"who\":{");
    if let Some(user) = &agent.fhir_user {
        event.raw("\"reference\":").text(user).raw(",");
    }
    let subject = agent.subject.as_deref().unwrap_or(&principal.who);
    identifier(event, agent.issuer.as_deref().unwrap_or(code::PRINCIPAL), subject);
    if let Some(name) = &agent.name {
        event.raw(",\"display\":").text(name).raw("},\"name\":").text(name);
    } else {
        event.raw("}");
    }
    event.raw(",\"requestor\":true");
    by_token(event, agent);
    event.raw("}");
}

/// What the token says of its use: its id, never itself, and what for.
fn by_token(event: &mut Writer<'_>, agent: &Agent) {
    if let Some(id) = &agent.token_id {
        event.raw(",\"policy\":[").uri(id).raw("]");
    }
    for (position, purpose) in agent.purposes.iter().enumerate() {
        event.raw(if position == 0 {
            ",\"purposeOfUse\":[{\"coding\":[{"
        } else {
            ",{\"coding\":[{"
        });
        let (system, code) = purpose.split_once('|').unwrap_or(("", purpose));
        if !system.is_empty() {
            event.raw("\"system\":").uri(system).raw(",");
        }
        // A code has no white space around.
        event.raw("\"code\":").text(&code.split_whitespace().collect::<Vec<_>>().join(" "));
        event.raw("}]}");
    }
    if !agent.purposes.is_empty() {
        event.raw("]");
    }
}

fn identifier(event: &mut Writer<'_>, system: &str, value: &str) {
    event.raw("\"identifier\":{\"system\":").uri(system).raw(",\"value\":").text(value).raw("}");
}

/// The end of an agent: an IP address, or this machine.
fn network(event: &mut Writer<'_>, address: Option<IpAddr>) {
    match address {
        Some(address) => {
            event.raw(",\"network\":{\"address\":\"").raw(&address.to_canonical().to_string());
            event.raw("\",\"type\":\"2\"}}");
        }
        None => drop(event.raw(",\"network\":{\"address\":\"localhost\",\"type\":\"1\"}}")),
    }
}
