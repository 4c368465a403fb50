//! `demo`: all of it, by itself and with a person.

use crate::support::{Workspace, redacted};

#[test]
fn it_goes_the_whole_way_by_itself() {
    let workspace = Workspace::empty();
    let ran = workspace.run(&["demo", "--approve"]);
    insta::assert_snapshot!(ran.session("demo --approve"));
    assert_eq!(workspace.leftovers(), 0);
    assert!(std::fs::read_dir(workspace.home()).unwrap().next().is_none(), "the user's home is not touched");
}

#[test]
fn the_environment_has_no_say_in_it() {
    let mut workspace = Workspace::copy_of("many-mistakes");
    workspace.set("BASE44_API_URL", "http://127.0.0.1:9");
    workspace.set("BASE44_API_KEY", "b44k_secret");
    workspace.set("BASE44_APP_ID", "a-real-app");
    let ran = workspace.run(&["demo"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(!ran.out.contains("a-real-app"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_approves_on_the_consent_pages() {
    let workspace = Workspace::empty();
    let person = crate::pty::Person::runs(&workspace, &["demo"], &[]);
    person.reads("Open browser to authorize now?").types("\r");
    for (before, name) in ["gmail", "hubspot", "notion", "slack"].into_iter().enumerate() {
        person.reads(&format!("Waiting for {name} authorization..."));
        person.waits_until("the browser", || workspace.opened().len() == before + 1);
        approve_in_browser(workspace.opened().last().unwrap());
        person.reads(&format!("✓ {name} authorization complete"));
    }
    let (screen, code) = person.leaves();
    let summary = screen.split("Summary:").nth(1).unwrap();
    insta::assert_snapshot!(redacted(summary.trim_end()));
    assert_eq!((code, workspace.leftovers()), (0, 0));
}

#[cfg(target_os = "linux")]
#[test]
fn kept_it_runs_until_it_is_stopped() {
    let workspace = Workspace::empty();
    let person = crate::pty::Person::runs(&workspace, &["demo", "--approve", "--keep"], &[]);
    person.reads("Ctrl-C stops the sandbox").types("\u{3}");
    let (screen, code) = person.leaves();
    let kept = screen.split("The sandbox and the project stay").nth(1).unwrap();
    let program = env!("CARGO_BIN_EXE_base44-connectors");
    insta::assert_snapshot!(redacted(
        &kept.replace(program, "base44-connectors").replace(&temporary(&workspace), "<tmp>")
    ));
    assert_eq!((code, workspace.leftovers()), (0, 1));
}

#[cfg(target_os = "linux")]
fn temporary(workspace: &Workspace) -> String {
    workspace.root().parent().unwrap().join("tmp").display().to_string()
}

/// What a browser sends when the button of the consent page is pressed.
#[cfg(target_os = "linux")]
fn approve_in_browser(link: &str) {
    use std::io::{Read, Write};
    let rest = link.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let id = path.rsplit('/').next().unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let request = format!(
        "POST /sandbox/consents/{id}/approve HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
