//! What a request asks for.
use super::{
    Bundle, BundleKind, Conditions, Form, Head, Id, Instance, Limits, Method, Patient, Prefer,
    Refusal, ResourceType, Sent, patient, route, sent,
};
use crate::Restful;

/// A request that is FHIR REST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The interaction, and with what.
    pub does: Does,
    /// Its method. A `HEAD` is what its `GET` is, without a body in the answer.
    pub method: Method,
    /// The path below the base, without a `/` in front or at the end, written anew from what was
    /// understood: what goes upstream.
    pub path: String,
    /// After the `?`, as sent: its characters are those of a query, and no `_method` is in it.
    pub query: Option<String>,
    /// What it depends on.
    pub conditions: Conditions,
    /// What it prefers.
    pub prefer: Prefer,
    /// What its body is written in; `None` where no `Content-Type` says.
    pub form: Option<Form>,
}

/// FHIR's interactions (<https://hl7.org/fhir/R4/http.html#3.1.0>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// `GET metadata`, `GET .well-known/smart-configuration`; DSTU2: `OPTIONS`
    Capabilities,
    /// `GET Type/id`
    Read(Instance),
    /// `GET Type/id/_history/version`
    Vread(Instance, Id),
    /// `POST Type`; conditional by [`Conditions::if_none_exist`].
    Create(ResourceType),
    /// `PUT Type/id`
    Update(Instance),
    /// `PUT Type?criteria`
    UpdateIf(ResourceType),
    /// `PATCH Type/id`
    Patch(Instance),
    /// `PATCH Type?criteria`
    PatchIf(ResourceType),
    /// `DELETE Type/id`
    Delete(Instance),
    /// `DELETE Type?criteria`; since R5 `DELETE ?criteria` as well.
    DeleteIf(Option<ResourceType>),
    /// Since R6: `DELETE Type/id/_history`, and of one version.
    DeleteHistory(Instance, Option<Id>),
    /// `GET Type/id/_history`
    HistoryInstance(Instance),
    /// `GET Type/_history`
    HistoryType(ResourceType),
    /// `GET _history`
    HistorySystem,
    /// `GET Type?…`, `POST Type/_search`
    SearchType(ResourceType),
    /// `GET ?…`, `POST _search`
    SearchSystem,
    /// `GET Type/id/Other?…`, `GET Type/id/*`; the latter is of all types.
    SearchCompartment(Instance, Option<ResourceType>),
    /// `POST` to the base: a batch or a transaction, as its body says.
    Bundle,
    /// `$name`, without its `$`, and on what.
    Operation(String, Target),
    /// The state of something that goes on in the background, at an address of the server's own.
    AsyncStatus,
}

/// What an operation is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The server.
    System,
    /// A resource type.
    Type(ResourceType),
    /// A resource.
    Instance(Instance),
    /// A version of a resource.
    Version(Instance, Id),
}

impl Asked {
    /// Reads a request before its body.
    ///
    /// # Errors
    /// It is no FHIR REST, or not for certain.
    pub fn read(head: &Head<'_>, limits: &Limits) -> Result<Self, Refusal> {
        route::of_request(head, limits)
    }

    /// Reads its body, which may be empty.
    ///
    /// # Errors
    /// A body that must be understood and cannot be: of a batch, a transaction, a search.
    pub fn body(&self, body: &[u8], limits: &Limits) -> Result<Sent, Refusal> {
        sent::read(self, body, limits)
    }

    /// Whether the body must be read before the request may go on: of a Bundle and of a form.
    pub fn needs_body(&self) -> bool {
        let is_search = matches!(
            self.does,
            Does::SearchType(_) | Does::SearchSystem | Does::SearchCompartment(..)
        );
        self.does == Does::Bundle || (is_search && self.method == Method::Post)
    }

