//! What is told of a checkpoint's signers, in words and as JSON: the same for every check.
use crate::exit::Verdict;
use kiln_evidence::{Quorum, Trust};
use kiln_fhir::Instant;
use serde_json::{Value, json};

/// What no check of ours can show.
pub(super) const LIMIT: &str = "No log can prove what was never sent to it.";

pub(super) const SELF_SIGNED: &str = "self-signed only: whoever holds the log's key and \
                                      its disk could have made another log";

/// How strong the evidence is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    Witnessed,
    SelfSigned,
}

impl Evidence {
    pub(super) fn of(trust: &Trust) -> Self {
        match trust.quorum {
            Quorum::Met => Self::Witnessed,
            Quorum::None | Quorum::Missing => Self::SelfSigned,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Witnessed => "witnessed",
            Self::SelfSigned => "self-signed only",
        }
    }
}

/// A policy that asks for witnesses is not content with fewer.
pub(super) fn verdict(trust: &Trust) -> Verdict {
    match trust.quorum {
        Quorum::Met | Quorum::None => Verdict::Fine,
        Quorum::Missing => Verdict::Unknown,
    }
}

pub(super) fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fine => "ok",
        Verdict::Wrong => "failed",
        Verdict::Unknown => "not provable",
    }
}

/// Who vouches for it, a sentence a line.
pub(super) fn signers(trust: &Trust) -> Vec<String> {
    let mut lines = vec![format!("signed by {}", trust.log_key)];
    lines.extend(seen(trust));
    match trust.quorum {
        Quorum::Met => lines.push("witnessed: as many have cosigned as the policy asks for".into()),
        Quorum::None => lines.push(SELF_SIGNED.into()),
        Quorum::Missing => {
            lines.push("fewer witnesses have cosigned than the policy asks for".into());
            lines.push(SELF_SIGNED.into());
        }
    }
    lines
}

/// Which witnesses cosigned it, and when.
pub(crate) fn seen(trust: &Trust) -> impl Iterator<Item = String> {
    let each = trust.witnesses.iter();
    each.map(|(witness, seconds)| format!("seen by {witness} at {}", time(*seconds)))
}

/// Why it is not more than it is.
pub(super) fn why(trust: &Trust) -> Vec<&'static str> {
    match trust.quorum {
        Quorum::Met => Vec::new(),
        Quorum::None => vec!["the policy asks for no witness"],
        Quorum::Missing => vec!["fewer witnesses have cosigned than the policy asks for"],
    }
}

pub(super) fn witnesses(trust: &Trust) -> Value {
    let each = trust.witnesses.iter();
    each.map(|(name, seconds)| json!({ "name": name.as_str(), "time": time(*seconds) })).collect()
}

fn time(seconds: u64) -> String {
    let millis = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1000));
    millis.map_or_else(|| format!("second {seconds}"), instant)
}

/// An instant in milliseconds since 1970, as FHIR writes it.
pub(super) fn instant(millis: i64) -> String {
    Instant { millis }.to_text()
}
