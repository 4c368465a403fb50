//! A login is renewed when it has to be, and never harmed.

use std::time::Duration;

use connector_platform::{ErrorKind, Notice, Platform, SetupError};
use connector_sandbox::{Fault, FaultAction};
use serde_json::json;

use crate::support::{World, header, noticed, now};

/// A world whose access token is about to end.
async fn ending() -> World {
    let world = World::signed_out().await;
    world.write_login(|login| {
        login["expiresAt"] = (now() + 59_000).into();
        login["official"] = json!({"kept": [1]});
    });
    world
}

/// A world whose access token has ended by its own account.
async fn ended() -> World {
    let world = World::signed_out().await;
    world.write_login(|login| login["expiresAt"] = (now() - 1_000).into());
    world
}

/// A world whose access token the platform no longer takes, though the file says otherwise.
async fn refused() -> World {
    let world = World::signed_in().await;
    world.sandbox.expire_tokens();
    world
}

#[tokio::test]
async fn a_login_about_to_end_is_renewed_first_and_its_file_keeps_its_shape() {
    let world = ending().await;
    let (platform, notices) = noticed(&world.platform());
    platform.list(&world.app).await.unwrap();
    let requests = world.sandbox.requests();
    assert_eq!(requests[0].path, "/oauth/token");
    assert_eq!(
        requests[0].body,
        format!(
            "grant_type=refresh_token&refresh_token={}&client_id=base44_cli",
            world.sandbox.login().refresh_token
        )
    );
    assert_eq!(header(&requests[0], "authorization"), None);
    assert_eq!(header(&requests[0], "content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(notices.lock().unwrap()[..], [Notice::Refreshing]);

    let login = world.login();
    let sent = format!("Bearer {}", login["accessToken"].as_str().unwrap());
    assert_eq!(header(&requests[1], "authorization"), Some(sent.as_str()));
    assert_ne!(login["refreshToken"], json!(world.sandbox.login().refresh_token));
    assert!(login["expiresAt"].as_u64().unwrap() > now() + 3_000_000);
    assert_eq!((&login["email"], &login["name"]), (&json!("ada@example.com"), &json!("Ada Lovelace")));
    assert_eq!(login["official"], json!({"kept": [1]}));
    platform.list(&world.app).await.unwrap();
    assert_eq!(world.asked("/oauth/token").len(), 1);
}

#[tokio::test]
async fn a_401_renews_once_and_the_call_is_made_again() {
    let world = refused().await;
    let platform = world.platform();
    platform.set_scopes(&world.app, "slack", &[]).await.unwrap();
    let asked = world.asked("slack");
    assert_eq!(asked.len(), 2);
    assert_eq!(header(&asked[0], "x-request-id"), header(&asked[1], "x-request-id"));

    world.sandbox.inject(Fault::on("/list", FaultAction::answer(401, "")));
    world.sandbox.take_requests();
    let error = platform.list(&world.app).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut);
    assert_eq!(error.reason(), "Base44 does not accept your login");
    assert_eq!((world.asked("/list").len(), world.asked("/oauth/token").len()), (2, 1));
}

#[tokio::test]
async fn many_calls_at_once_renew_once() {
    let world = refused().await;
    world.sandbox.set_latency(Duration::from_millis(30));
    let platform = world.platform();
    let calls = (0..8).map(|_| {
        let (platform, app) = (platform.clone(), world.app.clone());
        tokio::spawn(async move { platform.list(&app).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(world.asked("/oauth/token").len(), 1);
}

#[tokio::test]
async fn several_clients_in_one_process_renew_once() {
    let world = refused().await;
    world.sandbox.set_latency(Duration::from_millis(30));
    let calls = (0..6).map(|_| {
        let (platform, app) = (world.platform(), world.app.clone());
        tokio::spawn(async move { platform.list(&app).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(world.asked("/oauth/token").len(), 1);
}

/// Everything that can happen to a token call, and what it is then.
fn token_faults() -> Vec<(&'static str, FaultAction, ErrorKind)> {
    let answer = FaultAction::answer;
    vec![
        ("400", answer(400, r#"{"error":"invalid_request"}"#), ErrorKind::Invalid),
        ("401", answer(401, r#"{"error":"invalid_client"}"#), ErrorKind::SignedOut),
        ("403", answer(403, ""), ErrorKind::Forbidden),
        ("404", answer(404, "<html>"), ErrorKind::NotFound),
        ("409", answer(409, ""), ErrorKind::Conflict),
        ("422", answer(422, ""), ErrorKind::Invalid),
        ("428", answer(428, ""), ErrorKind::Invalid),
        ("429", answer(429, ""), ErrorKind::RateLimited),
        ("500", answer(500, ""), ErrorKind::Unavailable),
        ("502", answer(502, "<html>"), ErrorKind::Unavailable),
        ("reset", FaultAction::Reset, ErrorKind::Network),
        ("hang", FaultAction::Hang, ErrorKind::TimedOut),
        ("truncated", FaultAction::Truncate { bytes: 9 }, ErrorKind::Network),
        ("malformed", answer(200, "{"), ErrorKind::Malformed),
        ("empty", answer(200, ""), ErrorKind::Malformed),
        ("wrong shape", answer(200, r#"{"access_token":7}"#), ErrorKind::Malformed),
        ("no tokens", answer(200, r#"{"access_token":"","refresh_token":"r"}"#), ErrorKind::Malformed),
        (
            "header injection",
            answer(200, "{\"access_token\":\"a\\nb: c\",\"refresh_token\":\"r\"}"),
            ErrorKind::Malformed,
        ),
        ("invalid_grant", answer(400, r#"{"error":"invalid_grant"}"#), ErrorKind::SignedOut),
    ]
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_the_login_as_it_was() {
    let tests = token_faults().into_iter().map(|(name, action, kind)| {
        tokio::spawn(async move {
            // Where a renewal hangs no other call comes before it, which would have as little time.
            let world = if name == "hang" { ended().await } else { refused().await };
            let before = std::fs::read(world.login_path()).unwrap();
            let platform = world.platform_for(&action);
            world.sandbox.inject(Fault::on("/oauth/token", action));
            let error = platform.set_scopes(&world.app, "slack", &[]).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{name}: {error}");
            assert!(
                error
                    .to_string()
                    .starts_with("Setting the scopes of slack failed: renewing the login failed: ")
            );
            assert!(!error.may_have_taken_effect(), "{name}");
            assert_eq!(std::fs::read(world.login_path()).unwrap(), before, "{name}");
            let left: Vec<_> = std::fs::read_dir(world.login_path().parent().unwrap())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.ends_with(".tmp"))
                .collect();
            assert!(left.is_empty(), "{name} leaves {left:?}");

            // Once the platform is well again, so is the login.
            world.sandbox.clear_faults();
            let again = world.platform().list(&world.app).await;
            let spent = matches!(name, "truncated");
            assert!(again.is_ok() || spent, "{name}: {again:?}");
        })
    });
    for test in tests.collect::<Vec<_>>() {
        test.await.unwrap();
    }
}

#[tokio::test]
async fn a_renewal_in_good_time_may_fail_without_harm() {
    for (name, action, _) in
        token_faults().into_iter().filter(|(name, ..)| ["500", "invalid_grant"].contains(name))
    {
        let world = ending().await;
        world.sandbox.inject(Fault::on("/oauth/token", action));
        world.platform().list(&world.app).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[tokio::test]
async fn eight_calls_do_not_wait_eight_times_for_a_token_call_that_fails() {
    let world = refused().await;
    world.sandbox.inject(Fault::on("/oauth/token", FaultAction::answer(400, r#"{"error":"invalid_grant"}"#)));
    let platform = world.platform();
    let calls = (0..8).map(|_| {
        let (platform, app) = (platform.clone(), world.app.clone());
        tokio::spawn(async move { platform.list(&app).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::SignedOut);
    }
    // Those that come to their 401 later than the answer ask for themselves.
    assert!(world.asked("/oauth/token").len() < 8);
}

#[tokio::test]
async fn the_official_cli_may_renew_meanwhile() {
    let world = refused().await;
    let theirs = world.sandbox.add_login();
    world
        .sandbox
        .inject(Fault::on("/oauth/token", FaultAction::answer(400, r#"{"error":"invalid_grant"}"#)).times(1));
    world.sandbox.set_latency(Duration::from_millis(200));
    let platform = world.platform();
    let app = world.app.clone();
    let call = tokio::spawn(async move { platform.list(&app).await });
    while world.asked("/oauth/token").is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    world.write_login(|login| *login = serde_json::to_value(&theirs).unwrap());
    call.await.unwrap().unwrap();
    assert_eq!(world.login()["accessToken"], json!(theirs.access_token));
    assert_eq!(world.asked("/oauth/token").len(), 1);
}

#[tokio::test]
async fn a_sign_out_during_a_renewal_is_not_undone() {
    let world = refused().await;
    world.sandbox.set_latency(Duration::from_millis(200));
    let platform = world.platform();
    let app = world.app.clone();
    let call = tokio::spawn(async move { platform.list(&app).await });
    while world.asked("/oauth/token").is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    std::fs::remove_file(world.login_path()).unwrap();
    assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::SignedOut);
    assert!(!world.login_path().exists());
}

#[tokio::test]
async fn a_call_that_is_dropped_does_not_lose_the_rotated_token() {
    let world = refused().await;
    world.sandbox.set_latency(Duration::from_millis(100));
    let platform = world.platform();
    let (other, app) = (platform.clone(), world.app.clone());
    let call = tokio::spawn(async move { other.list(&app).await });
    while world.asked("/oauth/token").is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    call.abort();
    platform.settle().await;
    assert_ne!(world.login()["refreshToken"], json!(world.sandbox.login().refresh_token));
    world.platform().list(&world.app).await.unwrap();
    assert_eq!(world.asked("/oauth/token").len(), 1);
}

#[tokio::test]
async fn a_new_login_in_the_file_is_taken_up() {
    let world = World::signed_in().await;
    let platform = world.platform();
    let other = world.sandbox.add_login();
    world.write_login(|login| *login = serde_json::to_value(&other).unwrap());
    platform.list(&world.app).await.unwrap();
    let sent = format!("Bearer {}", other.access_token);
    assert_eq!(header(&world.asked("/list")[0], "authorization"), Some(sent.as_str()));
}

#[tokio::test]
async fn a_file_that_is_being_written_is_waited_for_and_a_damaged_one_is_named() {
    let world = World::signed_in().await;
    let platform = world.platform();
    std::fs::write(world.login_path(), "{\"accessToken\":\"abc").unwrap();
    platform.list(&world.app).await.unwrap();
    for text in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"accessToken":"a","refreshToken":7,"expiresAt":1}"#,
        r#"{"accessToken":"secret\n","refreshToken":"b","expiresAt":1}"#,
        "\u{feff}x",
    ] {
        std::fs::write(world.login_path(), text).unwrap();
        let error = Platform::connect(&world.environment(&[]), None).err().unwrap();
        assert!(matches!(error, SetupError::DamagedLogin { .. }), "{text}: {error}");
        assert!(error.is_signed_out());
        let said = error.to_string();
        assert!(said.contains("auth.json") && said.contains("login'") && !said.contains("secret"), "{said}");
        assert_eq!(std::fs::read_to_string(world.login_path()).unwrap(), text);
    }
    std::fs::remove_file(world.login_path()).unwrap();
    std::fs::create_dir(world.login_path()).unwrap();
    assert!(matches!(Platform::connect(&world.environment(&[]), None), Err(SetupError::DamagedLogin { .. })));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn nobody_else_reads_the_login() {
        let world = ending().await;
        std::fs::set_permissions(world.login_path(), PermissionsExt::from_mode(0o644)).unwrap();
        let platform = world.platform();
        assert_eq!(mode(&world.login_path()), 0o600);
        platform.list(&world.app).await.unwrap();
        for entry in std::fs::read_dir(world.login_path().parent().unwrap()).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
        }
    }

    #[tokio::test]
    async fn a_link_to_the_login_stays_a_link() {
        let world = ending().await;
        let real = world.home().join("kept/login.json");
        std::fs::create_dir(real.parent().unwrap()).unwrap();
        std::fs::rename(world.login_path(), &real).unwrap();
        symlink(&real, world.login_path()).unwrap();
        world.platform().list(&world.app).await.unwrap();
        assert!(world.login_path().is_symlink());
        assert_ne!(world.login()["refreshToken"], json!(world.sandbox.login().refresh_token));
        assert_eq!(mode(&real), 0o600);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_costs_no_token() {
        let world = refused().await;
        let folder = world.login_path().parent().unwrap().to_owned();
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o500)).unwrap();
        if std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
            // The administrator writes everywhere: a folder in the file's place stands for it.
            std::fs::create_dir(folder.join("auth.json.lock")).unwrap();
        }
        let error = world.platform().list(&world.app).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LoginFile, "{error}");
        assert!(world.asked("/oauth/token").is_empty());
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
    }
}
