//! `cargo xtask peers`: durable single writes into Kiln and into `PostgreSQL`, in turn, on one
//! machine, by one load generator (`../shared/peers`). `PostgreSQL` has no HTTP and no FHIR here:
//! it is the least that a team would build.
#![expect(clippy::disallowed_methods, reason = "work files of this program")]

use crate::job;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const ROUNDS: usize = 5;
const CONNECTIONS: &str = "64";
const DURATION: &str = "6s";
const POSTGRES: &str = "host=127.0.0.1 port=54321 user=pg dbname=audit1 sslmode=disable";

/// Runs both in turn and prints each round, the medians and their ratio.
pub(crate) fn run(root: &Path) -> Result<()> {
    let peers = root.join("../shared/peers");
    if !peers.is_dir() {
        bail!("{} is not here: nothing was measured", peers.display());
    }
    let work = root.join("target/peers");
    std::fs::create_dir_all(&work)?;
    job::cargo(root, &["build", "--locked", "--release", "--package", "kiln"])?;
    postgres(&peers, &work, "start")?;
    let result = compare(root, &work);
    postgres(&peers, &work, "stop")?;
    result
}

fn compare(root: &Path, work: &Path) -> Result<()> {
    let events = valid_events(work)?;
    let database = std::fs::read_to_string(work.join("pgdata-plain/postmaster.pid"))?;
    let database = database.lines().next().context("PostgreSQL has no pid")?.to_owned();
    let kiln = Kiln::start(&job::kiln_binary(root), work)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        theirs.push(load(work, &["pg-post", "--dsn", POSTGRES, "--pids", &database], &events)?);
        let pid = kiln.child.id().to_string();
        let header = "Prefer: return=minimal";
        let arguments = ["http-post", "--url", &kiln.base, "--hdr", header, "--pids", &pid];
        ours.push(load(work, &arguments, &events)?);
        println!("round {round}: {}", line(ours[round - 1], theirs[round - 1]));
    }
    println!("median: {}", line(median(ours), median(theirs)));
    Ok(())
}

/// Writes a second, and microseconds of the server's CPU a write.
type Figures = (f64, f64);

fn line(ours: Figures, theirs: Figures) -> String {
    format!(
        "kiln {:.0}/s at {:.1} µs of CPU, PostgreSQL {:.0}/s at {:.1} µs; \
         rate × {:.1}, CPU ÷ {:.1}",
        ours.0,
        ours.1,
        theirs.0,
        theirs.1,
        ours.0 / theirs.0,
        theirs.1 / ours.1
    )
}

fn median(figures: Vec<Figures>) -> Figures {
    let (mut rates, mut costs): (Vec<_>, Vec<_>) = figures.into_iter().unzip();
    rates.sort_by(f64::total_cmp);
    costs.sort_by(f64::total_cmp);
    (rates[ROUNDS / 2], costs[ROUNDS / 2])
}

fn load(work: &Path, arguments: &[&str], events: &Path) -> Result<Figures> {
    let output = Command::new(work.join("bin/peerload"))
        .current_dir(work)
        .args(arguments)
        .args(["--in".as_ref(), events.as_os_str()])
        .args(["--c", CONNECTIONS, "--dur", DURATION, "--warm", "1s", "--label", "peers"])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let row = text.lines().last().context("the load generator printed nothing")?;
    let row: Value = serde_json::from_str(row).with_context(|| format!("no figures: {row}"))?;
    if row["Errs"] != 0 {
        bail!("{} writes failed: {row}", row["Errs"]);
    }
    let figure = |name: &str| row[name].as_f64().with_context(|| format!("no {name}: {row}"));
    Ok((figure("PerS")?, figure("CpuUsPerEvent")?))
}

/// The peers' events that are valid R4: an entity has a name or a query, not both (sev-1).
fn valid_events(work: &Path) -> Result<PathBuf> {
    let path = work.join("data/ev_post_valid.ndjson");
    let mut kept = String::new();
    for line in std::fs::read_to_string(work.join("data/ev_post.ndjson"))?.lines() {
        let event: Value = serde_json::from_str(line)?;
        let entities = event["entity"].as_array().map_or(&[][..], Vec::as_slice);
        if !entities.iter().any(|e| e.get("name").is_some() && e.get("query").is_some()) {
            writeln!(kept, "{line}")?;
        }
    }
    std::fs::write(&path, kept)?;
    Ok(path)
}

/// A server on a folder of its own, stopped when dropped.
struct Kiln {
    child: Child,
    base: String,
}

impl Kiln {
    fn start(binary: &Path, work: &Path) -> Result<Self> {
        let data = work.join("kiln-data");
        if data.try_exists()? {
            std::fs::remove_dir_all(&data)?;
        }
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().context("no output")?;
        let mut first = String::new();
        BufReader::new(output).read_line(&mut first)?;
        let address = first.trim().strip_prefix("listening on ").context("not listening")?;
        let base = format!("{address}/fhir/r4");
        Ok(Self { child, base })
    }
}

impl Drop for Kiln {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(drop)) {
            eprintln!("kiln was not stopped: {error}");
        }
    }
}

/// Starts or stops `PostgreSQL` by the peers' own script, with all its files in `work`.
fn postgres(peers: &Path, work: &Path, what: &str) -> Result<()> {
    let mut command = Command::new("bash");
    command.arg(peers.join("run_postgres.sh")).arg(what).env("PEERS_WORK", work);
    command.stdout(Stdio::null());
    job::finish(command)
}
