//! A policy file: c2sp.org/tlog-policy § Policy file syntax and structure.

use super::rule::{Member, Needed, Rule};
use super::{MAX_POLICY, Policy, PolicyKey};
use crate::{Algorithm, KeyError, VerifierKey, note_lines};
use std::collections::HashMap;
use thiserror::Error;

/// The most logs, and the most witnesses and groups together, of one policy (§ Implementation
/// limits recommends at least 32 of each).
const MAX_NAMES: usize = 256;

/// Reads a policy file.
pub(super) fn parse(text: &str) -> Result<Policy, PolicyTextError> {
    let at = |line, fault| PolicyTextError { line, fault };
    if text.len() > MAX_POLICY {
        return Err(at(1, PolicyFault::TooLong));
    }
    let mut file = File::default();
    for (line, text) in (1..).zip(text.split('\n')) {
        file.line(text).map_err(|fault| at(line, fault))?;
    }
    let last = text.lines().count().max(1);
    file.finish(witnessing(text)).ok_or_else(|| at(last, PolicyFault::NoQuorum))
}

/// The file without its logs and comments.
fn witnessing(text: &str) -> String {
    let is_about_others = |line: &&str| {
        let mut items = line.split([' ', '\t']).filter(|item| !item.is_empty());
        items.next().is_some_and(|item| item != "log" && !item.starts_with('#'))
    };
    text.lines().filter(is_about_others).flat_map(|line| [line, "\n"]).collect()
}

/// A policy file was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {fault}")]
pub struct PolicyTextError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: PolicyFault,
}

/// What is wrong with a line of a policy file.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyFault {
    /// Longer than [`MAX_POLICY`].
    #[error("a policy has at most {MAX_POLICY} bytes")]
    TooLong,
    /// A control character other than tab and newline.
    #[error("a policy has no control characters other than tabs and newlines")]
    Control,
    /// Not a known line.
    #[error(
        "a line is `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|K NAME…` or \
         `quorum NAME|none`"
    )]
    Line,
    /// A key that cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key of the other role.
    #[error("a log's key has signature type 0x01, a witness's 0x04")]
    Role,
    /// The same public key stands in an earlier line.
    #[error("an earlier line has the same public key")]
    DuplicateKey,
    /// The name stands for something else already, or is `none`.
    #[error("the name is already taken")]
    Taken,
    /// The name is not defined before this line.
    #[error("no earlier line defines this name")]
    Undefined,
    /// The name is a member of some group already.
    #[error("the name is a member of a group already")]
    Member,
    /// K is not between 1 and the number of members.
    #[error("a group's threshold is `all`, `any` or a number from 1 to the number of its members")]
    Threshold,
    /// A second quorum line.
    #[error("a policy has one quorum line")]
    SecondQuorum,
    /// No quorum line.
    #[error("a policy needs a quorum line (`quorum none` asks for no witness)")]
    NoQuorum,
    /// More than the limit.
    #[error("a policy has at most {MAX_NAMES} logs, and {MAX_NAMES} witnesses and groups")]
    TooMany,
}

/// What was read so far.
#[derive(Default)]
struct File<'a> {
    logs: Vec<PolicyKey>,
    witnesses: Vec<PolicyKey>,
    members: Vec<Member>,
    names: HashMap<&'a str, Name>,
    /// The quorum line, once it was there.
    quorum: Option<Needed>,
}

/// A name of the file.
struct Name {
    /// Its position among the members.
    at: usize,
    /// Whether a group has it: "Each defined name can be listed as a group member at most once".
    grouped: bool,
}

