//! A bar with rate and time left, on a terminal only.
use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal as _, path::PathBuf};

/// How far an import is.
pub(super) struct Progress {
    bar: ProgressBar,
    records: u64,
}

impl Progress {
    pub(super) fn over(files: &[PathBuf], quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden(), records: 0 };
        }
        // Without the length of every input (stdin), only what is done can be told.
        let length = files.iter().map(|file| std::fs::metadata(file).map(|it| it.len()));
        let bar = match length.sum::<std::io::Result<u64>>() {
            Ok(length) => ProgressBar::new(length).with_style(style(
                "{wide_bar} {percent}%  {msg} events  {bytes_per_sec}  {eta} left",
            )),
            Err(_) => ProgressBar::new_spinner()
                .with_style(style("{spinner} {msg} events  {bytes}  {bytes_per_sec}")),
        };
        Self { bar, records: 0 }
    }

    /// What is read through counts as done, in bytes of the files as they are.
    pub(super) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    pub(super) fn advance(&mut self, records: usize) {
        self.records += records as u64;
        if !self.bar.is_hidden() {
            self.bar.set_message(self.records.to_string());
        }
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the templates above are valid")
}
