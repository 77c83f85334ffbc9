//! A witness on a port, and a client that reads what comes back to its end.
use crate::log::Log;
use kiln_evidence::{Ed25519Signer, VerifierKey, origin_hash};
use kiln_witness::{StateError, Witness, WitnessSettings, serve};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
};
use tokio::{runtime::Runtime, sync::oneshot, task::JoinHandle};

pub(crate) struct Running {
    address: SocketAddr,
    pub(crate) key: VerifierKey,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
    runtime: Runtime,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The header, in lower case.
    pub(crate) header: String,
    pub(crate) body: String,
}

/// A witness of `Log::known()` whose state is in this folder.
pub(crate) fn witness(folder: &Path) -> Result<Witness, StateError> {
    witness_of(folder, 9)
}

pub(crate) fn witness_of(folder: &Path, seed: u8) -> Result<Witness, StateError> {
    Witness::open(WitnessSettings {
        name: "witness.example/w1".parse().unwrap(),
        key: Arc::new(Ed25519Signer::from_seed([seed; 32])),
        logs: format!("log {}\n", Log::known().key()).parse().unwrap(),
        state: folder.join("state.json"),
    })
}

impl Running {
    pub(crate) fn start(folder: &Path) -> Self {
        let witness = witness(folder).unwrap();
        let key = witness.key().clone();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = runtime.spawn(serve(listener, witness, async {
            stopped.await.unwrap();
        }));
        Self { address, key, stop, served, runtime }
    }

    pub(crate) fn stop(self) {
        self.stop.send(()).unwrap();
        self.runtime.block_on(self.served).unwrap().unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    pub(crate) fn add(&self, body: &str) -> Answer {
        self.ask("POST", "/add-checkpoint", body)
    }

    /// What monitors see of the known log.
    pub(crate) fn newest(&self) -> Answer {
        let origin = Log::known().checkpoint(0).origin;
        self.get(&format!("/{}/checkpoint", origin_hash(&origin)))
    }

    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let length = body.len();
        let header = format!(
            "{method} {path} HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(header.as_bytes()).unwrap();
        // A server that refuses the body may have closed before it came.
        let _sent = stream.write_all(body.as_bytes()).is_ok();
        let mut text = Vec::new();
        let _end = stream.read_to_end(&mut text).is_ok();
        let text = String::from_utf8(text).unwrap();
        let (header, body) = text.split_once("\r\n\r\n").unwrap();
        Answer {
            status: header.split(' ').nth(1).unwrap().parse().unwrap(),
            header: header.to_lowercase(),
            body: body.to_owned(),
        }
    }
}
