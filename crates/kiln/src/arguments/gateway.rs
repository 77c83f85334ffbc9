//! `kiln gateway`
use super::Serve;
use clap::Args;
use std::net::SocketAddr;

#[derive(Debug, Args)]
pub(crate) struct Gateway {
    /// The base URL of the FHIR server behind [default: gateway.upstream of the settings]
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// Where clients of that server come; port 0 takes a free one and prints it
    /// [default: 127.0.0.1:8090]
    #[arg(long = "gateway-listen", value_name = "ADDR:PORT")]
    pub(crate) passing: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}
