//! A sandbox, a home of its own, and environment that name both.

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use connector_boundary::AppId;
use connector_platform::{Environment, Notice, Platform};
use connector_sandbox::{FaultAction, Options, RequestRecord, Sandbox};
use connector_test_support::TestProject;
use serde_json::Value;

pub(crate) struct World {
    pub sandbox: Sandbox,
    project: TestProject,
    pub app: AppId,
}

impl World {
    /// A sandbox, and its login in a home's login file.
    pub(crate) async fn signed_in() -> World {
        let world = World::signed_out().await;
        world.write_login(|_| {});
        world
    }

    pub(crate) async fn signed_out() -> World {
        World {
            sandbox: Sandbox::start(Options::default()).await.unwrap(),
            project: TestProject::empty(),
            app: AppId::new("app1").unwrap(),
        }
    }

    /// Writes the sandbox's login as the official CLI does, changed by `change`.
    pub(crate) fn write_login(&self, change: impl FnOnce(&mut Value)) {
        let mut login = serde_json::to_value(self.sandbox.login()).unwrap();
        change(&mut login);
        self.sign_in(&login);
    }

    pub(crate) fn login(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.login_path()).unwrap()).unwrap()
    }

    /// Environment that has these variables and the sandbox's address. A call may take longer than any here does,
    /// however busy the machine is.
    pub(crate) fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let mut all = vec![("BASE44_API_URL", self.sandbox.url()), ("BASE44_CONNECTORS_TIMEOUT", "30")];
        all.extend(variables);
        Environment {
            variables: all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            home: self.home(),
            state_dir: self.state_dir(),
            api_url: None,
        }
    }

    pub(crate) fn platform(&self) -> Platform {
        Platform::connect(&self.environment(&[]), None).unwrap()
    }

    /// The platform for a call that meets this fault: without patience where nothing but the end of it ends the call.
    pub(crate) fn platform_for(&self, action: &FaultAction) -> Platform {
        let is_endless =
            matches!(action, FaultAction::Hang | FaultAction::Slow { .. } | FaultAction::Endless);
        let limit: &[(&str, &str)] = if is_endless { &[("BASE44_CONNECTORS_TIMEOUT", "0.6")] } else { &[] };
        Platform::connect(&self.environment(limit), None).unwrap()
    }

    /// The requests to paths that contain `path`.
    pub(crate) fn asked(&self, path: &str) -> Vec<RequestRecord> {
        self.sandbox.requests().into_iter().filter(|record| record.path.contains(path)).collect()
    }
}

impl Deref for World {
    type Target = TestProject;

    fn deref(&self) -> &TestProject {
        &self.project
    }
}

pub(crate) fn header<'a>(record: &'a RequestRecord, name: &str) -> Option<&'a str> {
    record.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Collects what a platform says of its waits.
pub(crate) fn noticed(platform: &Platform) -> (Platform, Arc<Mutex<Vec<Notice>>>) {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let seen = notices.clone();
    (platform.observed(move |notice| seen.lock().unwrap().push(notice)), notices)
}

/// A token whose claims are these; nobody has signed it.
pub(crate) fn jwt(claims: &Value) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let encode = |bytes: &[u8]| -> String {
        let mut text = String::new();
        for chunk in bytes.chunks(3) {
            let word = chunk.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            for at in 0..=chunk.len() {
                text.push(char::from(ALPHABET[(word >> (18 - 6 * at)) as usize & 63]));
            }
        }
        text
    };
    format!("{}.{}.x", encode(br#"{"alg":"none"}"#), encode(claims.to_string().as_bytes()))
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64
}
