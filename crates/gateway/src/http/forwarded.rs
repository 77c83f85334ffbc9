//! Where a request came from, by the word of proxies that are trusted (RFC 7239).
use crate::settings::Network;
use hyper::header::{self, HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Hops that are looked at.
const HOPS_MAX: usize = 16;

/// The address behind all proxies that are trusted; the neighbour's own where it is none of them.
pub(super) fn address(
    neighbour: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[Network],
) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.has(address));
    let neighbour = neighbour?;
    if !is_trusted(neighbour) {
        return Some(neighbour);
    }
    let told = |name: &HeaderName, read: fn(&str) -> Option<Option<IpAddr>>| {
        let is_there = headers.contains_key(name);
        is_there.then(|| {
            let told: Vec<_> = values(headers, name).filter_map(read).collect();
            farthest(neighbour, told, is_trusted)
        })
    };
    let standard = told(&header::FORWARDED, |it| forwarded_for(it).map(parse));
    let other = told(&X_FORWARDED_FOR, |it| Some(parse(it.trim())));
    Some(match (standard, other) {
        // A proxy writes the one that it knows and passes the other on, which is its client's word.
        (Some(standard), Some(other)) if standard != other => neighbour,
        (Some(address), _) | (None, Some(address)) => address,
        (None, None) => neighbour,
    })
}

/// The address behind all of these hops that are trusted.
fn farthest(
    neighbour: IpAddr,
    told: Vec<Option<IpAddr>>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut last = neighbour;
    // The nearest proxy wrote last; whoever is not trusted may have written anything before.
    for hop in told.into_iter().rev().take(HOPS_MAX) {
        let Some(hop) = hop else { return last };
        last = hop;
        if !is_trusted(hop) {
            break;
        }
    }
    last
}

/// Whether the neighbour is a proxy that is trusted.
pub(super) fn is_proxy(neighbour: Option<IpAddr>, trusted: &[Network]) -> bool {
    neighbour.is_some_and(|address| trusted.iter().any(|network| network.has(address)))
}

fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(','))
}

/// `for=` of an element.
fn forwarded_for(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    Some(node.trim().trim_matches('"'))
}

/// `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]`, `[2001:db8::1]:80`
fn parse(node: &str) -> Option<IpAddr> {
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    bare.parse().ok().or_else(|| node.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests;
