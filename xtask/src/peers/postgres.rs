//! `PostgreSQL` by the peers' own way to run it: JSONB, extracted columns, four b-trees, a GIN
//! index, `fsync` on.
use super::{Target, first_line};
use crate::job;
use anyhow::{Context as _, Result};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const ADDRESS: [&str; 4] = ["host=127.0.0.1", "port=54321", "user=pg", "sslmode=disable"];
const DATABASE: &str = "dbname=audit1";

/// Running; stopped when dropped.
pub(super) struct Postgres {
    script: PathBuf,
    work: PathBuf,
    pid: String,
}

impl Postgres {
    /// Where its programs are installed. Its tables are empty.
    pub(super) fn start(peers: &Path, work: &Path) -> Result<Self> {
        for program in ["postgres", "initdb", "psql"] {
            let mut version = Command::new(program);
            version.arg("--version").stdout(Stdio::null());
            version.status().with_context(|| format!("no `{program}` here"))?;
        }
        for unused in ["ev_100k", "ev_100k_shuf", "ev_1m", "ev_post"] {
            // The script makes gigabytes of events where these are absent; only its server is used.
            let file = work.join(format!("data/{unused}.ndjson"));
            if !file.try_exists()? {
                std::fs::write(file, "{}\n")?;
            }
        }
        let mut this = Self {
            script: peers.join("run_postgres.sh"),
            work: work.to_owned(),
            pid: String::new(),
        };
        this.script("start")?;
        this.pid = first_line(&work.join("pgdata-plain/postmaster.pid"))?;
        Ok(this)
    }

    pub(super) fn target(&self, command: &str) -> Target {
        let dsn = [&ADDRESS[..], &[DATABASE]].concat().join(" ");
        let arguments = [command, "--dsn", &dsn].map(str::to_owned).to_vec();
        Target { arguments, pid: self.pid.clone() }
    }

    /// What its planner should know of what was loaded.
    pub(super) fn analyze(&self) -> Result<()> {
        let dsn = [&ADDRESS[..], &[DATABASE]].concat().join(" ");
        for what in ["vacuum analyze audit_event", "checkpoint"] {
            job::finish(job::command(&self.work, "psql", &["-q", "-d", &dsn, "-c", what]))?;
        }
        Ok(())
    }

    fn script(&self, what: &str) -> Result<()> {
        let mut command = Command::new("bash");
        command.arg(&self.script).arg(what).env("PEERS_WORK", &self.work);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        job::finish(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.script("stop") {
            eprintln!("PostgreSQL was not stopped: {error:#}");
        }
    }
}
