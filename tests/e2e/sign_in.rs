//! Signing in and out from the editor.

use crate::stage::{Editor, Stage};

#[test]
fn a_device_code_approved_in_the_browser_signs_in() {
    let stage = Stage::signed_out();
    stage.sandbox.with_state(|state| state.device_interval_seconds = 1);
    let path = stage.connector("slack", &["chat:write"]);
    let mut client = stage.server();
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    let signing = client.begin(&stage, "base44.signIn", &[]);
    let told = client.notification("base44/signIn");
    let page = client.server_request("window/showDocument");
    assert!(page["uri"].as_str().unwrap().starts_with(stage.sandbox.url()), "{page}");
    let code = stage.sandbox.with_state(|state| state.devices.values().next().unwrap().user_code.clone());
    assert_eq!((told["code"].as_str(), &told["page"]), (Some(code.as_str()), &page["uri"]));
    assert!(stage.sandbox.with_state(|state| state.decide_device(&code, true)));
    client.answer(signing);
    assert!(client.notification("base44/signIn").is_null(), "it is over");
    assert_eq!(client.message(), "Signed in as ada@example.com.");
    client.wait_for_codes(&path, &["not-pushed"]);

    // Closed without an answer, nothing is done.
    client.command(&stage, "base44.signOut", &[]);
    assert!(client.question().starts_with("Sign out of Base44 as ada@example.com?"));
    assert!(stage.login_path().exists());
    client.choices.push_back("Sign Out".to_owned());
    client.command(&stage, "base44.signOut", &[]);
    client.message();
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    client.wait_for_codes(&path, &[]);
    assert!(!stage.login_path().exists());
}

#[test]
fn a_cancelled_sign_in_leaves_nobody_signed_in() {
    let stage = Stage::signed_out();
    let mut client = stage.server();
    client.wait_for_project("signed out", |project| project["state"] == "signedOut");
    let signing = client.begin(&stage, "base44.signIn", &[]);
    let token = client.notification("base44/signIn")["token"].clone();
    client.server_request("window/showDocument");
    client.notify("window/workDoneProgress/cancel", serde_json::json!({"token": token}));
    client.answer(signing);
    assert!(!stage.login_path().exists());
}

#[test]
fn a_declined_sign_in_says_so() {
    let stage = Stage::signed_out();
    stage.sandbox.with_state(|state| state.device_interval_seconds = 1);
    let mut client = stage.server();
    let signing = client.begin(&stage, "base44.signIn", &[]);
    client.server_request("window/showDocument");
    let code = stage.sandbox.with_state(|state| state.devices.values().next().unwrap().user_code.clone());
    stage.sandbox.with_state(|state| state.decide_device(&code, false));
    client.answer(signing);
    assert_eq!(client.question(), "Signing in was declined in the browser.");
}

#[test]
fn a_client_without_views_is_told_the_code_in_a_message() {
    let stage = Stage::signed_out();
    let mut client = stage.start().run();
    client.begin(&stage, "base44.signIn", &[]);
    let sentence = client.message();
    let code = stage.sandbox.with_state(|state| state.devices.values().next().unwrap().user_code.clone());
    assert!(sentence.contains(&code), "{sentence}");
    client.server_request("window/showDocument");
}
