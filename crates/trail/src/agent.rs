//! Who took part: the client and its user, and the server
//! (BALP §1:52.4.1.1, <https://profiles.ihe.net/ITI/BALP/content.html>).
use crate::{Organization, code, event::Writer};
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

/// The parts that agents play, a Coding's JSON each. In BALP client and server change sides with
/// the data.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Roles {
    pub(crate) client: &'static str,
    pub(crate) server: &'static str,
    pub(crate) user: &'static str,
}

impl Roles {
    pub(crate) const OF_READS: Self =
        Self { client: code::DESTINATION, server: code::SOURCE, user: code::RECIPIENT };
    pub(crate) const OF_QUERIES: Self =
        Self { client: code::SOURCE, server: code::DESTINATION, user: code::RECIPIENT };
    pub(crate) const OF_CHANGES: Self = Self { user: code::AUTHOR, ..Self::OF_QUERIES };
    pub(crate) const OF_DELETES: Self =
        Self { client: code::APPLICATION, server: code::CUSTODIAN, user: code::AUTHOR };
}

/// Who took part.
pub(crate) struct Parties<'a> {
    pub(crate) client: Client<'a>,
    pub(crate) server: Server<'a>,
    pub(crate) roles: Roles,
    /// The base URL of the server behind Kiln.
    pub(crate) upstream: Option<&'a str>,
    pub(crate) organization: Option<Organization<'a>>,
    pub(crate) is_verified: bool,
    /// The server acted by itself.
    pub(crate) by_server: bool,
    /// What stands before the id of a token.
    pub(crate) token_id: &'static str,
}

impl<'a> Parties<'a> {
    /// A client that is who it says, and a server.
    pub(crate) fn of(client: Client<'a>, server: Server<'a>, roles: Roles) -> Self {
        Self {
            client,
            server,
            roles,
            upstream: None,
            organization: None,
            is_verified: true,
            by_server: false,
            token_id: "",
        }
    }

    /// Who stands behind the client, where a token names one.
    pub(crate) fn user(&self) -> Option<&'a Principal> {
        self.client.principal.filter(|principal| has_user(principal))
    }
}

/// Writes the agents: of the client, of the server, and of the user and their organisation where a
/// token names them.
pub(crate) fn write(event: &mut Writer<'_>, parties: &Parties<'_>) {
    event.agents();
    event.next().r#as(parties.roles.client);
    if parties.by_server {
        write_server(event, parties, "true");
    } else {
        write_client(event, parties);
    }
    event.next().r#as(parties.roles.server);
    write_server(event, parties, "false");
    if let Some(user) = parties.user().filter(|_| !parties.by_server) {
        write_user(event, parties, user);
    }
    if let Some(organization) = parties.organization {
        write_organization(event, organization);
    }
}

fn write_client(event: &mut Writer<'_>, parties: &Parties<'_>) {
    let has_user = parties.user().is_some();
    match parties.client.principal {
        Some(principal) => {
            who_asks(event, principal, has_user);
            event.raw(",\"altId\":").text(&principal.who);
            if !has_user {
                by_token(event, &principal.agent, parties.token_id);
            }
        }
        None => drop(event.raw("{\"display\":\"not authenticated\"}")),
    }
    mark(event, parties.is_verified);
    event.raw(if has_user { ",\"requestor\":false" } else { ",\"requestor\":true" });
    network(event, parties.client.address);
    event.raw("}");
}

/// The server: Kiln, or the one behind it.
fn write_server(event: &mut Writer<'_>, parties: &Parties<'_>, is_requestor: &str) {
    let Server { origin, url, .. } = parties.server;
    event.raw("{\"identifier\":{\"value\":").text(parties.upstream.unwrap_or(origin)).raw("}");
    event.raw(if parties.upstream.is_none() { ",\"display\":\"Kiln\"}" } else { "}" });
    event.raw(",\"requestor\":").raw(is_requestor).raw(",\"network\":{\"address\":");
    let url = parties.upstream.or(url);
    event.text(url.unwrap_or("localhost"));
    event.raw(if url.is_some() { ",\"type\":\"5\"}}" } else { ",\"type\":\"1\"}}" });
}

/// What is said of somebody and Kiln did not verify.
pub(crate) fn mark(event: &mut Writer<'_>, is_verified: bool) {
    if !is_verified {
        event.raw(",\"role\":[{\"coding\":[").raw(code::UNVERIFIED).raw("]}]");
    }
}

/// Whether a person stands behind the client.
pub(crate) fn has_user(principal: &Principal) -> bool {
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

fn write_user(event: &mut Writer<'_>, parties: &Parties<'_>, principal: &Principal) {
    let agent = &principal.agent;
    event.next().raw("\"type\":{\"coding\":[").raw(parties.roles.user);
    // BALP's OAUTHaccessTokenUse wants the token's id with it.
    if agent.token_id.is_some() && parties.is_verified {
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
    mark(event, parties.is_verified);
    event.raw(",\"requestor\":true");
    by_token(event, agent, parties.token_id);
    event.raw("}");
}

fn write_organization(event: &mut Writer<'_>, organization: Organization<'_>) {
    event.next().r#as(code::PROVIDER);
    event.raw("{\"type\":\"Organization\"");
    if let Some(id) = organization.id {
        let (system, value) = id.rsplit_once('|').unwrap_or(("", id));
        event.raw(",\"identifier\":{");
        if !system.is_empty() {
            event.raw("\"system\":").uri(system).raw(",");
        }
        event.raw("\"value\":").text(value).raw("}");
    }
    if let Some(name) = organization.name {
        event.raw(",\"display\":").text(name);
    }
    event.raw("},\"requestor\":false}");
}

/// What the token says of its use: its id, never itself, and what for.
fn by_token(event: &mut Writer<'_>, agent: &Agent, prefix: &str) {
    if let Some(id) = &agent.token_id {
        event.raw(",\"policy\":[");
        if prefix.is_empty() {
            event.uri(id);
        } else {
            event.uri(&[prefix, id].concat());
        }
        event.raw("]");
    }
    purposes(event, ",\"purposeOfUse\":[", agent.purposes.iter().map(String::as_str));
}

/// What for: `system|code` or `code` each; `open` is the name of the list.
pub(crate) fn purposes<'p>(
    event: &mut Writer<'_>,
    open: &str,
    purposes: impl Iterator<Item = &'p str>,
) {
    let mut before = open;
    for purpose in purposes {
        event.raw(before).raw("{\"coding\":[{");
        let (system, code) = purpose.split_once('|').unwrap_or(("", purpose));
        if !system.is_empty() {
            event.raw("\"system\":").uri(system).raw(",");
        }
        event.raw("\"code\":").code(code).raw("}]}");
        before = ",";
    }
    if before == "," {
        event.raw("]");
    }
}

/// An Identifier as a member.
pub(crate) fn identifier(event: &mut Writer<'_>, system: &str, value: &str) {
    event.raw("\"identifier\":{\"system\":").uri(system).raw(",\"value\":").text(value).raw("}");
}

/// Where an agent is: an IP address, or this machine.
pub(crate) fn network(event: &mut Writer<'_>, address: Option<IpAddr>) {
    match address {
        Some(address) => {
            event.raw(",\"network\":{\"address\":\"").raw(&address.to_canonical().to_string());
            event.raw("\",\"type\":\"2\"}");
        }
        None => drop(event.raw(",\"network\":{\"address\":\"localhost\",\"type\":\"1\"}")),
    }
}
