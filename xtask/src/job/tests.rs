use super::{Ended, Job, Work, command, finish, run_all, table};
use std::path::Path;
use std::time::Duration;

#[test]
fn the_first_failure_ends_it_and_is_named() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let jobs = [
        Job { name: "fine", run: Work::Whole(|_| Ok(())) },
        Job { name: "broken", run: Work::Parts(|_| anyhow::bail!("no milk")) },
        Job { name: "never", run: Work::Whole(|_| panic!("ran after a failure")) },
    ];
    let error = format!("{:#}", run_all(here, &jobs).unwrap_err());
    assert_eq!(error, "job `broken` failed: no milk");
}

#[test]
fn a_command_that_fails_is_told_in_plain_words() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let error = finish(command(here, "false", &["x"])).unwrap_err().to_string();
    assert!(error.starts_with("`false x` failed"), "{error}");
    let missing = finish(command(here, "no-such-program", &[])).unwrap_err().to_string();
    assert_eq!(missing, "`no-such-program` could not be started");
    assert!(finish(command(here, "true", &[])).is_ok());
}

#[test]
fn the_table_tells_minutes_and_the_sum() {
    let left_out = vec!["go: no go here".to_owned(), "vector: no vector here".to_owned()];
    let times = [
        ("fmt", Duration::from_secs(6), Ended::Passed),
        ("senders", Duration::from_secs(0), Ended::Skipped(left_out)),
        ("tests", Duration::from_secs(90), Ended::Failed),
    ];
    let expected = "\njob                     minutes\n\
        fmt                         0.1\n\
        senders                     0.0  SKIPPED: go: no go here; vector: no vector here\n\
        tests                       1.5  FAILED\n\
        in all                      1.6\n";
    assert_eq!(table(&times), expected);
}
