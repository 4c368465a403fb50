//! `doctor`: what is seen here, without secrets.

use crate::support::{Workspace, project, sandbox};

#[test]
fn it_says_what_it_sees_and_nothing_secret() {
    let sandbox = sandbox();
    let mut workspace = project(&sandbox, &["slack"], &[]);
    workspace.set("HTTPS_PROXY", "http://ana:s3cret@proxy.example:8080");
    workspace.set("NO_PROXY", "127.0.0.1");
    let ran = workspace.run(&["doctor"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let login = sandbox.login();
    for seen in [
        "front-desk, 1 files in base44/connectors",
        login.email.as_str(),
        " answers, ",
        "HTTPS_PROXY=http://…@proxy.example:8080",
        env!("CARGO_PKG_VERSION"),
    ] {
        assert!(ran.out.contains(seen), "{seen}: {}", ran.out);
    }
    for secret in [login.access_token.as_str(), login.refresh_token.as_str(), "s3cret"] {
        assert!(!ran.out.contains(secret), "{}", ran.out);
    }
}

#[test]
fn what_is_not_well_is_said_with_what_to_do_and_nothing_is_sent_offline() {
    let sandbox = sandbox();
    let mut workspace = Workspace::empty();
    workspace.set("BASE44_API_URL", sandbox.url());
    let ran = workspace.run(&["doctor", "--offline"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("✗ login") && ran.out.contains("base44-connectors login"), "{}", ran.out);
    assert!(ran.out.contains("none in this folder or above it"), "{}", ran.out);
    assert!(sandbox.requests().is_empty());
}

#[test]
fn a_platform_that_cannot_be_reached_is_said() {
    let mut workspace = Workspace::empty();
    workspace.set("BASE44_API_URL", "http://127.0.0.1:9");
    workspace.set("BASE44_ACCESS_TOKEN", "a");
    workspace.set("BASE44_REFRESH_TOKEN", "b");
    workspace.set("BASE44_CONNECTORS_TIMEOUT", "1");
    let ran = workspace.run(&["doctor"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("✗ Base44   http://sandbox: "), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn two_programs_side_by_side_are_said() {
    let mut workspace = Workspace::empty();
    let bins: Vec<String> = ["one", "two"]
        .into_iter()
        .map(|name| {
            workspace.write(&format!("{name}/base44-connectors"), "");
            workspace.path(name).display().to_string()
        })
        .collect();
    workspace.set("PATH", &bins.join(":"));
    let ran = workspace.run(&["doctor", "--offline"]);
    assert!(
        ran.out.contains("one/base44-connectors is taken; <work>/two/base44-connectors never is"),
        "{}",
        ran.out
    );
}

#[test]
fn a_package_gets_completions_and_man_pages() {
    let workspace = Workspace::empty();
    let ran = workspace.run(&["shell-files", "made"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    for path in [
        "completions/_base44-connectors",
        "completions/base44-connectors.bash",
        "man/base44-connectors.1",
        "man/base44-connectors-push.1",
    ] {
        assert!(workspace.path("made").join(path).is_file(), "{path}");
    }
}
