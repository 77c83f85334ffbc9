//! Each bench runs, small, and every figure is one.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use serde_json::Value;
use std::process::Command;
use tempfile::TempDir;

/// The rows of a bench.
fn bench(arguments: &[&str]) -> Vec<Value> {
    let folder = TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_kiln"));
    command.arg("bench").args(arguments).arg("--json").arg("--folder").arg(folder.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap().clone();
    for row in &rows {
        for (column, figure) in row["figures"].as_object().unwrap() {
            assert!(figure.as_f64().is_some_and(f64::is_finite), "{column} of {row}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the folder is left behind");
    rows
}

#[test]
fn post() {
    let rows = bench(&["post", "--count", "500", "--connections", "8", "--runs", "2"]);
    assert_eq!(rows[0]["figures"]["refused"], 0.0);
    let group = rows[0]["figures"]["events/group"].as_f64().unwrap();
    assert!((1.0..=8.0).contains(&group), "{rows:?}");
}

#[test]
fn post_plain() {
    let rows = bench(&["post", "--plain", "--count", "500", "--connections", "8"]);
    assert_eq!(rows[0]["figures"]["refused"], 0.0);
}

#[test]
fn post_to_servers_that_ask_who_it_is() {
    let rows = bench(&["post", "--identity", "--count", "500", "--connections", "8"]);
    let names: Vec<_> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["8 connections", "8 connections, token", "8 connections, API key"]);
    for row in rows {
        assert_eq!(row["figures"]["refused"], 0.0, "{row}");
        assert!(row["figures"]["of open rate"].as_f64().unwrap() > 0.0, "{row}");
    }
}

#[test]
fn import() {
    let rows = bench(&["import", "--count", "3000"]);
    assert_eq!(rows[0]["figures"]["events"], 3000.0);
}

#[test]
fn floor() {
    let rows = bench(&["floor", "--count", "3000"]);
    assert!(rows[0]["figures"]["terms/event"].as_f64().unwrap() > 15.0, "{rows:?}");
}

#[test]
fn search_finds_what_it_asks_for() {
    let rows = bench(&["search", "--count", "5000", "--queries", "4", "--ingest", "500"]);
    let hits = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        row["figures"]["hits"].as_f64().unwrap()
    };
    assert!(hits("busiest patient") > 30.0, "{rows:?}");
    assert!(hits("a day") > 5.0, "{rows:?}");
    assert!(hits("agent in a month") > 1.0, "{rows:?}");
    assert!(hits("agent-name:contains") > 1.0, "{rows:?}");
    assert!(hits("what never matches") < 1e-9, "{rows:?}");
}

#[test]
fn searches_and_creates_beside_each_other() {
    let rows = bench(&["mixed", "--count", "2000", "--seconds", "1", "--posting", "4"]);
    assert_eq!(rows.len(), 4);
    for row in &rows {
        assert!(row["figures"]["answered"].as_f64().unwrap() > 10.0, "{row}");
    }
    for row in [&rows[1], &rows[3]] {
        assert!(row["figures"]["beside it a second"].as_f64().unwrap() > 10.0, "{row}");
        assert_eq!(row["figures"]["told to come later"], 0.0, "{row}");
    }
}

#[test]
fn a_log_is_filled_crashed_and_searched() {
    let rows = bench(&["scale", "--count", "2000", "--seconds", "1", "--connections", "8"]);
    let figure = |name: &str, column: &str| {
        let row = rows.iter().find(|row| row["name"].as_str().unwrap().starts_with(name));
        row.unwrap()["figures"][column].as_f64().unwrap()
    };
    assert!(figure("8 connections creating", "anonymous MiB at most") > 1.0, "{rows:?}");
    assert!(figure("started after kill -9", "ready s") > 0.0, "{rows:?}");
    assert!(figure("busiest patient, 8 connections", "a second") > 1.0, "{rows:?}");
    assert!(figure("bytes/event on disk", "tiles") > 64.0, "{rows:?}");
}

#[test]
fn releases_are_measured_beside_r4() {
    let rows = bench(&["releases", "--count", "150", "--connections", "4"]);
    // Seven shapes in two forms, read and sent, and R5 as its senders write it.
    assert_eq!(rows.len(), 29);
    for row in &rows {
        for (column, figure) in row["figures"].as_object().unwrap() {
            assert!(figure.as_f64().unwrap() > 0.0 || column.contains("CPU"), "{column} of {row}");
        }
    }
    let grows = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        row["figures"]["× bytes"].as_f64().unwrap()
    };
    assert!((grows("r4 JSON read as r4 JSON") - 1.0).abs() < 1e-9, "{rows:?}");
    assert!(grows("r4 JSON read as r5 JSON") > 1.0, "{rows:?}");
}