    /// Whether it is known to change nothing. An operation that is not known may change anything,
    /// and so may one by POST, and the end of something in the background.
    pub fn is_read(&self) -> bool {
        match &self.does {
            Does::Capabilities
            | Does::Read(_)
            | Does::Vread(..)
            | Does::HistoryInstance(_)
            | Does::HistoryType(_)
            | Does::HistorySystem
            | Does::SearchType(_)
            | Does::SearchSystem
            | Does::SearchCompartment(..) => true,
            Does::Operation(name, _) => self.method.is_safe() && READING.contains(&name.as_str()),
            Does::AsyncStatus => self.method.is_safe(),
            Does::Create(_)
            | Does::Update(_)
            | Does::UpdateIf(_)
            | Does::Patch(_)
            | Does::PatchIf(_)
            | Does::Delete(_)
            | Does::DeleteIf(_)
            | Does::DeleteHistory(..)
            | Does::Bundle => false,
        }
    }

    /// FHIR's name of the interaction; of a Bundle, its body says it.
    pub fn restful(&self, sent: &Sent) -> Restful {
        match &self.does {
            Does::Capabilities => Restful::Capabilities,
            Does::Read(_) => Restful::Read,
            Does::Vread(..) => Restful::Vread,
            Does::Create(_) => Restful::Create,
            Does::Update(_) | Does::UpdateIf(_) => Restful::Update,
            Does::Patch(_) | Does::PatchIf(_) => Restful::Patch,
            Does::Delete(_) | Does::DeleteIf(_) | Does::DeleteHistory(..) => Restful::Delete,
            Does::HistoryInstance(_) => Restful::HistoryInstance,
            Does::HistoryType(_) => Restful::HistoryType,
            Does::HistorySystem => Restful::HistorySystem,
            Does::SearchType(_) | Does::SearchCompartment(_, Some(_)) => Restful::SearchType,
            Does::SearchSystem | Does::SearchCompartment(_, None) => Restful::SearchSystem,
            Does::Bundle => match sent {
                Sent::Bundle(Bundle { kind: BundleKind::Transaction, .. }) => Restful::Transaction,
                _ => Restful::Batch,
            },
            Does::Operation(..) | Does::AsyncStatus => Restful::Operation,
        }
    }

    /// The resource type that its path names.
    pub fn resource_type(&self) -> Option<ResourceType> {
        match &self.does {
            Does::Create(r#type)
            | Does::UpdateIf(r#type)
            | Does::PatchIf(r#type)
            | Does::HistoryType(r#type)
            | Does::SearchType(r#type)
            | Does::Operation(_, Target::Type(r#type)) => Some(*r#type),
            Does::DeleteIf(r#type) | Does::SearchCompartment(_, r#type) => *r#type,
            _ => self.instance().map(|instance| instance.r#type),
        }
    }

    /// The resource that its path names; of a search in a compartment there is none.
    pub fn instance(&self) -> Option<&Instance> {
        match &self.does {
            Does::Read(instance)
            | Does::Vread(instance, _)
            | Does::Update(instance)
            | Does::Patch(instance)
            | Does::Delete(instance)
            | Does::DeleteHistory(instance, _)
            | Does::HistoryInstance(instance)
            | Does::Operation(_, Target::Instance(instance) | Target::Version(instance, _)) => {
                Some(instance)
            }
            _ => None,
        }
    }

    /// The version that its path names.
    pub fn version(&self) -> Option<&Id> {
        match &self.does {
            Does::Vread(_, version)
            | Does::DeleteHistory(_, Some(version))
            | Does::Operation(_, Target::Version(_, version)) => Some(version),
            _ => None,
        }
    }

    /// Patients whom the request itself names: by its path, or by its criteria, `form` being those
    /// in the body of a search by POST. At most [`Limits::patients_max`].
    pub fn patients(&self, form: Option<&str>, limits: &Limits) -> Vec<Patient> {
        patient::of_request(self, form, limits)
    }
}

/// Operations of FHIR and its common guides that change nothing where they are asked by GET
/// (`OperationDefinition.affectsState` is false). `$document` may persist what it makes, and
/// `$export` starts something.
const READING: [&str; 23] = [
    "conforms",
    "data-requirements",
    "docref",
    "everything",
    "expand",
    "export-poll-status",
    "exportstatus",
    "find-matches",
    "graph",
    "ihe-pix",
    "lastn",
    "list",
    "lookup",
    "match",
    "meta",
    "questionnaire",
    "snapshot",
    "stats",
    "subsumes",
    "translate",
    "validate",
    "validate-code",
    "versions",
];
