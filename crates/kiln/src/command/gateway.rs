//! `kiln gateway`: a server that stands in front of a FHIR server, too.
use crate::{arguments, command::serve, exit::Verdict};

/// As `kiln serve`, with what the command line says of the gateway.
pub(crate) fn run(arguments: &arguments::gateway::Gateway) -> anyhow::Result<Verdict> {
    let mut settings = arguments.serve.data.settings()?;
    let gateway = &mut settings.gateway;
    if let Some(upstream) = &arguments.upstream {
        gateway.upstream = Some(upstream.clone());
    }
    gateway.listen = arguments.passing.unwrap_or(gateway.listen);
    if settings.gateway.upstream.is_none() {
        anyhow::bail!(
            "which server is behind? --upstream URL, or gateway.upstream of the settings"
        );
    }
    let given = [
        ("gateway.upstream", "--upstream", arguments.upstream.is_some()),
        ("gateway.listen", "--gateway-listen", arguments.passing.is_some()),
    ];
    serve::run_with(&arguments.serve, settings, &given)
}
