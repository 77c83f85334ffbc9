//! `kiln witness`.
use clap::Args;
use kiln_evidence::KeyName;
use std::{net::SocketAddr, path::PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Witness {
    /// Where to listen; port 0 takes a free one and prints it
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8090")]
    pub(crate) listen: SocketAddr,
    /// The witness's name in its cosignatures: a URL without a scheme, such as witness.example/w1
    #[arg(long, value_name = "NAME")]
    pub(crate) name: KeyName,
    /// The file that remembers the newest checkpoint of each log
    #[arg(long, value_name = "FILE", default_value = "witness.state")]
    pub(crate) state: PathBuf,
    /// The witness's own key, PKCS#8 PEM; made when it is not there
    #[arg(long, value_name = "FILE", default_value = "witness.pem")]
    pub(crate) key: PathBuf,
    /// The logs to cosign for: a line `log VKEY` each
    #[arg(long, value_name = "FILE", default_value = "logs")]
    pub(crate) logs: PathBuf,
}
