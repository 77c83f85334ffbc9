//! What an operator may tune of the resource store.
use kiln_fhir::Release;
use kiln_trail::{Balp, Profile};

/// The store of resources, and the trail that it leaves.
#[derive(Clone, Debug)]
pub struct ResourceSettings {
    /// In which shape what is done with resources is told.
    pub profile: Profile,
    /// The release that resources are in: Kiln converts none, and serves them in no other.
    pub release: Release,
    /// Bytes of one resource.
    pub body_bytes_max: usize,
    /// Objects and arrays of a resource inside each other.
    pub depth_max: usize,
    /// Operations of one JSON Patch.
    pub patch_operations_max: usize,
    /// Entries of a batch that are worked on at once.
    pub entries_at_once: usize,
}

impl Default for ResourceSettings {
    fn default() -> Self {
        Self {
            profile: Profile::Balp(Balp::default()),
            release: Release::R4,
            body_bytes_max: 1 << 20,
            depth_max: 64,
            patch_operations_max: 256,
            entries_at_once: 32,
        }
    }
}

impl ResourceSettings {
    /// Whether clients may send audit events: where the trail's profile has the server alone make
    /// them, they may not.
    pub(crate) fn takes_events(&self) -> bool {
        !matches!(self.profile, Profile::Gms(_))
    }
}
