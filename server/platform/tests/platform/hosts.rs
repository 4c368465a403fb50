//! A credential goes only where someone at least as trusted has sent it.

use std::path::Path;

use connector_platform::{Account, Environment, Platform, SetupError, agree_to_host};
use serde_json::json;

use crate::support::{World, header, jwt};

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn with(env: &str) -> Project {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), env).unwrap();
        Project { folder }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }
}

/// Environment that name no host.
fn unnamed(world: &World, variables: &[(&str, &str)]) -> Environment {
    let mut environment = world.environment(variables);
    environment.variables.remove("BASE44_API_URL");
    environment
}

#[tokio::test]
async fn a_file_of_the_project_cannot_send_the_users_login_anywhere() {
    let world = World::signed_in().await;
    let project = Project::with("BASE44_API_URL=https://evil.example\n");
    let seeded = [("BASE44_ACCESS_TOKEN", "t"), ("BASE44_REFRESH_TOKEN", "r")];
    for variables in [&[][..], &[("BASE44_API_KEY", "b44k_x")][..], &seeded[..]] {
        let error = Platform::connect(&unnamed(&world, variables), Some(project.root())).err().unwrap();
        assert!(matches!(&error, SetupError::HostOfProject { host, .. } if host == "https://evil.example"));
        assert!(!error.is_signed_out());
        let said = error.to_string();
        for part in [".env", "https://evil.example", "BASE44_API_URL", "--api-url"] {
            assert!(said.contains(part), "{said}");
        }
    }
    for name in [".env.local", ".env"] {
        let project = Project::with("");
        let text = "BASE44_PROJECTS_BASE44_API_URL=https://evil.example";
        std::fs::write(project.root().join(name), text).unwrap();
        assert!(Platform::connect(&unnamed(&world, &[]), Some(project.root())).is_err(), "{name}");
    }
}

#[tokio::test]
async fn who_may_name_a_host_is_heard_before_the_project() {
    let world = World::signed_in().await;
    let project = Project::with("BASE44_API_URL=https://evil.example\n");
    let by_environment = Platform::connect(&world.environment(&[]), Some(project.root())).unwrap();
    assert_eq!(by_environment.base_url(), world.sandbox.url());
    let flag = world.environment(&[]).with_api_url(Some("https://flag.example/".to_owned()));
    assert_eq!(Platform::connect(&flag, Some(project.root())).unwrap().base_url(), "https://flag.example");
}

#[tokio::test]
async fn naming_the_built_in_host_changes_nothing() {
    let world = World::signed_in().await;
    let project = Project::with("BASE44_API_URL=https://app.base44.com/\n");
    let platform = Platform::connect(&unnamed(&world, &[]), Some(project.root())).unwrap();
    assert_eq!(platform.base_url(), "https://app.base44.com");
}

#[tokio::test]
async fn the_projects_own_tokens_go_where_the_project_says_and_are_not_kept() {
    let world = World::signed_in().await;
    let before = std::fs::read(world.login_path()).unwrap();
    let token = jwt(&json!({"sub": "bot@example.com", "exp": 4_000_000_000_u64}));
    world.sandbox.with_state(|state| state.access_tokens.insert(token.clone(), u64::MAX));
    let env = format!(
        "BASE44_API_URL={}\nBASE44_ACCESS_TOKEN={token}\nBASE44_REFRESH_TOKEN=r\n",
        world.sandbox.url()
    );
    let project = Project::with(&env);
    let environment = unnamed(&world, &[]);
    agree_to_host(&environment, project.root(), world.sandbox.url()).unwrap();
    let platform = Platform::connect(&environment, Some(project.root())).unwrap();
    assert_eq!(platform.account(), Account::Seeded { email: Some("bot@example.com".to_owned()) });
    platform.list(&world.app).await.unwrap();
    assert_eq!(header(&world.asked("list")[0], "authorization"), Some(format!("Bearer {token}").as_str()));
    assert_eq!(std::fs::read(world.login_path()).unwrap(), before);
}

#[tokio::test]
async fn a_host_of_the_project_gets_nothing_before_the_person_has_agreed_to_it() {
    let world = World::signed_in().await;
    let text = |host: &str| format!("BASE44_API_URL={host}\nBASE44_API_KEY=b44k_sandbox\n");
    let project = Project::with(&text(world.sandbox.url()));
    let tokens = Project::with(&format!(
        "BASE44_API_URL={}\nBASE44_ACCESS_TOKEN=t\nBASE44_REFRESH_TOKEN=r\n",
        world.sandbox.url()
    ));
    let environment = unnamed(&world, &[]);
    for project in [&project, &tokens] {
        let error = Platform::connect(&environment, Some(project.root())).err().unwrap();
        let SetupError::HostNotAgreed { host, .. } = &error else { panic!("{error}") };
        assert_eq!(host, world.sandbox.url());
        assert!(error.host_question().is_some_and(|question| question.contains(world.sandbox.url())));
    }
    // A yes is for one project and one host.
    agree_to_host(&environment, project.root(), world.sandbox.url()).unwrap();
    assert!(Platform::connect(&environment, Some(project.root())).is_ok());
    assert!(Platform::connect(&environment, Some(tokens.root())).is_err());
    std::fs::write(project.root().join(".env"), text("https://other.example")).unwrap();
    assert!(Platform::connect(&environment, Some(project.root())).is_err());
    // It never is one for the person's own login.
    std::fs::write(project.root().join(".env"), format!("BASE44_API_URL={}\n", world.sandbox.url())).unwrap();
    let error = Platform::connect(&environment, Some(project.root())).err().unwrap();
    assert!(matches!(error, SetupError::HostOfProject { .. }), "{error}");
}

