//! Clients that search: one question after the other, all kinds in turn.
use super::{
    client::Client,
    report::Latencies,
    search::questions::{Question, path},
};
use crate::stopwatch::Stopwatch;
use anyhow::bail;
use std::{cell::Cell, net::SocketAddr, rc::Rc, time::Duration};

/// How long who was told to come later waits: what `Retry-After` says.
pub(super) const LATER: Duration = Duration::from_secs(1);

/// What was asked and answered.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Of those that were answered.
    pub(super) latencies: Latencies,
    pub(super) answered: u64,
    /// Told to come later (429).
    pub(super) refused: u64,
}

impl Asked {
    pub(super) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.answered += other.answered;
        self.refused += other.refused;
    }
}

/// Asks over so many connections until `ends` says so, inside a `LocalSet`; each rests for `pause`
/// between two questions.
pub(super) async fn ask(
    address: SocketAddr,
    connections: u32,
    questions: &'static [Question],
    pause: Duration,
    ends: impl Fn() -> bool + Clone + 'static,
) -> anyhow::Result<Asked> {
    let numbers = Rc::new(Cell::new(0));
    let mut askers = Vec::new();
    for _ in 0..connections {
        let asker = Asker {
            client: Client::connect(address).await?,
            questions,
            pause,
            numbers: Rc::clone(&numbers),
        };
        askers.push(tokio::task::spawn_local(asker.run(ends.clone())));
    }
    let mut all = Asked::default();
    for asker in askers {
        all.add(asker.await??);
    }
    Ok(all)
}

struct Asker {
    client: Client,
    questions: &'static [Question],
    pause: Duration,
    /// The next question's, of all askers.
    numbers: Rc<Cell<u64>>,
}

impl Asker {
    async fn run(mut self, ends: impl Fn() -> bool) -> anyhow::Result<Asked> {
        let mut asked = Asked::default();
        while !ends() {
            let number = self.numbers.replace(self.numbers.get() + 1);
            let kinds = self.questions.len() as u64;
            let question = &self.questions[(number % kinds) as usize];
            let path = path(question, number / kinds);
            let watch = Stopwatch::start();
            match self.client.get(&path).await? {
                200 => {
                    asked.latencies.push(watch.passed());
                    asked.answered += 1;
                }
                429 => {
                    asked.refused += 1;
                    tokio::time::sleep(LATER).await;
                }
                status => bail!("the server answered {status} to `{}`", question.name),
            }
            if !self.pause.is_zero() {
                tokio::time::sleep(self.pause).await;
            }
        }
        Ok(asked)
    }
}