impl<'a> File<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), PolicyFault> {
        if line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
            return Err(PolicyFault::Control);
        }
        // § Structure: these two characters alone are white space.
        let items = line.split([' ', '\t']).filter(|item| !item.is_empty());
        let items: Vec<&str> = items.collect();
        match items.as_slice() {
            [] => Ok(()),
            [comment, ..] if comment.starts_with('#') => Ok(()),
            ["log", vkey, url @ ..] => self.log(vkey, url),
            ["witness", name, vkey, url @ ..] => self.witness(name, vkey, url),
            ["group", name, threshold, members @ ..] => self.group(name, threshold, members),
            ["quorum", name] => self.quorum(name),
            _ => Err(PolicyFault::Line),
        }
    }

    fn log(&mut self, vkey: &str, url: &[&str]) -> Result<(), PolicyFault> {
        let key = self.key(vkey, Algorithm::Ed25519, url)?;
        self.logs.push(key);
        let fits = self.logs.len() <= MAX_NAMES;
        fits.then_some(()).ok_or(PolicyFault::TooMany)
    }

    fn witness(&mut self, name: &'a str, vkey: &str, url: &[&str]) -> Result<(), PolicyFault> {
        let key = self.key(vkey, Algorithm::CosignatureV1, url)?;
        self.define(name, Member::Witness(self.witnesses.len()))?;
        self.witnesses.push(key);
        Ok(())
    }

    fn group(
        &mut self,
        name: &'a str,
        threshold: &str,
        members: &[&str],
    ) -> Result<(), PolicyFault> {
        let threshold = match threshold {
            "all" => members.len(),
            "any" => 1,
            number => note_lines::decimal(number)
                .and_then(|number| usize::try_from(number).ok())
                .ok_or(PolicyFault::Threshold)?,
        };
        if !(1..=members.len()).contains(&threshold) {
            return Err(PolicyFault::Threshold);
        }
        let members = members.iter().map(|name| self.join(name)).collect::<Result<_, _>>()?;
        self.define(name, Member::Group { threshold, members })
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::SecondQuorum);
        }
        let defined = || self.names.get(name).map(|name| Needed::Member(name.at));
        let needed = if name == NONE { Some(Needed::Nobody) } else { defined() };
        self.quorum = Some(needed.ok_or(PolicyFault::Undefined)?);
        Ok(())
    }

    fn key(
        &self,
        vkey: &str,
        algorithm: Algorithm,
        url: &[&str],
    ) -> Result<PolicyKey, PolicyFault> {
        let url = match url {
            [] => None,
            [url] => Some((*url).to_owned()),
            _ => return Err(PolicyFault::Line),
        };
        let key: VerifierKey = vkey.parse()?;
        if key.algorithm() != algorithm {
            return Err(PolicyFault::Role);
        }
        // Also across the roles: a log that cosigned itself would count twice.
        let mut known = self.logs.iter().chain(&self.witnesses);
        if known.any(|known| known.key.public_key() == key.public_key()) {
            return Err(PolicyFault::DuplicateKey);
        }
        Ok(PolicyKey { key, url })
    }

    /// A defined name becomes a group's member.
    fn join(&mut self, name: &str) -> Result<usize, PolicyFault> {
        let name = self.names.get_mut(name).ok_or(PolicyFault::Undefined)?;
        if std::mem::replace(&mut name.grouped, true) {
            return Err(PolicyFault::Member);
        }
        Ok(name.at)
    }

    fn define(&mut self, name: &'a str, member: Member) -> Result<(), PolicyFault> {
        if self.members.len() == MAX_NAMES {
            return Err(PolicyFault::TooMany);
        }
        let name_of = Name { at: self.members.len(), grouped: false };
        if name == NONE || self.names.insert(name, name_of).is_some() {
            return Err(PolicyFault::Taken);
        }
        self.members.push(member);
        Ok(())
    }

    fn finish(self, witnessing: String) -> Option<Policy> {
        let rule = Rule { members: self.members, needed: self.quorum? };
        Some(Policy { logs: self.logs, witnesses: self.witnesses, rule, witnessing })
    }
}

/// The predefined name that asks for no cosignature (§ Defining the quorum).
const NONE: &str = "none";

#[cfg(test)]
mod tests;
