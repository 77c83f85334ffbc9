//! `kiln verify consistency`: that the later checkpoint's log holds the earlier one's.
use super::{
    read,
    told::{self, Evidence, LIMIT},
};
use crate::{arguments::verify::Consistency, exit::Verdict};
use anyhow::Context as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use kiln_evidence::{
    Checkpoint, Hash, MAX_NOTE, Note, Policy, Quorum, Tile, TileReader, Tree, TreeSize, Trust,
    consistency_proof, verify_consistency,
};
use serde_json::json;
use std::{
    fs::OpenOptions,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

/// A proof between two sizes below 2^64, and line ends of another system.
const PROOF_BYTES_MAX: usize = 65 * 46;
/// A full tile of hashes.
const TILE_BYTES_MAX: u64 = 256 * 32;

pub(crate) fn run(arguments: &Consistency) -> anyhow::Result<Verdict> {
    let policy = arguments.trust.policy()?;
    let (old, new) = (read(&arguments.old, MAX_NOTE)?, read(&arguments.new, MAX_NOTE)?);
    let found = match (judge(&old, &policy), judge(&new, &policy)) {
        (Ok(old), Ok(new)) => between(&old, &new, &arguments.proof)?,
        (Err(error), _) => Found::wrong(format!("the earlier checkpoint: {error:#}")),
        (_, Err(error)) => Found::wrong(format!("the later checkpoint: {error:#}")),
    };
    tell(&found, arguments.json)?;
    Ok(found.verdict)
}

struct Found {
    verdict: Verdict,
    why: Vec<String>,
    /// The later checkpoint, where both are what they should be.
    trust: Option<(Trust, Trust)>,
}

impl Found {
    fn wrong(why: String) -> Self {
        Self { verdict: Verdict::Wrong, why: vec![why], trust: None }
    }
}

fn judge(note: &[u8], policy: &Policy) -> anyhow::Result<Trust> {
    let note = Note::parse(note).context("not a signed note")?;
    policy.judge(&note).map_err(|error| anyhow::anyhow!("{error}"))
}

fn between(old: &Trust, new: &Trust, proof: &Path) -> anyhow::Result<Found> {
    let (from, to) = (&old.checkpoint, &new.checkpoint);
    if from.origin != to.origin {
        let why = format!("they are of two logs: {} and {}", from.origin, to.origin);
        return Ok(Found::wrong(why));
    }
    if from.size > to.size {
        let why = format!("the later one is smaller: {} records, not {}", to.size.0, from.size.0);
        return Ok(Found::wrong(why));
    }
    if let Some(found) = not_held(from, to, proof)? {
        return Ok(found);
    }
    let missing = [old, new].into_iter().any(|trust| trust.quorum == Quorum::Missing);
    let verdict = if missing { Verdict::Unknown } else { Verdict::Fine };
    let why = told::why(if missing && old.quorum == Quorum::Missing { old } else { new });
    let why = why.into_iter().map(str::to_owned).collect();
    Ok(Found { verdict, why, trust: Some((old.clone(), new.clone())) })
}

/// Why the later log is not known to begin with the earlier one; `None` when it does.
fn not_held(from: &Checkpoint, to: &Checkpoint, proof: &Path) -> anyhow::Result<Option<Found>> {
    if from.size == TreeSize(0) {
        // Any log begins with the empty one, and no proof says so (RFC 6962 section 2.1.2 has
        // none from size 0): that both are what they say is all there is to check.
        let empty = Tree::default().root();
        let is_empty = |checkpoint: &Checkpoint| checkpoint.root == empty;
        let is_held = is_empty(from) && (to.size > from.size || is_empty(to));
        let why = "a checkpoint of no records has another root than no records have";
        return Ok((!is_held).then(|| Found::wrong(why.to_owned())));
    }
    let hashes = match hashes(proof, from.size, to.size)? {
        Ok(hashes) => hashes,
        Err(missing) => {
            let found = Found { verdict: Verdict::Unknown, why: vec![missing], trust: None };
            return Ok(Some(found));
        }
    };
    let held = verify_consistency(from.size, to.size, &hashes, &from.root, &to.root);
    let why = |error| format!("the later log does not hold the earlier one: {error}");
    Ok(held.err().map(|error| Found::wrong(why(error))))
}

/// The proof's hashes; what is missing for one comes back as text.
fn hashes(proof: &Path, old: TreeSize, new: TreeSize) -> anyhow::Result<Result<Vec<Hash>, String>> {
    if !proof.is_dir() {
        let text = read(proof, PROOF_BYTES_MAX)?;
        return Ok(lines(&String::from_utf8_lossy(&text)));
    }
    let made = consistency_proof(&Tiles(root(proof)), old, new);
    Ok(made.map_err(|error| format!("no proof can be made of the tiles here: {error}")))
}

fn lines(text: &str) -> Result<Vec<Hash>, String> {
    let hash = |line: &str| Some(Hash(BASE64_STANDARD.decode(line).ok()?.try_into().ok()?));
    let lines = text.lines().filter(|line| !line.is_empty());
    let hashes: Option<Vec<Hash>> = lines.map(hash).collect();
    hashes.ok_or_else(|| "the proof is not one base64 hash a line".to_owned())
}

/// A data folder and a tenant's folder have their tiles inside.
fn root(folder: &Path) -> PathBuf {
    let inside = ["tenants/default/tiles", "tiles"].map(|below| folder.join(below));
    inside.into_iter().find(|tiles| tiles.is_dir()).unwrap_or_else(|| folder.to_owned())
}

/// Tiles as files. Nothing in them is trusted: a proof holds, or it does not.
struct Tiles(PathBuf);

impl TileReader for Tiles {
    type Error = io::Error;

    fn hashes(&self, tile: Tile) -> io::Result<Vec<Hash>> {
        let whole = Tile { width: Tile::WIDTH_MAX, ..tile };
        let wanted = usize::from(tile.width) * 32;
        let exact = bytes(&self.0.join(tile.path()));
        let wider = || bytes(&self.0.join(whole.path())).or_else(|_missing| self.wider(tile));
        let mut bytes = exact.or_else(|_missing| wider())?;
        bytes.truncate(wanted);
        tile.decode(&bytes).map_err(io::Error::other)
    }
}

impl Tiles {
    /// The narrowest partial tile that holds this one: a log that went on keeps only its newest.
    fn wider(&self, tile: Tile) -> io::Result<Vec<u8>> {
        let path = self.0.join(tile.path());
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("no {}", tile.path()));
        let names = path.parent().ok_or_else(missing)?.read_dir().map_err(|_gone| missing())?;
        let widths = names.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let width =
            widths.filter(|width: &u16| (tile.width..Tile::WIDTH_MAX).contains(width)).min();
        bytes(&path.with_file_name(width.ok_or_else(missing)?.to_string()))
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(TILE_BYTES_MAX as usize);
    let file = OpenOptions::new().read(true).open(path)?;
    file.take(TILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn tell(found: &Found, as_json: bool) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        let sizes = found.trust.as_ref().map(|(old, new)| [old, new].map(|t| t.checkpoint.size.0));
        let evidence = found.trust.as_ref().map(|(_, new)| Evidence::of(new).name());
        let object = json!({
            "verdict": told::name(found.verdict),
            "evidence": evidence,
            "sizes": sizes,
            "witnesses": found.trust.as_ref().map(|(_, new)| told::witnesses(new)),
            "why": found.why,
        });
        return Ok(writeln!(out, "{object}")?);
    }
    let Some((old, new)) = &found.trust else {
        let why = found.why.join("\n");
        return Ok(writeln!(out, "{}: {why}", told::name(found.verdict))?);
    };
    let (from, to) = (old.checkpoint.size.0, new.checkpoint.size.0);
    let name = told::name(found.verdict);
    writeln!(out, "{name}: the log of {to} records begins with the log of {from}")?;
    for line in told::signers(new) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{LIMIT}").context("the verdict cannot be written")
}
