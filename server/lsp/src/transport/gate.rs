//! The first service that sees a message: it keeps the session's manners that the framework leaves out.
//!
//! - nothing is handled while `initialize` is being answered, so that a client may send on at once;
//! - `exit` decides the process's exit code;
//! - addresses and positions that the protocol's types refuse are put right, not dropped;
//! - an unknown `$/` request is answered, and a frame nobody could read gets its error;
//! - a large message that was put aside takes its turn;
//! - an answer that is written already goes beside the framework.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::task::AtomicWaker;
use serde_json::Value;
use tower::Service;
use tower_lsp::jsonrpc::{Error, ErrorCode, Request, Response};

use super::aside::{ASIDE, Aside};
use super::bypass::Bypass;
use super::frames::MALFORMED;
use super::params;

/// How the session stands, as the messages tell.
#[derive(Default)]
pub(crate) struct Session {
    starting: AtomicBool,
    waker: AtomicWaker,
    shut_down: AtomicBool,
}

impl Session {
    /// The process's exit code: success only after an orderly shutdown.
    pub(crate) fn exit_code(&self) -> u8 {
        u8::from(!self.shut_down.load(Ordering::SeqCst))
    }
}

/// Wraps the framework's service.
pub(crate) struct Gate<S> {
    inner: S,
    session: Arc<Session>,
    aside: Aside,
    bypass: Bypass,
}

impl<S> Gate<S> {
    pub(crate) fn new(inner: S, session: Arc<Session>, aside: Aside, bypass: Bypass) -> Self {
        Self { inner, session, aside, bypass }
    }
}

type Answer<E> = BoxFuture<'static, Result<Option<Response>, E>>;

impl<S> Service<Request> for Gate<S>
where
    S: Service<Request, Response = Option<Response>, Future = Answer<<S as Service<Request>>::Error>>,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if self.session.starting.load(Ordering::SeqCst) {
            self.session.waker.register(cx.waker());
            if self.session.starting.load(Ordering::SeqCst) {
                return Poll::Pending;
            }
        }
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let request = match request.method() {
            // Where a client made it up, it is a message like any other that nobody knows.
            ASIDE => self.aside.take().unwrap_or(request),
            _ => request,
        };
        let request = match request.method() {
            MALFORMED => return answer(malformed(&request)),
            "initialize" => return self.initialize(request),
            "shutdown" => {
                self.session.shut_down.store(true, Ordering::SeqCst);
                without_params(request)
            }
            // Who asks without any may say so in many ways, and some clients have one way alone.
            "exit" | "base44/status" | "base44/health" => without_params(request),
            method if method.starts_with("$/") && request.id().is_some() => {
                let error = Error::method_not_found();
                return answer(request.id().cloned().map(|id| Response::from_error(id, error)));
            }
            _ => params::put_right(request),
        };
        let traced_request = tracing::enabled!(tracing::Level::TRACE).then(|| request.clone());
        let is_written = request.method() == "base44/status";
        let answering = self.inner.call(request);
        let answering = if is_written { written(self.bypass.clone(), answering) } else { answering };
        match traced_request {
            Some(request) => traced(&request, answering),
            None => answering,
        }
    }
}

impl<S> Gate<S>
where
    S: Service<Request, Response = Option<Response>, Future = Answer<<S as Service<Request>>::Error>>,
    S::Error: Send + 'static,
{
    /// Hands the parameters on raw: a capability that no type knows must not keep the server from starting.
    fn initialize(&mut self, request: Request) -> Answer<S::Error> {
        let (method, id, params) = request.into_parts();
        let wrapped = serde_json::json!({
            "capabilities": {},
            "initializationOptions": params.unwrap_or(Value::Null),
        });
        let request = Request::build(method).params(wrapped);
        let request = match id {
            Some(id) => request.id(id),
            None => request,
        };
        self.session.starting.store(true, Ordering::SeqCst);
        let done = Started(self.session.clone());
        let response = self.inner.call(request.finish());
        Box::pin(async move {
            let response = response.await;
            drop(done);
            response
        })
    }
}

/// The same answer, sent beside the framework where it is one.
fn written<E: Send + 'static>(bypass: Bypass, answering: Answer<E>) -> Answer<E> {
    Box::pin(async move { Ok(answering.await?.and_then(|response| bypass.answer(response))) })
}

/// The same answer, with a line in the log when the message comes and when it is answered; no texts.
fn traced<E: Send + 'static>(request: &Request, answering: Answer<E>) -> Answer<E> {
    let method = request.method().to_owned();
    let Some(id) = request.id().map(ToString::to_string) else {
        tracing::trace!("client: {method}");
        return answering;
    };
    tracing::trace!("client: {method}, message {id}");
    Box::pin(async move {
        let started = std::time::Instant::now();
        let answer = answering.await;
        let took = started.elapsed().as_millis();
        match &answer {
            Ok(Some(response)) if response.is_error() => {
                let code = response.error().map(|error| error.code.code()).unwrap_or_default();
                tracing::debug!("answered {method}, message {id}, with error {code} in {took} ms");
            }
            Ok(_) => tracing::trace!("answered {method}, message {id}, in {took} ms"),
            Err(_) => tracing::debug!("{method}, message {id}, came after the end"),
        }
        answer
    })
}

/// Opens the gate when `initialize` has been answered or given up.
struct Started(Arc<Session>);

impl Drop for Started {
    fn drop(&mut self) {
        self.0.starting.store(false, Ordering::SeqCst);
        self.0.waker.wake();
    }
}

fn answer<E: Send + 'static>(response: Option<Response>) -> Answer<E> {
    Box::pin(std::future::ready(Ok(response)))
}

fn without_params(request: Request) -> Request {
    let (method, id, _) = request.into_parts();
    let request = Request::build(method);
    match id {
        Some(id) => request.id(id).finish(),
        None => request.finish(),
    }
}

fn malformed(request: &Request) -> Option<Response> {
    let params = request.params();
    let code = params.and_then(|params| params.get("code")).and_then(Value::as_i64).unwrap_or(-32700);
    let message = params
        .and_then(|params| params.get("message"))
        .and_then(Value::as_str)
        .unwrap_or("the message cannot be read");
    tracing::warn!("{message}");
    let mut error = Error::new(ErrorCode::from(code));
    error.message = message.to_owned().into();
    Some(Response::from_error(request.id().cloned().unwrap_or_default(), error))
}
