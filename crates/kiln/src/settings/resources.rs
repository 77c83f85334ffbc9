//! The section `[resources]`: FHIR resources that Kiln keeps itself.
use super::trail::{Shape, Trail};
use crate::arguments::Release;
use anyhow::bail;
use kiln_server::ResourceSettings;
use serde::{Deserialize, Serialize};

/// `[resources]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Resources {
    /// Whether any are kept.
    pub(crate) enabled: bool,
    /// The release that they are in; left out: that of the trail's events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) release: Option<Release>,
    pub(crate) body_bytes_max: usize,
    pub(crate) depth_max: usize,
    pub(crate) patch_operations_max: usize,
    /// Entries of a batch that are worked on at once.
    pub(crate) entries_at_once: usize,
}

impl Default for Resources {
    fn default() -> Self {
        let theirs = ResourceSettings::default();
        Self {
            enabled: false,
            release: None,
            body_bytes_max: theirs.body_bytes_max,
            depth_max: theirs.depth_max,
            patch_operations_max: theirs.patch_operations_max,
            entries_at_once: theirs.entries_at_once,
        }
    }
}

impl Resources {
    /// What the server is given; `None` where none are kept.
    pub(super) fn to_room(&self, trail: &Trail) -> Option<ResourceSettings> {
        let usual = match trail.profile {
            Shape::Lifeomic => Release::Stu3,
            Shape::Balp | Shape::Gms => Release::R4,
        };
        self.enabled.then(|| ResourceSettings {
            profile: trail.to_room(),
            release: self.release.unwrap_or(usual).into(),
            body_bytes_max: self.body_bytes_max,
            depth_max: self.depth_max,
            patch_operations_max: self.patch_operations_max,
            entries_at_once: self.entries_at_once,
        })
    }

    /// The rules between it and the other settings. What is not in use forbids no smaller Bundles;
    /// switched on by the command line, both limits hold.
    pub(super) fn check(&self, bundle_bytes_max: usize) -> anyhow::Result<()> {
        if self.enabled && self.body_bytes_max > bundle_bytes_max {
            bail!("resources.body_bytes_max must not be above bundle.body_bytes_max");
        }
        if self.depth_max == 0 || self.depth_max > DEPTH_MAX {
            bail!("resources.depth_max must be above 0, and not above {DEPTH_MAX}");
        }
        if self.patch_operations_max == 0 || self.entries_at_once == 0 {
            bail!("resources.patch_operations_max and entries_at_once must be above 0");
        }
        Ok(())
    }
}

/// What is stored is read again with no more than this.
const DEPTH_MAX: usize = 100;
