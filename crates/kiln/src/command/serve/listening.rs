//! Where the server listens: addresses, and its own socket.
use anyhow::{Context as _, bail};
use kiln_store::disk::{Disk as _, RealDisk};
use std::{
    fs::{OpenOptions, Permissions},
    io,
    net::{SocketAddr, TcpListener},
    os::{
        fd::AsRawFd as _,
        unix::{
            fs::PermissionsExt as _,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
};

/// What a socket's address holds, on every system that Kiln runs on (`sun_path` of unix(7), 108
/// bytes on Linux), with some room.
const SOCKET_PATH_BYTES_MAX: usize = 100;

/// The socket's name in the data folder.
const SOCKET: &str = "kiln.sock";

/// Listens on an address.
pub(crate) fn address(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}; {setting} takes another port"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The server's own socket, for this user and root (0600), until it is dropped.
pub(crate) struct Socket {
    path: PathBuf,
}

impl Socket {
    /// Listens on it. Whoever holds the data folder may: a socket that is there is one that a crash
    /// has left.
    pub(crate) fn listen(data: &Path) -> anyhow::Result<(UnixListener, Self)> {
        let path = data.join(SOCKET);
        let told = || format!("cannot listen on {}", path.display());
        match RealDisk.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(told);
            }
            _ => {}
        }
        let listener =
            by_short_path(&path, |short| UnixListener::bind(short)).with_context(told)?;
        // The folder is this user's alone, so that nobody was quicker; and the kernel names who
        // comes.
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).with_context(told)?;
        listener.set_nonblocking(true)?;
        Ok((listener, Self { path }))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Err(error) = RealDisk.remove(&self.path) {
            tracing::debug!(%error, "the socket could not be removed");
        }
    }
}

/// Connects to the socket of the server that holds the data folder; `None` where nobody listens.
pub(crate) fn connect(data: &Path) -> anyhow::Result<Option<UnixStream>> {
    let path = data.join(SOCKET);
    match by_short_path(&path, |short| UnixStream::connect(short)) {
        Ok(stream) => Ok(Some(stream)),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Ok(None),
            io::ErrorKind::PermissionDenied => {
                bail!("{} is for root and for the user that the server runs as", path.display())
            }
            _ => Err(error).with_context(|| path.display().to_string()),
        },
    }
}

/// A folder that lies deep is reached through its descriptor.
fn by_short_path<T>(path: &Path, act: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().len() <= SOCKET_PATH_BYTES_MAX {
        return act(path);
    }
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let dir = OpenOptions::new().read(true).open(dir)?;
    act(&Path::new("/proc/self/fd").join(dir.as_raw_fd().to_string()).join(name))
}
