//! The newest checkpoint goes to all witnesses at once; when enough have cosigned it, or none of
//! them is still being asked, the next one does.
use super::{
    Witnessed, Witnesses,
    anchor::Anchors,
    ask::{Answer, Witness, ask},
    client::Client,
};
use crate::{app::App, tasks::Tasks, tenant::Tenant};
use kiln_evidence::{Note, Quorum, Signature, TreeSize};
use kiln_store::{Millis, SignedCheckpoint, Store, Tiles};
use std::{
    future::Future,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{self, Instant, MissedTickBehavior},
};

/// Whatever an operator asks for.
const INTERVAL_MIN: Duration = Duration::from_millis(1);
/// A witness that does not answer is left alone for so long at most.
const PAUSE_MAX: Duration = Duration::from_mins(1);
/// What is witnessed is kept on disk this often: it can always be asked for again.
const KEEP_INTERVAL: Duration = Duration::from_secs(5);

/// The cosigning of one log, under way.
pub(crate) struct Cosigners {
    tasks: Option<Tasks>,
    stop: Option<oneshot::Sender<()>>,
}

impl Cosigners {
    /// Has the log's checkpoints cosigned from now on. To be called inside the runtime. `None`
    /// where there is no witness to ask.
    pub(crate) fn of(app: &Arc<App>, tenant: &Arc<Tenant>) -> Option<Self> {
        let cosigning = Cosigning::of(app, tenant)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let mut tasks = Tasks::default();
        tasks.spawn(cosign(cosigning, async {
            let _told_or_dropped = stopped.await.is_ok();
        }));
        Some(Self { tasks: Some(tasks), stop: Some(stop) })
    }

    /// Ends it, within this time: what is witnessed is on disk then.
    pub(crate) async fn stop(&mut self, timeout: Duration) {
        drop(self.stop.take());
        if let Some(tasks) = self.tasks.take() {
            tasks.drain(timeout).await;
        }
    }
}

async fn cosign(mut cosigning: Cosigning, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let interval = cosigning.witnesses().settings.interval.max(INTERVAL_MIN);
    let mut ticks = time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(asked) = cosigning.asking.join_next() => {
                if let Ok(asked) = asked {
                    cosigning.take(asked);
                }
            }
            _ = ticks.tick() => cosigning.tick().await,
        }
    }
    cosigning.keep().await;
}

struct Cosigning {
    app: Arc<App>,
    tenant: Arc<Tenant>,
    store: Arc<Store>,
    tiles: Arc<Tiles>,
    client: Client,
    others: Vec<Other>,
    current: Option<Current>,
    asking: JoinSet<Asked>,
    anchors: Anchors,
    /// The size that is on disk, and since when.
    kept: (TreeSize, Instant),
}

/// A witness, and how it stands with it.
struct Other {
    witness: Arc<Witness>,
    /// The size that it has cosigned, as far as it told.
    size: TreeSize,
    is_asked: bool,
    /// How often in a row it failed, and until when it is left alone.
    failures: u32,
    rests_until: Instant,
    /// What it did last: it is logged when that changes.
    last: &'static str,
}

/// The checkpoint that is taken to the witnesses.
struct Current {
    signed: Arc<SignedCheckpoint>,
    taken: Millis,
    cosignatures: Vec<Signature>,
    has_quorum: bool,
    /// The witnesses that cosigned it.
    by: Vec<usize>,
}

/// A witness's answer.
struct Asked {
    witness: usize,
    about: TreeSize,
    answer: Answer,
    /// The size that it has.
    size: TreeSize,
}

impl Cosigning {
    fn of(app: &Arc<App>, tenant: &Arc<Tenant>) -> Option<Self> {
        let settings = &tenant.witnesses.as_ref()?.settings;
        let store = &tenant.store;
        let with_url = settings.policy.witnesses().iter().filter_map(|witness| {
            let url = format!("{}/add-checkpoint", witness.url.as_ref()?.trim_end_matches('/'));
            Some(Other::new(Witness { key: witness.key.clone(), url }))
        });
        let others: Vec<Other> = with_url.collect();
        if others.is_empty() {
            return None;
        }
        let now = Instant::now();
        Some(Self {
            client: Client::of(settings).ok()?,
            tiles: store.tiles()?,
            store: Arc::clone(store),
            others,
            current: None,
            asking: JoinSet::new(),
            anchors: Anchors::new(settings.anchor_interval),
            kept: (TreeSize(0), now),
            app: Arc::clone(app),
            tenant: Arc::clone(tenant),
        })
    }

    fn witnesses(&self) -> &Witnesses {
        self.tenant.witnesses.as_ref().expect("there is no cosigning without witnesses")
    }

    async fn tick(&mut self) {
        if self.asking.is_empty() {
            // Also after a panic, which names no witness.
            self.others.iter_mut().for_each(|other| other.is_asked = false);
        }
        self.renew();
        self.ask();
        if self.kept.1.elapsed() >= KEEP_INTERVAL {
            self.keep().await;
        }
        if let Some(witnessed) = self.witnesses().newest() {
            let timeout = self.app.settings.store_timeout;
            self.anchors.state(&self.store, &witnessed, timeout).await;
        }
    }

