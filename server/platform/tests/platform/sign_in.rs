//! Signing in by device code, signing out, who is signed in.

use std::time::Duration;

use connector_platform::login::{self, LoginError};
use connector_platform::{Account, ErrorKind, PlatformError, SetupError};
use connector_sandbox::{Fault, FaultAction};
use serde_json::json;

use crate::support::{World, header};

#[tokio::test]
async fn a_person_agrees_and_the_login_is_kept() {
    let world = World::signed_out().await;
    let environment = world.environment(&[]);
    let code = login::start(&environment).await.unwrap();
    assert_eq!(code.user_code.len(), 9);
    assert!(code.verification_uri.as_str().starts_with(world.sandbox.url()));
    assert_eq!(code.expires_in, Duration::from_secs(900));
    let asked = &world.asked("/oauth/device/code")[0];
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&asked.body).unwrap(),
        json!({"client_id": "base44_cli", "scope": "apps:read apps:write sandbox:write"})
    );

    let user_code = code.user_code.clone();
    let waiting = tokio::spawn(async move { code.finish(|_| {}).await });
    while world.asked("/oauth/token").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!world.login_path().exists());
    // A bad moment of the platform is waited out.
    world.sandbox.inject(Fault::on("/oauth/token", FaultAction::answer(500, "")).times(1));
    world.sandbox.with_state(|state| state.decide_device(&user_code, true));
    let account = waiting.await.unwrap().unwrap();
    let ada = Account::Login { email: "ada@example.com".to_owned(), name: "Ada Lovelace".to_owned() };
    assert_eq!(account, ada);
    let login = world.login();
    assert_eq!((&login["email"], &login["name"]), (&json!("ada@example.com"), &json!("Ada Lovelace")));
    assert!(login["expiresAt"].is_u64());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(world.login_path().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    assert_eq!(login::who(&environment, None).unwrap(), ada);
    assert_eq!(login::verify(&environment, None).await.unwrap().email, "ada@example.com");
    world.platform().list(&world.app).await.unwrap();
    assert!(login::sign_out(&environment).await.unwrap());
    assert!(!world.login_path().exists());
    assert!(!login::sign_out(&environment).await.unwrap());
    assert!(login::who(&environment, None).unwrap_err().is_signed_out());
}

#[tokio::test]
async fn a_home_that_takes_no_login_is_said_before_anybody_confirms_anything() {
    let world = World::signed_out().await;
    let environment = world.environment(&[]);
    login::check_home(&environment).unwrap();
    assert!(!world.login_path().parent().unwrap().exists(), "nothing stays behind");
    // A file is in the place of the folder.
    std::fs::write(environment.home.join(".base44"), "").unwrap();
    let said = login::check_home(&environment).unwrap_err().to_string();
    assert!(said.contains("cannot be changed") && said.contains("Make your home folder writable"), "{said}");
}

#[tokio::test]
async fn no_is_no_and_nothing_is_written() {
    let world = World::signed_in().await;
    let before = std::fs::read(world.login_path()).unwrap();
    let code = login::start(&world.environment(&[])).await.unwrap();
    world.sandbox.with_state(|state| state.decide_device(&code.user_code, false));
    assert_eq!(code.finish(|_| {}).await, Err(LoginError::Denied));

    let code = login::start(&world.environment(&[])).await.unwrap();
    world.sandbox.inject(Fault::on("/oauth/token", FaultAction::answer(400, r#"{"error":"expired_token"}"#)));
    assert_eq!(code.finish(|_| {}).await, Err(LoginError::Expired));
    assert_eq!(std::fs::read(world.login_path()).unwrap(), before);
}

#[tokio::test]
async fn a_page_that_must_not_be_opened_is_no_page_to_sign_in() {
    let world = World::signed_out().await;
    let body = json!({
        "device_code": "d", "user_code": "A\u{1b}[2J", "verification_uri": "file:///x", "expires_in": 900, "interval": 5
    });
    world.sandbox.inject(Fault::on("/oauth/device", FaultAction::answer(200, &body.to_string())));
    let error = login::start(&world.environment(&[])).await.unwrap_err();
    let LoginError::Platform(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[tokio::test]
async fn files_of_a_project_have_no_say_in_a_sign_in() {
    let world = World::signed_out().await;
    let environment = world.environment(&[]).with_api_url(Some("http://evil.example".to_owned()));
    let error = login::start(&environment).await.unwrap_err();
    assert!(matches!(error, LoginError::Setup(SetupError::BadUrl { .. })));
}

#[tokio::test]
async fn a_sign_in_that_the_platform_refuses_says_why() {
    let world = World::signed_out().await;
    world.sandbox.inject(Fault::on(
        "/oauth/device",
        FaultAction::answer(401, r#"{"error":"invalid_client","error_description":"unknown client"}"#),
    ));
    let error: LoginError = login::start(&world.environment(&[])).await.unwrap_err();
    assert_eq!(error.to_string(), "Signing in failed: unknown client.");
    let _: PlatformError = match error {
        LoginError::Platform(error) => error,
        other => panic!("{other}"),
    };
}

#[tokio::test]
async fn a_workspace_key_has_no_person_and_that_is_said() {
    let world = World::signed_out().await;
    let environment = world.environment(&[("BASE44_API_KEY", "b44k_sandbox")]);
    assert_eq!(login::who(&environment, None).unwrap(), Account::WorkspaceKey);
    let LoginError::Platform(error) = login::verify(&environment, None).await.unwrap_err() else { panic!() };
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_eq!(header(&world.asked("userinfo")[0], "api_key"), Some("b44k_sandbox"));
}

#[tokio::test]
async fn a_workspace_key_is_in_force_unless_the_platform_takes_it_for_none() {
    let world = World::signed_out().await;
    for app in [None, Some(&world.app)] {
        let good = world.environment(&[("BASE44_API_KEY", "b44k_sandbox")]);
        login::verify_key(&good, None, app).await.unwrap();
        let revoked = world.environment(&[("BASE44_API_KEY", "b44k_revoked")]);
        let LoginError::Platform(error) = login::verify_key(&revoked, None, app).await.unwrap_err() else {
            panic!()
        };
        assert_eq!(error.kind(), ErrorKind::SignedOut);
    }
}
