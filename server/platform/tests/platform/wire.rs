//! Each call as the contract has it.

use connector_platform::{
    Account, AuthorizationStatus, ErrorKind, Platform, RemoteStatus, SetAnswer, StripeMode as Mode,
};
use connector_sandbox::{Connector, Fault, FaultAction, StripeMode};

use crate::support::{World, header};

#[tokio::test]
async fn each_call_does_what_it_says() {
    let world = World::signed_in().await;
    let (platform, app) = (world.platform(), &world.app);
    world.sandbox.with_state(|state| {
        state.app("app1").connectors.insert("gmail".to_owned(), Connector::active(&["a", "b"]));
    });

    let list = platform.list(app).await.unwrap().connectors;
    assert_eq!((list.len(), list[0].type_name.as_str()), (1, "gmail"));
    assert_eq!(list[0].status, RemoteStatus::Active);
    assert_eq!(list[0].scopes.as_deref().unwrap(), ["a", "b"]);
    assert_eq!(list[0].account.as_deref(), Some("ada@example.com"));

    let SetAnswer::NeedsAuthorization { link, connection_id: Some(id) } =
        platform.set_scopes(app, "slack", &["chat:write".to_owned()]).await.unwrap()
    else {
        panic!("a new connector needs authorization");
    };
    assert!(link.as_str().starts_with(world.sandbox.url()));
    let status = platform.authorization_status(app, "slack", &id).await.unwrap();
    assert_eq!(status, AuthorizationStatus::Pending);
    assert!(world.sandbox.approve(&id));
    assert_eq!(platform.authorization_status(app, "slack", &id).await.unwrap(), AuthorizationStatus::Active);
    assert_eq!(
        platform.set_scopes(app, "slack", &["chat:write".to_owned()]).await.unwrap(),
        SetAnswer::Synced
    );

    platform.remove(app, "gmail").await.unwrap();
    assert_eq!(platform.list(app).await.unwrap().connectors.len(), 1);
    assert_eq!(platform.remove(app, "gmail").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(platform.available(app).await.unwrap().types.iter().any(|offered| offered.type_name == "slack"));
}

#[tokio::test]
async fn the_accounts_apps_are_listed_and_one_is_looked_for() {
    let world = World::signed_in().await;
    let platform = world.platform();
    world.sandbox.with_state(|state| {
        state.app("app1").name = Some("Acme CRM".to_owned());
        state.app_ids = ["app1", "app2"].map(str::to_owned).into();
    });
    let apps = platform.apps().await.unwrap();
    let told: Vec<(&str, &str)> = apps.iter().map(|app| (app.id.as_str(), app.name.as_str())).collect();
    assert_eq!(told, [("app1", "Acme CRM"), ("app2", "app2")]);
    assert!(world.asked("/api/apps")[0].path.contains("sort=-updated_date"));
    assert_eq!(platform.app(&world.app).await.unwrap().name, "Acme CRM");
    let other = connector_boundary::AppId::new("app3").unwrap();
    assert_eq!(platform.app(&other).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn stripe_is_installed_asked_for_and_removed() {
    let world = World::signed_in().await;
    let (platform, app) = (world.platform(), &world.app);
    assert_eq!(platform.stripe_status(app).await.unwrap().mode, None);
    let install = platform.stripe_install(app).await.unwrap();
    assert!(!install.already_installed && install.claim_url.is_some());
    assert!(platform.stripe_install(app).await.unwrap().already_installed);
    assert_eq!(platform.stripe_status(app).await.unwrap().mode, Some(Mode::Sandbox));
    platform.stripe_remove(app).await.unwrap();
    assert_eq!(platform.stripe_status(app).await.unwrap().mode, None);
    world.sandbox.with_state(|state| state.app("app1").stripe = Some(StripeMode::Live));
    assert_eq!(platform.stripe_status(app).await.unwrap().mode, Some(Mode::Live));
}

#[tokio::test]
async fn the_headers_are_those_of_the_contract() {
    let world = World::signed_in().await;
    let platform = world.platform();
    platform.list(&world.app).await.unwrap();
    platform.list(&world.app).await.unwrap();
    let asked = world.asked("/api/apps/app1/external-auth/list");
    let bearer = format!("Bearer {}", world.sandbox.login().access_token);
    assert_eq!(header(&asked[0], "authorization"), Some(bearer.as_str()));
    assert!(header(&asked[0], "user-agent").unwrap().starts_with("base44-connectors/"));
    assert_eq!(header(&asked[0], "api_key"), None);
    let id = header(&asked[0], "x-request-id").unwrap();
    assert_eq!((id.len(), id.matches('-').count()), (36, 4));
    assert_ne!(header(&asked[1], "x-request-id"), Some(id));
}

#[tokio::test]
async fn a_workspace_key_goes_without_a_bearer_and_is_never_renewed() {
    let world = World::signed_in().await;
    let with = |key: &str| Platform::connect(&world.environment(&[("BASE44_API_KEY", key)]), None).unwrap();
    let platform = with(" b44k_sandbox ");
    assert_eq!(platform.account(), Account::WorkspaceKey);
    platform.list(&world.app).await.unwrap();
    let asked = world.asked("list");
    assert_eq!(header(&asked[0], "api_key"), Some("b44k_sandbox"));
    assert_eq!(header(&asked[0], "authorization"), None);

    let error = with("b44k_revoked").list(&world.app).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignedOut);
    assert_eq!(
        error.to_string(),
        "Reading the app's connectors failed: Base44 does not accept BASE44_API_KEY."
    );
    assert!(world.asked("oauth").is_empty());
    assert!(!format!("{error:?} {}", error.hint()).contains("b44k_revoked"));
}

#[tokio::test]
async fn a_type_reaches_no_other_endpoint() {
    let world = World::signed_in().await;
    let platform = world.platform();
    for name in ["..", "../../oauth", "a/b", "a%2fb", "a?b", "", "a\n", "%2e%2e", &"a".repeat(1000)] {
        assert_eq!(platform.set_scopes(&world.app, name, &[]).await.unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(platform.remove(&world.app, name).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
    assert!(world.sandbox.requests().is_empty());
    let _ = platform.authorization_status(&world.app, "a&b=c", "d e#/../f").await;
    assert_eq!(
        world.sandbox.requests()[0].path,
        "/api/apps/app1/external-auth/status?integration_type=a%26b%3Dc&connection_id=d%20e%23%2F%2E%2E%2Ff"
    );
}

#[tokio::test]
async fn many_connectors_are_listed_whole() {
    let world = World::signed_in().await;
    world.sandbox.with_state(|state| {
        for at in 0..10_000 {
            let connector = Connector::active(&["https://www.googleapis.com/auth/calendar.readonly"]);
            state.app("app1").connectors.insert(format!("type_{at}"), connector);
        }
    });
    let patient = world.environment(&[("BASE44_CONNECTORS_TIMEOUT", "30")]);
    let platform = Platform::connect(&patient, None).unwrap();
    assert_eq!(platform.list(&world.app).await.unwrap().connectors.len(), 10_000);
}

#[tokio::test]
async fn a_text_without_end_is_none_of_the_platforms_words() {
    let world = World::signed_in().await;
    let long = "x".repeat(1 << 20);
    let body = serde_json::json!({"integrations": [
        {"integration_type": long},
        {"integration_type": "slack", "status": long, "scopes": [long], "user_email": long},
    ]});
    world.sandbox.inject(Fault::on("external-auth/list", FaultAction::answer(200, &body.to_string())));
    let list = world.platform().list(&world.app).await.unwrap();
    assert_eq!((list.connectors.len(), list.unreadable), (1, 1));
    let slack = &list.connectors[0];
    assert_eq!((&slack.scopes, &slack.account), (&None, &None));
    assert_eq!(String::from(slack.status.clone()), "unknown");
}
