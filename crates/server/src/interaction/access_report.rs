//! The reports about one person: `Patient/{id}/$access-report` and, by the same way,
//! `Patient/{id}/$disclosure-accounting` (`docs/decisions/0030-reports.md`).
mod asked;
mod bundle;
mod coverage;
mod gathered;
mod output;
mod sender;
mod watchers;

use crate::{
    answer::{Answer, Refusal},
    exchange::Exchange,
    pages::{Frame, Sheet},
    tasks::{self, Deadline},
};
use asked::Asked;
use gathered::Gathered;
use hyper::{
    StatusCode,
    header::{self, HeaderValue},
};
use kiln_pages::{
    Reader, Section,
    report::{self, Kind, Report},
};
use output::Output;
use std::sync::Arc;

/// Answers who looked at a person's record.
pub(crate) async fn access_report(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    told(exchange, Kind::Access).await
}

/// Answers the form that asks for a report.
pub(crate) fn reports(exchange: &Exchange) -> Answer {
    let frame = Frame::of(exchange);
    let patient = exchange.principal.reach.patient.as_ref().map(|patient| &*patient.id);
    frame.answer(&Sheet {
        title: report::form_title(&frame.reader),
        section: Some(Section::Reports),
        scripts: &[],
        body: report::form(&report::Form { base: &frame.base, patient }, &frame.reader),
    })
}

/// Answers what that form asks for. It has no address of its own, so that no browser remembers
/// whom it is about.
pub(crate) async fn asked_report(exchange: Arc<Exchange>) -> Result<Answer, Refusal> {
    let asked = Asked::of_form(&exchange)?;
    gathered(exchange, asked).await
}

/// Answers a report, off the threads that serve connections.
pub(super) async fn told(exchange: Arc<Exchange>, kind: Kind) -> Result<Answer, Refusal> {
    let asked = Asked::of_operation(&exchange, kind)?;
    gathered(exchange, asked).await
}

async fn gathered(exchange: Arc<Exchange>, asked: Asked) -> Result<Answer, Refusal> {
    let app = Arc::clone(&exchange.app);
    tasks::blocking(&app.searches, app.settings.search_deadline, move |deadline| {
        answer(&exchange, &asked, deadline)
    })
    .await
}

/// Gathers the events, and writes them as it is asked.
fn answer(exchange: &Exchange, asked: &Asked, deadline: &Deadline) -> Result<Answer, Refusal> {
    let gathered = Gathered::of(exchange, asked, deadline)?;
    deadline.check()?;
    let answer = match asked.output {
        Output::Html => page(exchange, asked, &gathered.report),
        Output::Csv => {
            let csv = gathered.report.to_csv(&asked.reader);
            file(Answer::of(StatusCode::OK, CSV, csv), &asked.reader, &asked.file_name("csv"))
        }
        Output::Pdf => {
            let pdf = gathered.report.to_pdf(&asked.reader).map_err(|error| {
                tracing::error!(%error, "a report cannot be written as PDF");
                Refusal::damaged()
            })?;
            file(Answer::of(StatusCode::OK, PDF, pdf), &asked.reader, &asked.file_name("pdf"))
        }
        Output::Bundle => bundle::answer(exchange, asked, &gathered)?,
    };
    Ok(answer.with(header::VARY, HeaderValue::from_static("Accept, Accept-Language")))
}

const CSV: HeaderValue = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
const PDF: HeaderValue = HeaderValue::from_static("application/pdf");

fn page(exchange: &Exchange, asked: &Asked, report: &Report) -> Answer {
    let frame = Frame { reader: asked.reader.clone(), ..Frame::of(exchange) };
    frame.answer(&Sheet {
        title: report.title(&asked.reader),
        section: Some(Section::Reports),
        scripts: &[],
        body: report.to_html(&asked.reader),
    })
}

/// An answer that is kept as a file. Its name holds no patient.
fn file(answer: Answer, reader: &Reader, name: &str) -> Answer {
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::try_from(disposition).expect("our names are ASCII");
    answer
        .with(header::CONTENT_DISPOSITION, disposition)
        .with(header::CONTENT_LANGUAGE, HeaderValue::from_static(reader.language.tag()))
}
