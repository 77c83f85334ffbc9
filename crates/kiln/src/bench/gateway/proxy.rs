//! A bare proxy, and the upstream behind it: each on threads of its own, until the program ends.
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, Uri, body::Incoming, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use std::{future::Future, net::SocketAddr};
use tokio::net::TcpListener;

/// A FHIR server that says the same to everything.
pub(super) fn upstream(json: &'static str) -> anyhow::Result<SocketAddr> {
    serve(move |request: Request<Incoming>| async move {
        drop(request.into_body().collect().await?);
        let answer = Response::builder()
            .header("content-type", "application/fhir+json")
            .header("etag", "W/\"1\"");
        Ok(answer.body(Full::new(Bytes::from_static(json.as_bytes())))?)
    })
}

/// Passes on what comes, and its answer, and does nothing else.
pub(super) fn bare(upstream: SocketAddr) -> anyhow::Result<SocketAddr> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    serve(move |request: Request<Incoming>| {
        let client = client.clone();
        async move {
            let (mut head, body) = request.into_parts();
            let path = head.uri.path_and_query().map_or("/", |it| it.as_str());
            head.uri = format!("http://{upstream}{path}").parse::<Uri>()?;
            let body = body.collect().await?.to_bytes();
            let answer = client.request(Request::from_parts(head, Full::new(body))).await?;
            let (head, body) = answer.into_parts();
            Ok(Response::from_parts(head, Full::new(body.collect().await?.to_bytes())))
        }
    })
}

fn serve<S, F>(answer: S) -> anyhow::Result<SocketAddr>
where
    S: Fn(Request<Incoming>) -> F + Clone + Send + 'static,
    F: Future<Output = anyhow::Result<Response<Full<Bytes>>>> + Send + 'static,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener)?;
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let answer = answer.clone();
                connections.spawn(async move {
                    let http = hyper::server::conn::http1::Builder::new();
                    // A connection that breaks is its client's to tell.
                    drop(http.serve_connection(TokioIo::new(stream), service_fn(answer)).await);
                });
            }
            #[expect(unreachable_code, reason = "it says what the block would give")]
            anyhow::Ok(())
        })
    });
    Ok(address)
}
