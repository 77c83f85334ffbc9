//! What an operator may tune of the pages.
use jiff::tz::TimeZone;
use kiln_identity::TenantId;
use kiln_pages::Language;
use std::{collections::BTreeMap, time::Duration};

/// The pages.
#[derive(Clone, Debug)]
pub struct Pages {
    /// Whether there are any.
    pub enabled: bool,
    /// The language they are in; `None`: what the browser asks for, or English.
    pub language: Option<Language>,
    /// The zone that times are shown in, and days and weeks of the search line are of.
    pub zone: TimeZone,
    /// Tenants that have another one.
    pub zones: BTreeMap<TenantId, TimeZone>,
    /// How long the address of a view leads anywhere.
    pub view_lifetime: Duration,
    /// Whether the events are generated ones: every page says so.
    pub demo: bool,
    /// How staff are named in the reports that a patient is given.
    pub staff: Staff,
    /// Whether such a report says who looked at the patient's log, too.
    pub who_looked: bool,
}

/// How staff are named to a patient.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Staff {
    /// By their names.
    #[default]
    Name,
    /// By their roles.
    Role,
    /// By their organisations alone.
    Organisation,
}

impl Pages {
    /// The zone of a tenant.
    pub(crate) fn zone_of(&self, tenant: &TenantId) -> &TimeZone {
        self.zones.get(tenant).unwrap_or(&self.zone)
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            enabled: true,
            language: None,
            zone: TimeZone::UTC,
            zones: BTreeMap::new(),
            view_lifetime: Duration::from_hours(24),
            demo: false,
            staff: Staff::default(),
            who_looked: false,
        }
    }
}
