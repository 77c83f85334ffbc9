//! Which witnesses are enough: c2sp.org/tlog-policy § Defining a witness group.

use super::Quorum;

/// Groups over witnesses and earlier groups, and the one that is the quorum.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// Witnesses and groups in the order they were defined. A group's members stand before it:
    /// there are no circles, and the depth costs nothing.
    pub(super) members: Vec<Member>,
    pub(super) needed: Needed,
}

/// Who has to have witnessed a checkpoint.
#[derive(Copy, Clone, Debug, Default)]
pub(super) enum Needed {
    /// `quorum none`.
    #[default]
    Nobody,
    /// The member of this position.
    Member(usize),
}

/// What a name of the policy stands for.
#[derive(Clone, Debug)]
pub(super) enum Member {
    /// The witness of this position.
    Witness(usize),
    /// So many of these members.
    Group { threshold: usize, members: Vec<usize> },
}

impl Rule {
    /// The verdict; `cosigned` says of each witness whether it did.
    pub(super) fn quorum(&self, cosigned: &[bool]) -> Quorum {
        let Needed::Member(needed) = self.needed else { return Quorum::None };
        let mut witnessed = Vec::with_capacity(self.members.len());
        for member in &self.members {
            witnessed.push(match member {
                Member::Witness(at) => cosigned[*at],
                Member::Group { threshold, members } => {
                    members.iter().filter(|at| witnessed[**at]).count() >= *threshold
                }
            });
        }
        if witnessed[needed] { Quorum::Met } else { Quorum::Missing }
    }
}
