//! Time and CPU that passed: the one place of the program that measures.
use anyhow::Context as _;
use std::time::{Duration, Instant};

/// Clock ticks of `/proc/<pid>/stat` per second; 100 in the ABI of every Linux that Kiln runs on.
const TICKS_PER_SECOND: u64 = 100;

/// What [`cpu_of`] counts in: less than it cannot be told from nothing.
pub(crate) const CPU_STEP: Duration = Duration::from_millis(1000 / TICKS_PER_SECOND);

/// Measures from its start.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the program measures, and here only")]
        Self(Instant::now())
    }

    pub(crate) fn passed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// User and system time of this process and all its threads, so far.
pub(crate) fn own_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// User and system time of this thread, so far.
pub(crate) fn thread_cpu() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// User and system time of another process and all its threads, so far; in steps of 10 ms.
pub(crate) fn cpu_of(pid: u32) -> anyhow::Result<Duration> {
    let stat = proc(pid, "stat")?;
    // The second field is the program's name in parentheses, with whatever characters it has.
    let rest = stat.rsplit_once(") ").context("a process's stat has no name")?.1;
    let ticks = rest.split(' ').skip(11).take(2).map(str::parse::<u64>);
    let ticks = ticks.sum::<Result<u64, _>>().context("a process's stat has no times")?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// A process's highest resident memory, in KiB (`VmHWM`).
pub(crate) fn memory_peak_kib(pid: u32) -> anyhow::Result<u64> {
    memory_kib(pid, "VmHWM:")
}

/// A process's resident memory now, without the files that it has mapped, in KiB (`RssAnon`).
pub(crate) fn memory_anonymous_kib(pid: u32) -> anyhow::Result<u64> {
    memory_kib(pid, "RssAnon:")
}

fn memory_kib(pid: u32, name: &str) -> anyhow::Result<u64> {
    let status = proc(pid, "status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.trim().split(' ').next());
    let number = number.and_then(|number| number.parse().ok());
    number.with_context(|| format!("a process's status has no {name}"))
}

fn proc(pid: u32, file: &str) -> anyhow::Result<String> {
    let path = format!("/proc/{pid}/{file}");
    std::fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))
}
