//! Opens the tenants of a server, each with what is its own.
use crate::{
    data::{DataFolder, Opening},
    settings::Settings,
};
use anyhow::Context as _;
use kiln_server::{OpenTenant, Tenant};
use kiln_store::{TenantId, disk::RealDisk, rejects::Shelf};
use std::{error::Error, sync::Arc};

/// The data folder, and how each tenant's part of it is opened.
pub(crate) struct Tenants {
    folder: DataFolder,
    settings: Settings,
    opening: Opening,
}

impl Tenants {
    /// Over a folder that is held.
    pub(crate) fn new(folder: DataFolder, settings: Settings, opening: Opening) -> Self {
        Self { folder, settings, opening }
    }

    /// The tenants that the settings name, beside the default one.
    pub(crate) fn names(&self) -> Vec<TenantId> {
        self.settings.tenants.iter().map(|tenant| tenant.name.clone()).collect()
    }

    /// Opens one.
    pub(crate) fn open(&self, id: &TenantId) -> anyhow::Result<Tenant> {
        let folder = self.folder.of(id);
        let store = Arc::new(folder.open_as(&self.settings, self.opening)?);
        let audit = Arc::new(folder.audit().open_as(&self.settings, self.opening)?);
        let own = self.settings.of(id);
        let rejects = Shelf::open(&folder.tenant(), own.rejects.to_room(), Arc::new(RealDisk));
        let rejects = rejects.context("the reject shelf does not start")?;
        let limits =
            kiln_server::Settings { witnessing: own.evidence.witnessing()?, ..own.server() };
        let tenant = Tenant::new(id.clone(), store, &limits);
        Ok(tenant.context("the server does not start")?.with_shelf(rejects).with_audit(audit))
    }
}

impl OpenTenant for Tenants {
    fn open(&self, id: &TenantId) -> Result<Tenant, Box<dyn Error + Send + Sync>> {
        Self::open(self, id).map_err(|error| format!("{error:#}").into())
    }
}
