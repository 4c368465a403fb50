//! Several processes with one login, and processes that are killed.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use connector_sandbox::{Fault, FaultAction};
use serde_json::json;

use crate::support::World;

const HOME: &str = "CONNECTOR_TEST_HOME";
const URL: &str = "CONNECTOR_TEST_URL";

/// What each process does: a call with the login of a home. Nothing where no home is given.
#[tokio::test]
async fn one_process() {
    let (Ok(home), Ok(url)) = (std::env::var(HOME), std::env::var(URL)) else {
        return;
    };
    let environment = connector_platform::Environment {
        variables: [("BASE44_API_URL".to_owned(), url)].into(),
        home: home.into(),
        state_dir: std::env::temp_dir(),
        api_url: None,
    };
    let app = connector_boundary::AppId::new("app1").unwrap();
    let platform = connector_platform::Platform::connect(&environment, None).unwrap();
    platform.list(&app).await.unwrap();
}

fn process(world: &World) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::one_process", "--nocapture"])
        .env(HOME, world.home())
        .env(URL, world.sandbox.url())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

async fn ended(mut child: Child) -> bool {
    tokio::task::spawn_blocking(move || child.wait().unwrap().success()).await.unwrap()
}

#[tokio::test]
async fn processes_with_one_expired_login_renew_it_once() {
    for latency in [0, 300] {
        let world = World::signed_in().await;
        world.sandbox.expire_tokens();
        if latency > 0 {
            world.sandbox.inject(Fault::on("/oauth/token", FaultAction::Late { millis: latency }));
        }
        let children: Vec<Child> = (0..4).map(|_| process(&world)).collect();
        for child in children {
            assert!(ended(child).await, "each of them does its work");
        }
        assert_eq!(world.asked("/oauth/token").len(), 1);
        assert_eq!(world.login()["email"], json!("ada@example.com"));
    }
}

#[tokio::test]
async fn a_process_that_is_killed_leaves_a_login_and_no_lock() {
    for millis in [0, 1, 2, 4, 6, 8, 10, 14, 18, 25, 40] {
        let world = World::signed_in().await;
        world.sandbox.expire_tokens();
        let mut child = process(&world);
        // From the token call on is when it could hurt.
        while world.asked("/oauth/token").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_millis(millis)).await;
        child.kill().unwrap();
        child.wait().unwrap();

        let login = world.login();
        for field in ["accessToken", "refreshToken", "email", "name"] {
            assert!(login[field].as_str().is_some_and(|text| !text.is_empty()), "after {millis} ms: {login}");
        }
        // The next process is not held up, and takes away what the dead one left.
        let fresh = world.sandbox.add_login();
        world.write_login(|login| *login = serde_json::to_value(&fresh).unwrap());
        world.sandbox.expire_tokens();
        world.platform().list(&world.app).await.unwrap();
        let left = std::fs::read_dir(world.login_path().parent().unwrap()).unwrap().count();
        assert_eq!(left, 2, "the login and its lock");
    }
}
