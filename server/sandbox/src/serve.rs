//! Connections and requests: what every request passes through, faults included.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use bytes::Bytes;
use futures_util::stream;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tower_service::Service;

use crate::faults::{FaultAction, RequestRecord};
use crate::{Shared, admin, answers, api, auth, pages, state};

/// The largest body of a request, in bytes: the platform's requests have a few kilobytes, and a larger one is refused.
const MAX_BODY_BYTES: usize = 1024 * 1024;

pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new()
        .merge(api::routes())
        .merge(auth::routes())
        .merge(pages::routes())
        .merge(admin::routes())
        .fallback(|| async { answers::not_found("There is no such page") })
        .with_state(shared.clone());
    let mut connections = tokio::task::JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let refuse = {
            let mut faults = shared.faults();
            let refuse = faults.refuse_connections > 0;
            faults.refuse_connections = faults.refuse_connections.saturating_sub(1);
            refuse
        };
        if refuse {
            reset_on_close(&stream);
            continue;
        }
        connections.spawn(connection(stream, router.clone(), shared.clone()));
    }
}

/// Closing the stream sends a reset instead of an orderly end.
fn reset_on_close(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

async fn connection(stream: TcpStream, router: Router, shared: Arc<Shared>) {
    let kill = Arc::new(Notify::new());
    let stream = Arc::new(stream);
    let service = {
        let (kill, stream) = (kill.clone(), stream.clone());
        service_fn(move |request: Request<hyper::body::Incoming>| {
            let (router, shared) = (router.clone(), shared.clone());
            let (kill, stream) = (kill.clone(), stream.clone());
            async move {
                let response = handle(request.map(Body::new), router, &shared).await.map(for_nobody_else);
                Ok::<_, Infallible>(match response {
                    Some(response) => response,
                    None => {
                        reset_on_close(&stream);
                        kill.notify_one();
                        std::future::pending().await
                    }
                })
            }
        })
    };
    let io = TokioIo::new(SharedStream(stream));
    let serving = hyper::server::conn::http1::Builder::new().serve_connection(io, service);
    tokio::select! {
        _ = serving => {}
        () = kill.notified() => {}
    }
}

/// The stream of a connection, which the handler can still reach to reset it.
struct SharedStream(Arc<TcpStream>);

impl tokio::io::AsyncRead for SharedStream {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        loop {
            std::task::ready!(self.0.poll_read_ready(context))?;
            match self.0.try_read(buffer.initialize_unfilled()) {
                Ok(count) => {
                    buffer.advance(count);
                    return std::task::Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return std::task::Poll::Ready(Err(error)),
            }
        }
    }
}

impl tokio::io::AsyncWrite for SharedStream {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        loop {
            std::task::ready!(self.0.poll_write_ready(context))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                result => return std::task::Poll::Ready(result),
            }
        }
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let _ = socket2::SockRef::from(&*self.0).shutdown(std::net::Shutdown::Write);
        std::task::Poll::Ready(Ok(()))
    }
}

/// Answers a request; nothing where the connection is to be reset.
async fn handle(request: Request<Body>, router: Router, shared: &Arc<Shared>) -> Option<Response<Body>> {
    if !is_loopback_host(request.headers()) {
        return Some((StatusCode::FORBIDDEN, "The sandbox answers to loopback names only.").into_response());
    }
    if is_cross_site(&request) {
        return Some(
            (StatusCode::FORBIDDEN, "The sandbox takes no orders from other sites.").into_response(),
        );
    }
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    if path == "/sandbox" || path.starts_with("/sandbox/") {
        return Some(route(router, request).await);
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return Some((StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.").into_response());
    };
    let method = parts.method.to_string();
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let record = RequestRecord {
        method: method.clone(),
        path: path.clone(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
        at: state::now(),
        at_once: 0,
    };
    let (fault, latency) = {
        let mut faults = shared.faults();
        faults.record(record);
        (faults.take(&method, &path), faults.latency)
    };
    let _under_way = UnderWay(shared.clone());
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let request = Request::from_parts(parts, Body::from(body));
    let Some(fault) = fault else {
        return Some(route(router, request).await);
    };
    let own_answer = matches!(
        fault.action,
        FaultAction::Answer { .. } | FaultAction::Reset | FaultAction::Hang | FaultAction::Endless
    );
    if fault.after_effect && own_answer {
        route(router, request).await;
        return fail(fault.action, None).await;
    }
    let right = match fault.action {
        FaultAction::Truncate { .. } | FaultAction::Slow { .. } | FaultAction::Late { .. } => {
            Some(route(router, request).await)
        }
        _ => None,
    };
    fail(fault.action, right).await
}

struct UnderWay(Arc<Shared>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut faults = self.0.faults();
        faults.under_way = faults.under_way.saturating_sub(1);
    }
}

async fn route(mut router: Router, request: Request<Body>) -> Response<Body> {
    router.call(request).await.unwrap_or_else(|never| match never {})
}

async fn fail(action: FaultAction, right: Option<Response<Body>>) -> Option<Response<Body>> {
    match action {
        FaultAction::Answer { status, headers, body } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            let bad = |_| StatusCode::INTERNAL_SERVER_ERROR.into_response();
            Some(response.body(Body::from(body)).unwrap_or_else(bad))
        }
        FaultAction::Reset => None,
        FaultAction::Hang => std::future::pending().await,
        FaultAction::Late { millis } => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            right
        }
        FaultAction::Endless => {
            let piece = || async { Some((Ok::<_, Infallible>(Bytes::from_static(&[b' '; 65536])), ())) };
            Some(Response::new(Body::from_stream(stream::unfold((), move |()| piece()))))
        }
        FaultAction::Truncate { bytes } => {
            let (mut parts, body) = right?.into_parts();
            let body = to_bytes(body, MAX_BODY_BYTES).await.ok()?;
            parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
            let sent = body.slice(..bytes.min(body.len()));
            let end = std::io::Error::other("cut off on purpose");
            Some(Response::from_parts(parts, Body::from_stream(stream::iter([Ok(sent), Err(end)]))))
        }
        FaultAction::Slow { millis } => {
            let (parts, body) = right?.into_parts();
            let body = to_bytes(body, MAX_BODY_BYTES).await.ok()?;
            let bytes = stream::unfold((body, 0), move |(body, at)| async move {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                (at < body.len()).then(|| (Ok::<_, Infallible>(body.slice(at..=at)), (body, at + 1)))
            });
            Some(Response::from_parts(parts, Body::from_stream(bytes)))
        }
    }
}

/// Whatever is answered, a page of another site gets nothing of it, and no browser takes it for something else.
fn for_nobody_else(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    response
}

/// A page in a browser cannot reach the sandbox under a name of its own.
fn is_loopback_host(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    if let Ok(addr) = host.parse::<SocketAddr>() {
        return addr.ip().is_loopback();
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost"
        || name.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// A page of another site cannot make a browser change anything here.
fn is_cross_site(request: &Request<Body>) -> bool {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = header(header::ORIGIN) else {
        return false;
    };
    !request.method().is_safe() && origin.strip_prefix("http://") != header(header::HOST)
}
