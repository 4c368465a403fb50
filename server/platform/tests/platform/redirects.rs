//! No credential follows a redirect to another place.

use connector_platform::{ErrorKind, Platform};
use connector_sandbox::{Fault, FaultAction, Options, Sandbox};

use crate::support::{World, now};

fn to(status: u16, location: &str) -> FaultAction {
    FaultAction::Answer {
        status,
        headers: vec![("Location".to_owned(), location.to_owned())],
        body: String::new(),
    }
}

#[tokio::test]
async fn another_place_is_never_asked() {
    let world = World::signed_in().await;
    let other = Sandbox::start(Options::default()).await.unwrap();
    let key = world.environment(&[("BASE44_API_KEY", "b44k_sandbox")]);
    for platform in [world.platform(), Platform::connect(&key, None).unwrap()] {
        for status in [301, 302, 303, 307, 308] {
            world.sandbox.clear_faults();
            world.sandbox.inject(Fault::on("/api/", to(status, &format!("{}/api/x", other.url()))));
            let read = platform.list(&world.app).await.unwrap_err();
            let set = platform.set_scopes(&world.app, "slack", &[]).await.unwrap_err();
            assert_eq!((read.kind(), set.kind()), (ErrorKind::Redirected, ErrorKind::Redirected));
            assert_eq!(read.reason(), "it sends on to 127.0.0.1, where your login is not taken");
        }
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_reading_call_follows_within_the_platform() {
    let world = World::signed_in().await;
    world.sandbox.inject(Fault::on("/list", to(307, "/api/apps/app1/external-auth/list?again")).times(1));
    world.platform().list(&world.app).await.unwrap();
    assert_eq!(world.asked("/list").len(), 2);

    world.sandbox.inject(Fault::on("/slack", to(307, "/api/apps/app2/external-auth/integrations/slack")));
    let error = world.platform().set_scopes(&world.app, "slack", &[]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Redirected);
    assert!(world.asked("app2").is_empty());
}

#[tokio::test]
async fn an_answer_about_another_app_is_none() {
    let world = World::signed_in().await;
    for place in
        ["/api/apps/app2/external-auth/list", "/api/v2/apps/app2", "../../app2/list", "/list", "/api/apps/"]
    {
        world.sandbox.clear_faults();
        world.sandbox.inject(Fault::on("/list", to(307, place)).times(1));
        let error = world.platform().list(&world.app).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected, "{place}");
    }
    assert!(world.asked("app2").is_empty());

    world.sandbox.clear_faults();
    let body = "{\"app_id\": \"app2\", \"integrations\": []}".to_owned();
    let answer = FaultAction::Answer { status: 200, headers: Vec::new(), body };
    world.sandbox.inject(Fault::on("external-auth/", answer));
    let error = world.platform().list(&world.app).await.unwrap_err();
    assert_eq!(error.reason(), "Base44's answer is about another app, app2");
    assert!(world.platform().available(&world.app).await.is_err());
}

#[tokio::test]
async fn a_circle_ends() {
    let world = World::signed_in().await;
    world.sandbox.inject(Fault::on("/list", to(302, "/api/apps/app1/external-auth/list")));
    let error = world.platform().list(&world.app).await.unwrap_err();
    assert_eq!((error.kind(), error.reason()), (ErrorKind::Redirected, "it sends on in a circle"));
}

#[tokio::test]
async fn the_token_call_follows_none() {
    let world = World::signed_out().await;
    world.write_login(|login| login["expiresAt"] = (now() - 1000).into());
    world.sandbox.expire_tokens();
    let other = Sandbox::start(Options::default()).await.unwrap();
    for location in [format!("{}/oauth/token", other.url()), "/oauth/token?again".to_owned()] {
        world.sandbox.clear_faults();
        world.sandbox.take_requests();
        world.sandbox.inject(Fault::on("/oauth/token", to(307, &location)));
        let error = world.platform().list(&world.app).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Redirected);
        assert_eq!(world.asked("/oauth/token").len(), 1);
    }
    assert!(other.requests().is_empty());
    assert_eq!(world.login()["refreshToken"], world.sandbox.login().refresh_token);
}
