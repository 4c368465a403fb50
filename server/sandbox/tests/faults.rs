//! What goes wrong on purpose, seen from the other end of the wire.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use connector_sandbox::{Connector, Fault, FaultAction, Handle, StripeMode};
use support::{APP, Answer, app_path, call, open, sandbox, send};

fn list(at: &Handle) -> std::io::Result<Answer> {
    let bearer = format!("authorization: Bearer {}", at.login().access_token);
    send(at, "GET", &app_path("external-auth/list"), &[&bearer], "")
}

fn remove(at: &Handle) -> std::io::Result<Answer> {
    let bearer = format!("authorization: Bearer {}", at.login().access_token);
    send(at, "DELETE", &app_path("external-auth/integrations/slack/remove"), &[&bearer], "")
}

fn with_slack(at: &Handle) {
    at.with_state(|state| state.app(APP).connectors.insert("slack".to_owned(), Connector::active(&["a"])));
}

fn has_slack(at: &Handle) -> bool {
    at.with_state(|state| state.app(APP).connectors.contains_key("slack"))
}

#[test]
fn a_canned_answer_replaces_the_right_one_with_its_headers() {
    let sandbox = sandbox();
    let headers = vec![("retry-after".to_owned(), "7".to_owned())];
    let action = FaultAction::Answer { status: 429, headers, body: "<html>busy</html>".to_owned() };
    sandbox.inject(Fault::on("external-auth/list", action));
    let answer = list(&sandbox).unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (429, "<html>busy</html>"));
    assert_eq!(answer.header("retry-after"), Some("7"));
}

#[test]
fn a_fault_fits_its_method_and_path_skips_and_ends_by_count() {
    let sandbox = sandbox();
    let fault = Fault::on("external-auth", FaultAction::answer(500, "")).method("get").times(2);
    sandbox.inject(Fault { skip: 1, ..fault });
    let statuses: Vec<u16> = (0..4).map(|_| list(&sandbox).unwrap().status).collect();
    assert_eq!(statuses, [200, 500, 500, 200]);
    assert_eq!(call(&sandbox, "GET", &app_path("payments/stripe/status"), "").status, 200);
    sandbox.inject(Fault::on("external-auth", FaultAction::answer(500, "")).method("PUT"));
    assert_eq!(list(&sandbox).unwrap().status, 200);
}

#[test]
fn faults_can_be_taken_back() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("", FaultAction::Reset));
    sandbox.refuse_connections(100);
    sandbox.clear_faults();
    assert_eq!(list(&sandbox).unwrap().status, 200);
}

#[test]
fn a_reset_comes_before_the_effect_or_after_it() {
    let sandbox = sandbox();
    with_slack(&sandbox);
    sandbox.inject(Fault::on("/remove", FaultAction::Reset).times(1));
    assert_eq!(remove(&sandbox).err().unwrap().kind(), ErrorKind::ConnectionReset);
    assert!(has_slack(&sandbox));
    sandbox.inject(Fault::on("/remove", FaultAction::Reset).times(1).after_effect());
    assert_eq!(remove(&sandbox).err().unwrap().kind(), ErrorKind::ConnectionReset);
    assert!(!has_slack(&sandbox));
}

#[test]
fn a_canned_answer_can_hide_an_effect() {
    let sandbox = sandbox();
    let install = app_path("payments/stripe/install");
    sandbox.inject(Fault::on("stripe/install", FaultAction::answer(502, "")).after_effect());
    assert_eq!(call(&sandbox, "POST", &install, "").status, 502);
    assert_eq!(sandbox.with_state(|state| state.app(APP).stripe), Some(StripeMode::Sandbox));
}

#[test]
fn a_hang_never_answers() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("external-auth/list", FaultAction::Hang));
    let mut stream = open(&sandbox, "GET", &app_path("external-auth/list"), &[], "").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    // Systems call the end of a wait by one name or the other.
    let ended = stream.read(&mut [0]).unwrap_err().kind();
    assert!(matches!(ended, ErrorKind::WouldBlock | ErrorKind::TimedOut), "{ended:?}");
}

#[test]
fn a_truncated_answer_ends_before_its_length() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("external-auth/list", FaultAction::Truncate { bytes: 5 }));
    assert_eq!(list(&sandbox).err().unwrap().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn a_slow_answer_is_the_right_one_byte_by_byte() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("external-auth/list", FaultAction::Slow { millis: 5 }));
    let start = Instant::now();
    let answer = list(&sandbox).unwrap();
    assert_eq!(answer.json(), serde_json::json!({ "integrations": [] }));
    assert!(start.elapsed() >= Duration::from_millis(5 * 19));
}

#[test]
fn an_endless_answer_goes_on() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("external-auth/list", FaultAction::Endless));
    let mut stream = open(&sandbox, "GET", &app_path("external-auth/list"), &[], "").unwrap();
    let mut left = 8 * 1024 * 1024_usize;
    let mut buffer = [0; 65536];
    while left > 0 {
        let count = stream.read(&mut buffer).unwrap();
        assert_ne!(count, 0);
        left = left.saturating_sub(count);
    }
}

#[test]
fn a_late_answer_and_latency_take_their_time() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("external-auth/list", FaultAction::Late { millis: 60 }).times(1));
    let start = Instant::now();
    assert_eq!(list(&sandbox).unwrap().status, 200);
    assert!(start.elapsed() >= Duration::from_millis(60));
    sandbox.set_latency(Duration::from_millis(60));
    let start = Instant::now();
    assert_eq!(list(&sandbox).unwrap().status, 200);
    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[test]
fn connections_are_refused_as_often_as_asked() {
    let sandbox = sandbox();
    sandbox.refuse_connections(2);
    assert!(list(&sandbox).is_err());
    assert!(list(&sandbox).is_err());
    assert_eq!(list(&sandbox).unwrap().status, 200);
}

#[test]
fn requests_are_logged_with_headers_and_bodies() {
    let sandbox = sandbox();
    let bearer = format!("authorization: Bearer {}", sandbox.login().access_token);
    let path = app_path("external-auth/integrations/slack?a=b");
    send(&sandbox, "PUT", &path, &[&bearer, "X-Request-ID: one"], "{\"scopes\":[]}").unwrap();
    send(&sandbox, "GET", "/sandbox/login", &[], "").unwrap();
    let log = sandbox.take_requests();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].method.as_str(), log[0].path.as_str()), ("PUT", path.as_str()));
    assert_eq!(log[0].body, "{\"scopes\":[]}");
    assert_eq!(log[0].header("x-request-id"), Some("one"));
    assert!(sandbox.requests().is_empty());
}

#[test]
fn the_most_requests_at_once_are_counted() {
    let sandbox = sandbox();
    sandbox.inject(Fault::on("", FaultAction::Hang));
    let hanging: Vec<_> = (0..3).map(|_| open(&sandbox, "GET", "/", &[], "").unwrap()).collect();
    while sandbox.requests().len() < hanging.len() {
        std::thread::yield_now();
    }
    assert_eq!(sandbox.most_at_once(), 3);
}
