//! What is recorded of each interaction. One that is not here does not compile.
use super::Needless;
use crate::router::Interaction;
use kiln_trail::Use;

/// What is recorded of an interaction that was let in.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Somebody looks at the log: each time, whatever comes of it.
    Look(Use),
    /// Something comes in. What it looks at on the way is recorded, each for itself.
    Take(&'static str),
    /// Nothing.
    Nothing(Needless),
}

impl Duty {
    pub(crate) fn of(interaction: Interaction) -> Self {
        match interaction {
            Interaction::Read | Interaction::PlainRead => Self::Look(Use::Read),
            Interaction::Vread => Self::Look(Use::Vread),
            Interaction::HistoryInstance => Self::Look(Use::HistoryInstance),
            Interaction::HistoryType => Self::Look(Use::HistoryType),
            Interaction::SearchType | Interaction::SearchCompartment => Self::Look(Use::Search),
            Interaction::PlainSearch => Self::Look(Use::PlainSearch),
            Interaction::Original => Self::Look(Use::Operation("original")),
            Interaction::Proof => Self::Look(Use::Operation("proof")),
            Interaction::VerifyInstance | Interaction::VerifyRange => {
                Self::Look(Use::Operation("verify"))
            }
            Interaction::AccessReport => Self::Look(Use::Operation("access-report")),
            Interaction::DisclosureAccounting => {
                Self::Look(Use::Operation("disclosure-accounting"))
            }
            Interaction::ValidateInstance => Self::Look(Use::Operation("validate")),
            Interaction::Create | Interaction::PlainCreate => Self::Take("create"),
            Interaction::Batch => Self::Take("batch"),
            // What is sent is looked at, and nothing that is stored.
            Interaction::Validate => Self::Take("operation"),
            Interaction::Capabilities
            | Interaction::SmartConfiguration
            | Interaction::OperationDefinition
            | Interaction::OpenApi
            | Interaction::VerifyPage
            | Interaction::VerifyScript
            | Interaction::Live
            | Interaction::Ready
            | Interaction::Metrics
            | Interaction::SignIn
            | Interaction::SignInCallback
            | Interaction::SignOut
            // Hashes, sizes and signatures: whoever follows a log asks for thousands of them.
            | Interaction::LogCheckpoint
            | Interaction::LogWitnessedCheckpoint
            | Interaction::LogTile
            | Interaction::LogKey => Self::Nothing(Needless::ShowsNothing),
            Interaction::Page(page) => page.duty(),
            Interaction::Unchanging => Self::Nothing(Needless::TurnedAway),
            // What is done with resources is told in the log itself, denials too.
            Interaction::Resource => Self::Nothing(Needless::InTheLog),
        }
    }

    /// What is recorded of one that was denied.
    pub(crate) fn denied(interaction: Interaction) -> Use {
        match Self::of(interaction) {
            Self::Look(r#use) => r#use,
            Self::Take(code) => Use::Refused(code),
            Self::Nothing(_) => Use::Refused("operation"),
        }
    }
}
