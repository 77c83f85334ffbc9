//! The server over a real store in a folder of its own, asked over real connections.
//! What every answer looks like stands in `tests/scenarios`; here is what a scenario cannot show:
//! clients that are slow, gone, foreign or many.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod api;
mod audit;
mod bundles;
mod capabilities;
mod clients;
mod compartments;
mod dialects;
mod events;
mod evidence;
mod identified;
mod issuers;
mod leaks;
mod limits;
mod listeners;
mod mutual_tls;
mod officers;
mod openapi;
mod pages;
mod patient_view;
mod people;
mod people_facets;
mod people_watch;
mod plain;
mod plain_refusals;
mod releases;
mod reports;
mod resource_bundles;
mod resource_scopes;
mod resources;
mod roles;
mod schema;
mod server;
mod tenants;
mod tls;
mod tls_client;
mod trail_gms;
mod trail_lifeomic;
mod unprobed;
mod validate;
mod witnesses;
mod xml_bundles;
mod xml_door;