    /// Goes on to the newest checkpoint, unless one is still on its way.
    fn renew(&mut self) {
        let Some(newest) = self.store.snapshot().checkpoint().cloned() else { return };
        let is_under_way = self.current.as_ref().is_some_and(|current| !current.has_quorum)
            && self.others.iter().any(|other| other.is_asked);
        let is_newer = |current: &Current| newest.checkpoint.size > current.signed.checkpoint.size;
        if self.current.as_ref().is_none_or(|current| is_newer(current) && !is_under_way) {
            self.current = Some(Current::of(newest, self.app.now()));
        } else if self
            .current
            .as_ref()
            .is_some_and(|current| !is_newer(current) && current.has_quorum)
        {
            self.witnesses().caught_up.store(self.app.now().0, Ordering::Relaxed);
        }
    }

    /// Asks those who have not cosigned the current one.
    fn ask(&mut self) {
        let Some(current) = &self.current else { return };
        for (number, other) in self.others.iter_mut().enumerate() {
            // Who knows more than this waits for a checkpoint that goes on from there.
            let knows_more = other.size > current.signed.checkpoint.size;
            let rests = other.rests_until > Instant::now();
            if other.is_asked || knows_more || rests || current.by.contains(&number) {
                continue;
            }
            other.is_asked = true;
            let (witness, known) = (Arc::clone(&other.witness), other.size);
            let (client, tiles) = (self.client.clone(), Arc::clone(&self.tiles));
            let signed = Arc::clone(&current.signed);
            self.asking.spawn(async move {
                let (answer, size) = ask(&witness, &client, &tiles, &signed, known).await;
                Asked { witness: number, about: signed.checkpoint.size, answer, size }
            });
        }
    }

    fn take(&mut self, asked: Asked) {
        let other = &mut self.others[asked.witness];
        other.is_asked = false;
        let says = match &asked.answer {
            Answer::Cosigned(_) => "cosigned",
            Answer::Ahead(size) if size.0 <= self.store.snapshot().size().0 => "ahead",
            Answer::Ahead(_) => "rolled-back",
            Answer::Inconsistent => "inconsistent",
            Answer::Refused(_) => "refused",
            Answer::Unreachable(_) => "unreachable",
        };
        // What a rolled back log cannot check may be wrong: it is asked again after a while.
        other.size = if says == "rolled-back" { TreeSize(0) } else { asked.size };
        let interval = self.tenant.witnesses.as_ref().map(|witnesses| witnesses.settings.interval);
        other.heard(says, &asked.answer, interval.unwrap_or(PAUSE_MAX));
        self.app.metrics.witness_answered(other.witness.key.name().as_str(), says);
        if matches!(says, "rolled-back" | "inconsistent") {
            self.witnesses().alarm.store(true, Ordering::Relaxed);
        }
        if let Answer::Cosigned(lines) = asked.answer {
            self.cosigned(asked.witness, asked.about, lines);
        }
    }

    fn cosigned(&mut self, witness: usize, about: TreeSize, lines: Vec<Signature>) {
        let current = self.current.as_mut().filter(|it| it.signed.checkpoint.size == about);
        let Some(current) = current else { return };
        current.by.push(witness);
        current.cosignatures.extend(lines);
        let note = current.note();
        let witnesses = self.tenant.witnesses.as_ref().expect("there is no cosigning without them");
        if witnesses.quorum(&current.signed, &note) != Quorum::Met {
            return;
        }
        current.has_quorum = true;
        let (checkpoint, taken) = (current.signed.checkpoint.clone(), current.taken);
        witnesses.publish(Witnessed { checkpoint, note, taken });
    }

    /// Writes what is witnessed to disk, unless it is there.
    async fn keep(&mut self) {
        let Some(newest) = self.witnesses().newest() else { return };
        let size = newest.checkpoint.size;
        if size == self.kept.0 {
            return;
        }
        self.kept = (size, Instant::now());
        let store = Arc::clone(&self.store);
        let kept = tokio::task::spawn_blocking(move || store.keep_witnessed(&newest.note)).await;
        if let Err(error) = kept.unwrap_or_else(|panic| Err(panic.into())) {
            tracing::warn!(%error, "the witnessed checkpoint cannot be kept");
        }
    }
}

impl Other {
    fn new(witness: Witness) -> Self {
        Self {
            witness: Arc::new(witness),
            size: TreeSize(0),
            is_asked: false,
            failures: 0,
            rests_until: Instant::now(),
            last: "",
        }
    }

    /// Notes what it said, tells the operator where that is new, and leaves it alone where it
    /// failed: longer each time.
    fn heard(&mut self, says: &'static str, answer: &Answer, interval: Duration) {
        let is_fine = matches!(says, "cosigned" | "ahead");
        self.failures = if is_fine { 0 } else { self.failures.saturating_add(1) };
        let pause = interval.saturating_mul(1 << self.failures.min(16)).min(PAUSE_MAX);
        self.rests_until = Instant::now() + if is_fine { Duration::ZERO } else { pause };
        if self.last == says {
            return;
        }
        self.last = says;
        let witness = self.witness.key.name().as_str();
        match says {
            "cosigned" => tracing::info!(witness, "a witness cosigns"),
            "ahead" => {}
            "rolled-back" => {
                tracing::error!(
                    witness,
                    "a witness knows more of this log than there is: it was rolled back"
                );
            }
            "inconsistent" => {
                tracing::error!(witness, "a witness knows another history of this log");
            }
            _ => tracing::warn!(witness, %answer, "a witness does not cosign"),
        }
    }
}

impl Current {
    fn of(signed: Arc<SignedCheckpoint>, taken: Millis) -> Self {
        Self { signed, taken, cosignatures: Vec::new(), has_quorum: false, by: Vec::new() }
    }

    fn note(&self) -> Note {
        let mut note = self.signed.note.clone();
        note.signatures.extend(self.cosignatures.iter().cloned());
        note
    }
}