#[tokio::test]
async fn the_projects_own_key_goes_where_the_project_says_and_without_the_login() {
    let world = World::signed_in().await;
    let before = std::fs::read(world.login_path()).unwrap();
    let project =
        Project::with(&format!("BASE44_API_URL={}\nBASE44_API_KEY=b44k_sandbox\n", world.sandbox.url()));
    let environment = unnamed(&world, &[]);
    agree_to_host(&environment, project.root(), world.sandbox.url()).unwrap();
    let platform = Platform::connect(&environment, Some(project.root())).unwrap();
    assert_eq!(platform.account(), Account::WorkspaceKey);
    platform.list(&world.app).await.unwrap();
    let asked = &world.asked("list")[0];
    assert_eq!((header(asked, "api_key"), header(asked, "authorization")), (Some("b44k_sandbox"), None));
    assert_eq!(std::fs::read(world.login_path()).unwrap(), before);
}

#[tokio::test]
async fn a_seeded_login_stands_for_the_stored_one_and_is_renewed_in_memory_only() {
    let world = World::signed_in().await;
    let before = std::fs::read(world.login_path()).unwrap();
    let token = jwt(&json!({"sub": "bot@example.com", "exp": 1}));
    let refresh = world.sandbox.add_login().refresh_token;
    let environment =
        world.environment(&[("BASE44_ACCESS_TOKEN", &token), ("BASE44_REFRESH_TOKEN", &refresh)]);
    let platform = Platform::connect(&environment, None).unwrap();
    platform.list(&world.app).await.unwrap();
    platform.list(&world.app).await.unwrap();
    assert_eq!(world.asked("/oauth/token").len(), 1);
    assert_eq!(std::fs::read(world.login_path()).unwrap(), before);
    let files = std::fs::read_dir(world.login_path().parent().unwrap()).unwrap().count();
    assert_eq!(files, 1, "nothing is written beside the login");
}

#[tokio::test]
async fn tokens_that_are_no_jwt_work_until_they_are_refused() {
    let world = World::signed_out().await;
    let login = world.sandbox.add_login();
    let environment = world
        .environment(&[("BASE44_ACCESS_TOKEN", "opaque"), ("BASE44_REFRESH_TOKEN", &login.refresh_token)]);
    let platform = Platform::connect(&environment, None).unwrap();
    assert_eq!(platform.account(), Account::Seeded { email: None });
    platform.list(&world.app).await.unwrap();
    assert_eq!(world.asked("/oauth/token").len(), 1);
}

#[tokio::test]
async fn what_is_set_and_of_no_use_is_said_where_nobody_is_signed_in() {
    let world = World::signed_out().await;
    let said = |variables: &[(&str, &str)]| {
        let error = Platform::connect(&world.environment(variables), None).err().unwrap();
        assert!(error.is_signed_out());
        error.to_string()
    };
    let plain = said(&[]);
    assert!(plain.contains("base44-connectors login") && plain.contains("BASE44_API_KEY"));
    assert!(said(&[("BASE44_API_KEY", "sk_1")]).contains("b44k_"));
    assert!(said(&[("BASE44_ACCESS_TOKEN", "t")]).contains("without BASE44_REFRESH_TOKEN"));
}

#[tokio::test]
async fn a_credential_that_fits_into_no_header_is_said_by_its_name() {
    let world = World::signed_in().await;
    let error =
        Platform::connect(&world.environment(&[("BASE44_API_KEY", "b44k_a\nb")]), None).err().unwrap();
    assert!(error.to_string().starts_with("BASE44_API_KEY holds"), "{error}");
    assert!(!error.to_string().contains("b44k_a"));
}

#[tokio::test]
async fn an_address_that_is_not_private_is_refused() {
    let world = World::signed_in().await;
    for url in ["http://app.base44.com", "ftp://x", "app.base44.com", "https://a@b"] {
        let environment = world.environment(&[]).with_api_url(Some(url.to_owned()));
        assert!(matches!(Platform::connect(&environment, None), Err(SetupError::BadUrl { .. })), "{url}");
    }
}
