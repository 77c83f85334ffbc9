//! What happened to FHIR resources: what a gateway saw pass, or a resource store did.
use crate::{Client, Outcome, Request, Server};
use kiln_fhir::Instant;

/// One interaction of FHIR's REST with resources; each entry of a batch is one of its own.
///
/// Everything in it comes from outside and may hold any text.
#[derive(Copy, Clone, Debug)]
pub struct Interaction<'a> {
    /// What was asked for.
    pub kind: Restful,
    /// The name of an operation, without its `$`.
    pub operation: Option<&'a str>,
    /// When.
    pub recorded: Instant,
    /// How it ended; [`Outcome::Unknown`] where nobody saw the end of it.
    pub outcome: Outcome,
    /// Why it did not end well. It holds nothing that was sent.
    pub says: Option<&'a str>,
    /// The HTTP status of the answer, or of the answer's entry; `None` where there was none.
    pub status: Option<u16>,
    /// Who asked.
    pub client: Client<'a>,
    /// Whether Kiln itself verified what the client says of itself.
    pub is_verified: bool,
    /// Whether the server changed the resource by itself, asked by nobody.
    pub by_server: bool,
    /// The organisation that the token speaks for.
    pub organization: Option<Organization<'a>>,
    /// Whose log it is, and where the resources were asked for.
    pub server: Server<'a>,
    /// The base URL of the server that answered, where Kiln stands in front of it.
    pub upstream: Option<&'a str>,
    /// What was asked. Its query, for all but searches and operations, is left out.
    pub request: Request<'a>,
    /// One name for all interactions of a Bundle.
    pub correlation: Option<&'a str>,
    /// What for, as a header says: `system|code` or `code`. Those of a token are the principal's.
    pub purposes: &'a [&'a str],
    /// The resource that was asked for by its type and id, or that came to be.
    pub resource: Option<Versioned<'a>>,
    /// Those whom the resource, or the query, is about.
    pub patients: &'a [Patient<'a>],
    /// What a search, a history or an operation showed.
    pub returned: &'a [Returned<'a>],
    /// Whether that is all of it: false where a list was not read to its end.
    pub is_whole: bool,
    /// `meta.tag` of the resource.
    pub tags: &'a [Tag<'a>],
}

impl Interaction<'_> {
    /// Every purpose that a token or a header names, as `system|code` or `code`.
    pub fn purposes(&self) -> impl Iterator<Item = &str> {
        let principal = self.client.principal.into_iter();
        let by_token = principal.flat_map(|principal| &principal.agent.purposes);
        by_token.map(String::as_str).chain(self.purposes.iter().copied())
    }

    /// Whether it was asked for in an emergency, past the usual rules: with the purpose `BTG` or
    /// `ETREAT` of HL7's `ActReason`.
    pub fn is_break_glass(&self) -> bool {
        self.purposes().any(|purpose| BreakGlass::of(purpose).is_some())
    }

    /// Whether it went well and left everything as it was: a conditional create that found one.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.kind == Restful::Create && self.is_success() && self.status == Some(200)
    }

    /// Whether it is an update that made its resource, as a create does: by FHIR it is answered 201
    /// then (<https://hl7.org/fhir/R4/http.html#upsert>).
    pub(crate) fn is_upsert(&self) -> bool {
        let is_update = matches!(self.kind, Restful::Update | Restful::Patch);
        is_update && self.is_success() && self.status == Some(201)
    }

    /// Whether an answer said that it went well.
    pub fn is_success(&self) -> bool {
        self.outcome == Outcome::Success
    }
}

/// A purpose of emergencies.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum BreakGlass {
    /// `BTG`: break the glass.
    Btg,
    /// `ETREAT`: emergency treatment.
    Etreat,
}

impl BreakGlass {
    /// Of `system|code` or `code`; a code without a system is taken for HL7's.
    pub(crate) fn of(purpose: &str) -> Option<Self> {
        let (system, code) = purpose.split_once('|').unwrap_or(("", purpose));
        let is_theirs = matches!(system, "" | ACT_REASON | "urn:oid:2.16.840.1.113883.5.8");
        match code.trim() {
            "BTG" if is_theirs => Some(Self::Btg),
            "ETREAT" if is_theirs => Some(Self::Etreat),
            _ => None,
        }
    }
}

