//! The same page over HTTP: found, read, written, put into a Bundle, sent.
use super::form::Form;
use crate::{
    bench::{child::Server, client::Client},
    stopwatch::CPU_STEP,
};
use anyhow::bail;
use std::path::Path;

/// How often a page is asked for without a break: the kernel tells CPU time in steps of 10 ms, so
/// that a few requests tell nothing.
const ASKED_MIN: usize = 50;
const ASKED_MAX: usize = 1000;
const PAGE: usize = 50;

/// Of each form what its page takes of the server, in microseconds, and how many times that of the
/// page of R4 JSON it is, which is asked for right before.
pub(super) fn run(data: &Path, stored: usize) -> anyhow::Result<Vec<(f64, f64)>> {
    let server = Server::start(data)?;
    let asked = (stored / 20).clamp(ASKED_MIN, ASKED_MAX);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let each = Form::ALL.into_iter().map(|form| {
        let untouched = runtime.block_on(ask(&server, Form::R4, asked))?;
        let this = runtime.block_on(ask(&server, form, asked))?;
        Ok((this, this / untouched))
    });
    let each = each.collect::<anyhow::Result<_>>()?;
    server.stop()?;
    Ok(each)
}

async fn ask(server: &Server, form: Form, asked: usize) -> anyhow::Result<f64> {
    let mut client = Client::connect(server.address).await?;
    let (path, accept) = (format!("{}?_count={PAGE}", form.target().path), form.accept());
    let cpu = server.cpu()?;
    for _ in 0..asked {
        let status = client.get_as(&path, &accept).await?;
        if status != 200 {
            bail!("the server answered {status} to a page of {}", form.name());
        }
    }
    let cpu = server.cpu()?.saturating_sub(cpu).max(CPU_STEP);
    Ok(cpu.as_secs_f64() * 1e6 / asked as f64)
}
