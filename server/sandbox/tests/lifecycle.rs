//! Starting, stopping, and what is kept in between.

#![allow(clippy::unwrap_used)]

mod support;

use std::io::Read;
use std::net::TcpStream;

use connector_sandbox::{Connector, Fault, FaultAction, Handle, Options, Sandbox, StartError};
use support::{APP, list, open, sandbox};

#[test]
fn it_runs_on_a_thread_of_its_own_until_it_is_dropped() {
    let sandbox = sandbox();
    assert_eq!(list(&sandbox), serde_json::json!([]));
    let stream = hanging(&sandbox);
    drop(sandbox);
    assert_ended(stream);
}

#[test]
fn it_runs_on_either_kind_of_runtime_until_it_is_stopped() {
    let one = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let many = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for runtime in [one, many] {
        runtime.block_on(async {
            let sandbox = Sandbox::start(Options::default()).await.unwrap();
            let handle = sandbox.handle();
            let stream = tokio::task::spawn_blocking(move || {
                assert_eq!(list(&handle), serde_json::json!([]));
                hanging(&handle)
            });
            let stream = stream.await.unwrap();
            sandbox.stop().await;
            assert_ended(stream);
        });
    }
}

#[test]
fn stopping_frees_the_port() {
    let sandbox = sandbox();
    list(&sandbox);
    let addr = sandbox.addr();
    sandbox.stop();
    let again = Sandbox::spawn(Options { addr, ..Options::default() }).unwrap();
    assert_eq!(again.addr(), addr);
}

/// A connection whose request is under way and gets no answer.
fn hanging(at: &Handle) -> TcpStream {
    at.inject(Fault::on("/device", FaultAction::Hang));
    at.take_requests();
    let stream = open(at, "GET", "/device", &[], "").unwrap();
    while at.requests().is_empty() {
        std::thread::yield_now();
    }
    stream
}

fn assert_ended(mut stream: TcpStream) {
    assert!(!stream.read(&mut [0]).is_ok_and(|count| count > 0));
}

#[test]
fn state_in_a_file_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let options = || Options {
        state_file: Some(file.clone()),
        access_token: Some("fixed".to_owned()),
        ..Options::default()
    };
    let first = Sandbox::spawn(options()).unwrap();
    first.with_state(|state| state.app(APP).connectors.insert("slack".to_owned(), Connector::active(&["a"])));
    first.stop();
    // There are logins in it.
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions()) & 0o777,
        0o600
    );
    let second = Sandbox::spawn(options()).unwrap();
    assert_eq!(list(&second)[0]["integration_type"], "slack");
    assert_eq!(second.login().access_token, "fixed");
}

#[test]
fn a_port_in_use_a_foreign_address_and_a_broken_state_file_are_told_apart() {
    let sandbox = sandbox();
    let start = |options| Sandbox::spawn(options).err().unwrap();
    let taken = start(Options { addr: sandbox.addr(), ..Options::default() });
    assert!(matches!(taken, StartError::PortInUse(port) if port == sandbox.addr().port()));
    let foreign = start(Options { addr: "0.0.0.0:0".parse().unwrap(), ..Options::default() });
    assert!(matches!(foreign, StartError::NotLoopback(_)));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{").unwrap();
    let broken = start(Options { state_file: Some(file.clone()), ..Options::default() });
    assert!(matches!(&broken, StartError::BadState(path, _) if *path == file));
    assert_eq!(std::fs::read_to_string(file).unwrap_or_default(), "{");
}

#[cfg(unix)]
#[test]
fn a_state_that_is_no_file_or_without_end_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("/dev/zero", place("zero")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(place("pipe")).status().unwrap().success());
    std::fs::File::create(place("huge")).unwrap().set_len(1 << 40).unwrap();
    for (name, why) in [("zero", "it is no file"), ("pipe", "it is no file"), ("huge", "it has more than")] {
        let options = Options { state_file: Some(place(name)), ..Options::default() };
        let refused = Sandbox::spawn(options).err().unwrap().to_string();
        assert!(refused.contains(why), "{name}: {refused}");
    }
}