const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// An interaction of FHIR's REST (<https://hl7.org/fhir/R4/codesystem-restful-interaction.html>).
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Restful {
    /// `create`, conditional or not.
    Create,
    /// `read`
    Read,
    /// `vread`
    Vread,
    /// `update`, conditional or not, also where it creates.
    Update,
    /// `patch`
    Patch,
    /// `delete`, conditional or not.
    Delete,
    /// `history-instance`
    HistoryInstance,
    /// `history-type`
    HistoryType,
    /// `history-system`
    HistorySystem,
    /// `search-type`, also below a compartment.
    SearchType,
    /// `search-system`
    SearchSystem,
    /// `batch`: what is said of the Bundle where its entries have no events of their own.
    Batch,
    /// `transaction`, likewise.
    Transaction,
    /// `operation`
    Operation,
    /// `capabilities`
    Capabilities,
}

impl Restful {
    /// Whether its answer is a list of resources, or may be one.
    pub(crate) const fn lists(self) -> bool {
        self.is_query()
            || matches!(
                self,
                Self::HistoryInstance | Self::HistoryType | Self::HistorySystem | Self::Operation
            )
    }

    /// Whether it shows and changes no resource, but for those that its entries tell of.
    pub(crate) const fn shows_nothing(self) -> bool {
        matches!(self, Self::Batch | Self::Transaction | Self::Capabilities)
    }

    /// Whether the query is what it is about.
    pub(crate) const fn is_query(self) -> bool {
        matches!(self, Self::SearchType | Self::SearchSystem)
    }

    /// FHIR's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Vread => "vread",
            Self::Update => "update",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::HistoryInstance => "history-instance",
            Self::HistoryType => "history-type",
            Self::HistorySystem => "history-system",
            Self::SearchType => "search-type",
            Self::SearchSystem => "search-system",
            Self::Batch => "batch",
            Self::Transaction => "transaction",
            Self::Operation => "operation",
            Self::Capabilities => "capabilities",
        }
    }
}

/// A resource, and its versions around the interaction.
#[derive(Copy, Clone, Debug)]
pub struct Versioned<'a> {
    /// Its type.
    pub r#type: &'a str,
    /// Its id; `None` where nobody said it, as in a create that failed.
    pub id: Option<&'a str>,
    /// The version that was there before a change.
    pub old: Version<'a>,
    /// The version that a change made, or that was shown.
    pub new: Version<'a>,
    /// What the resource says of itself afterwards, or said when it was shown.
    pub state: State<'a>,
}

/// `meta.versionId` of a resource.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Version<'a> {
    /// There is none: before a create, after what failed.
    Absent,
    /// This one.
    Known(&'a str),
    /// There is one, and nobody said which.
    Unknown,
}

/// What a resource says of itself.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct State<'a> {
    /// `status`, where it is a code.
    pub status: Option<&'a str>,
    /// `businessStatus` of a Task: the code of its first Coding, else its text.
    pub business_status: Option<&'a str>,
}

/// Whom a resource is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum Patient<'a> {
    /// `Patient/123`, or its absolute URL.
    Reference(&'a str),
    /// One that is known by a business identifier alone.
    Identifier {
        /// Its namespace.
        system: Option<&'a str>,
        /// Itself.
        value: &'a str,
    },
}

/// A resource that an answer showed.
#[derive(Copy, Clone, Debug)]
pub struct Returned<'a> {
    /// Its type.
    pub r#type: &'a str,
    /// Its id.
    pub id: &'a str,
    /// Its version.
    pub version: Version<'a>,
    /// What it says of itself.
    pub state: State<'a>,
    /// Whom it is about.
    pub patients: &'a [Patient<'a>],
}

/// An organisation.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Organization<'a> {
    /// Its identifier: `system|value` or `value`.
    pub id: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
}

/// A Coding of `meta.tag`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Its system.
    pub system: Option<&'a str>,
    /// Its code.
    pub code: &'a str,
}
