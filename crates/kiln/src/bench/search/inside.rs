//! In this process: what the index takes, and what a page takes with its records.
use super::{INGEST_STEPS, Measured, PAUSE, Source, questions::QUESTIONS, step, step_time};
use crate::{
    arguments::bench::Search,
    bench::{events::Events, fill},
    command::{
        export::{Written, write_record},
        import::append::Appender,
    },
    data::{DataFolder, Missing},
    settings::Settings,
    stopwatch::Stopwatch,
};
use anyhow::Context as _;
use kiln_fhir::{MediaType, Release};
use kiln_index::{LogIndex, Page};
use kiln_search::Handling;
use kiln_store::{Snapshot, Store};
use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

/// Fills the store, then asks while events come in; tells how many came in a second.
pub(super) fn run(
    arguments: &Search,
    data: &Path,
    events: &mut Source,
    measured: &mut [Measured],
) -> anyhow::Result<f64> {
    let settings = Settings::default();
    let folder = DataFolder::hold(data, Missing::Make)?;
    let store = folder.open(&settings)?;
    fill::store(&store, &mut events.stored, arguments.common.count)?;
    let stop = AtomicBool::new(false);
    let coming = &mut events.coming;
    let came = std::thread::scope(|scope| {
        let ingest = scope.spawn(|| ingest(&store, coming, arguments.ingest, &stop));
        let asked = ask_all(&store, &settings, arguments.queries, measured);
        stop.store(true, Ordering::Relaxed);
        let came = ingest.join().unwrap_or_else(|_panic| anyhow::bail!("the ingest failed"))?;
        asked.map(|()| came)
    })?;
    store.close().context("the store did not close cleanly")?;
    Ok(came)
}

fn ingest(store: &Store, events: &mut Events, rate: u64, stop: &AtomicBool) -> anyhow::Result<f64> {
    let mut appender = Appender::new(store);
    let watch = Stopwatch::start();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        appender.append(fill::records(events, step(rate, number % INGEST_STEPS))?)?;
        std::thread::sleep((step_time() * (number as u32 + 1)).saturating_sub(watch.passed()));
    }
    let passed = watch.passed();
    appender.finish()?;
    Ok(appender.stored() as f64 / passed.as_secs_f64())
}

fn ask_all(
    store: &Store,
    settings: &Settings,
    queries: u32,
    measured: &mut [Measured],
) -> anyhow::Result<()> {
    // One kind after the other and round again, so that all meet the same ingest.
    for n in 0..queries {
        for (question, measured) in QUESTIONS.iter().zip(&mut *measured) {
            let pairs = (question.pairs)(u64::from(n));
            ask(&store.snapshot(), settings, &pairs, measured)?;
            std::thread::sleep(PAUSE);
        }
    }
    Ok(())
}

fn ask(
    snapshot: &Snapshot,
    settings: &Settings,
    pairs: &[(String, String)],
    measured: &mut Measured,
) -> anyhow::Result<()> {
    let settings = settings.search.to_room();
    let search = kiln_search::parse(Release::R4, pairs, Handling::Strict, &settings, &|_| None)
        .map_err(|outcome| anyhow::anyhow!("{outcome:?}"))?;
    let page = Page {
        query: &search.query,
        order: search.order,
        after: None,
        size: snapshot.size(),
        // One more tells whether there is a next page, as the server asks.
        limit: search.count + 1,
    };
    let watch = Stopwatch::start();
    let hits = snapshot.query(&page, &|| false)?;
    measured.index.push(watch.passed());
    let at: Vec<LogIndex> = hits.iter().take(search.count).map(|hit| hit.log_index).collect();
    let mut rendered = Vec::new();
    let written = Written::As(Release::R4, MediaType::Json);
    for record in snapshot.read_all(&at)? {
        write_record(&record, written, &mut rendered)?;
    }
    measured.page.push(watch.passed());
    measured.hits += at.len() as u64;
    Ok(())
}
