//! The listener for `/metrics`: for a scraper on this machine, without identity.
use super::{
    connection::{Asked, talk},
    repeat::{Open, Serve},
};
use crate::{
    answer::{Answer, Refusal},
    app::App,
    audit::Recorded,
    dialect::Dialect,
    guard::Guard,
    operations,
    router::Interaction,
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Response, header::HeaderValue, service::service_fn};
use std::{convert::Infallible, future::Future, sync::Arc};
use tokio::net::TcpStream;

/// The listener.
pub(super) struct Scraped {
    app: Arc<App>,
    guard: Guard,
}

impl Scraped {
    pub(super) fn new(app: Arc<App>, port: u16) -> Self {
        Self { app, guard: Guard { port, is_tls: false } }
    }
}

impl Serve<TcpStream> for Scraped {
    fn serve(
        &self,
        stream: TcpStream,
        open: Open,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let (app, guard) = (Arc::clone(&self.app), self.guard);
        Some(async move {
            let asked = Arc::clone(&app);
            let service = service_fn(move |request| {
                let answered = answer(&asked, guard, &request);
                async move { Ok::<_, Infallible>(answered) }
            });
            talk(&app, stream, open, service).await;
        })
    }
}

/// Whatever is sent is not read; what is not read of a body ends the connection.
fn answer(app: &App, guard: Guard, request: &Asked) -> Response<Full<Bytes>> {
    let scraped = guard.check(request.uri(), request.headers()).and_then(|_host| {
        if request.method() != Method::GET || request.uri().path() != "/metrics" {
            return Err(Refusal::not_found("here is nothing but /metrics"));
        }
        scrape(app)
    });
    let answer = scraped.unwrap_or_else(|refusal| refusal.into_answer(Dialect::Plain));
    let id = HeaderValue::from_str(&app.next_request_id());
    Recorded::figures(answer).into_response(id.expect("digits and a hyphen are ASCII"))
}

fn scrape(app: &App) -> Result<Answer, Refusal> {
    let answer = operations::answer(Interaction::Metrics, app);
    answer.unwrap_or_else(|| Err(Refusal::not_found("there are no metrics")))
}
