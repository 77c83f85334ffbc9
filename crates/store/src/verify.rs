//! Checks a whole log as a stranger would: nothing is believed but keys and checkpoints that the
//! caller brings, and nothing is changed.
mod custody;
mod ending;
mod folder;
mod indexes;
mod known;
mod merged;
mod report;
mod signatures;
mod stated;
mod stream;
mod tell;
mod tiles;
mod walk;
mod whole;

pub use report::{
    Affected, FINDINGS_MAX, Finding, KeySource, RecordVerdict, Verdict, VerifyOptions, VerifyReport,
};

use crate::{
    Components,
    dictionary::{Dictionaries, learned},
    frame::Codec,
    shared::Folder,
};
use folder::Found;
use kiln_index::HashKey;
use signatures::Ring;
use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};
use tell::{Spot, Told};
use walk::{Context, Walked};
use whole::Whole;

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(100);

/// Checks the log in `folder` (`<data>/tenants/<tenant>`), which no store may hold. No signer is
/// needed, nothing is written, and a copy that nobody may write will do. `progress` is told bytes
/// done and bytes to do, several times a second, on this thread.
///
/// The log is read once, each segment by one thread: every group's checksum, place and signatures
/// by the key in force; every record up to its group's root; ids and times; what the log states of
/// itself; that each segment follows the one before, and where the last one ends. In the same pass
/// every index file and every tile is made anew and compared to the byte. Memory goes with
/// [`VerifyOptions::threads`], not with the log, but for 32 bytes for every 256 records.
///
/// # What is a finding
/// Whatever a Kiln, a crash or a power cut does not leave: [`Verdict::Tampered`], be it a hand or
/// a bad disk. Any bit that is turned in a file of the log, a tile, an index, a dictionary's copy
/// or a mark is one; but where the last stop was not clean, damage in the very last group can look
/// as if it had been cut off while it was written, and the verdict is [`Verdict::NotProvable`].
///
/// # What is none
/// - An index file or a dictionary's copy that is not there ([`VerifyReport::absent`]): the next
///   start makes it from the log, and it proves nothing. Nothing in the log says that it was there.
/// - A tile that is not there: [`Verdict::NotProvable`], since anchors and other people's proofs
///   need it. So is one that was torn behind the watermark of what was durable. What a tile holds
///   is compared; below the watermark every byte of it counts.
/// - An end that is not clean; a copy that was adopted, since the log states what was lost.
///
/// # What it cannot tell
/// Who has files and key can write another log from any record on, and who has the files alone can
/// put back what they once were. Only a checkpoint that somebody else has kept
/// ([`VerifyOptions::known`]) finds that, and it finds everything up to its size. The cosignatures
/// under anchors and known checkpoints are the caller's to judge, with a policy. Without
/// [`VerifyOptions::trusted`] the log names its key itself, and anybody can make a whole log under
/// a key of his own. No log can prove what was never sent.
pub fn verify(
    folder: &Path,
    components: &Components,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> VerifyReport {
    check(&Folder::new(folder), components, options, progress).unwrap_or_else(|error| {
        let unread = Some(format!("the check could not go on: {error}"));
        VerifyReport { unread, ..VerifyReport::default() }
    })
}

fn check(
    folder: &Folder,
    components: &Components,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(u64, u64),
) -> io::Result<VerifyReport> {
    let mut told = Told::default();
    let found = folder::find(folder, components, options, &mut told)?;
    let codec = Codec::new(Dictionaries::with(&found.learned)?);
    let context = Context {
        components,
        codec: &codec,
        ring: Ring::default(),
        wanted: wanted(&found),
        digest_key: digest_key(components),
        done: AtomicU64::new(0),
        found: &found,
    };
    let mut whole = Whole::new(&context, options);
    whole.told.add(told);
    let walked = follow(&context, options.threads.max(1), &mut whole, progress);
    let walked = walked.and_then(|()| whole.merged());
    if let Some(id) = codec.lost() {
        whole.told.find(Spot::default(), learned::lost(id, learned::NOWHERE));
    }
    let mut report = whole.finish();
    report.bytes = context.done.load(Ordering::Relaxed);
    if let Err(error) = walked {
        report.unread = Some(format!("the check could not go on: {error}"));
    }
    Ok(report)
}

/// Drawn now, so that nobody could fit an index file to it.
fn digest_key(components: &Components) -> HashKey {
    let mut key = HashKey([0; 16]);
    components.random.fill(&mut key.0);
    key
}

/// The sizes of the log whose roots are asked for, in order.
fn wanted(found: &Found<'_>) -> Vec<u64> {
    let checkpoint = found.tiles.checkpoint_size();
    let known = found.known.iter().map(|known| known.checkpoint.size.0);
    let mut wanted: Vec<u64> = known.chain(checkpoint).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// What a thread has done: which segment, what it gives, what was told of it.
type Done = (usize, io::Result<Option<Walked>>, Told);

/// Follows all segments, each on one of the threads, and puts them together in order.
fn follow(
    context: &Context<'_>,
    threads: usize,
    whole: &mut Whole<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> io::Result<()> {
    let logs = &context.found.logs;
    let total = logs.iter().map(|log| log.len).sum();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel::<Done>();
        for _ in 0..threads.min(logs.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || work(context, next, &sender));
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut added = 0;
        loop {
            progress(context.done.load(Ordering::Relaxed), total);
            match receiver.recv_timeout(PROGRESS) {
                Ok((nth, walked, told)) => drop(early.insert(nth, (walked, told))),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            while let Some((walked, told)) = early.remove(&added) {
                let walked = walked.inspect_err(|_e| next.store(logs.len(), Ordering::Relaxed))?;
                whole.add(&logs[added], walked, told);
                added += 1;
            }
        }
        progress(total, total);
        Ok(())
    })
}

fn work(context: &Context<'_>, next: &AtomicUsize, sender: &Sender<Done>) {
    let logs = &context.found.logs;
    loop {
        let nth = next.fetch_add(1, Ordering::Relaxed);
        let Some(log) = logs.get(nth) else { return };
        let mut told = Told::default();
        let walked = walk::walk(context, log, nth + 1 == logs.len(), &mut told);
        let walked =
            walked.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", log.name)));
        if sender.send((nth, walked, told)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
