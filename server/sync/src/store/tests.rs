use super::*;
use crate::testing::*;

fn store(folder: &Path) -> Store {
    Store::new(folder, "https://app.base44.com", &AppId::new("app1").unwrap())
}

fn keep(store: &Store, name: &str) {
    let waiting = Outcome::new(name, OutcomeStatus::Pending(pending(name, &["a"])));
    store.update(|state| state.record(&waiting, None, 1)).unwrap();
}

#[test]
fn what_is_kept_is_read_again_by_whoever_comes_next() {
    let folder = tempfile::tempdir().unwrap();
    keep(&store(folder.path()), "slack");
    store(folder.path())
        .update(|state| state.snapshot = Some(snapshot(&[remote("slack", "paused", &["a"])])))
        .unwrap();
    let state = store(folder.path()).read();
    assert_eq!(state.pending["slack"], pending("slack", &["a"]));
    assert_eq!(state.snapshot, Some(snapshot(&[remote("slack", "paused", &["a"])])));
    assert!(state.base.is_empty());
}

#[test]
fn each_app_of_each_platform_has_its_own() {
    let folder = tempfile::tempdir().unwrap();
    keep(&store(folder.path()), "slack");
    let app2 = Store::new(folder.path(), "https://app.base44.com", &AppId::new("app2").unwrap());
    let sandbox = Store::new(folder.path(), "http://127.0.0.1:4400", &AppId::new("app1").unwrap());
    assert!(app2.read().pending.is_empty() && sandbox.read().pending.is_empty());
    // Two hosts whose names come out the same are still told apart.
    let near = Store::new(folder.path(), "http://127.0.0.1_4400", &AppId::new("app1").unwrap());
    keep(&sandbox, "gmail");
    assert_eq!(near.path(), sandbox.path());
    assert!(near.read().pending.is_empty());
}

#[test]
#[cfg(unix)]
fn it_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder.path().join("state"));
    keep(&store, "slack");
    keep(&store, "gmail");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(store.path()), 0o600);
    assert_eq!(mode(&store.path().with_extension("lock")), 0o600);
    assert_eq!(mode(store.path().parent().unwrap()), 0o700);
    assert_eq!(mode(&folder.path().join("state")), 0o700);
}

#[test]
fn a_damaged_file_is_set_aside_and_never_fatal() {
    for damage in ["", "{", "[]", "{\"pending\": ", "\u{0}\u{0}", "null"] {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        keep(&store, "slack");
        std::fs::write(store.path(), damage).unwrap();
        assert!(store.read().pending.is_empty(), "{damage:?}");
        keep(&store, "gmail");
        assert_eq!(store.read().pending.keys().collect::<Vec<_>>(), ["gmail"], "{damage:?}");
        assert_eq!(std::fs::read_to_string(store.path().with_extension("damaged")).unwrap(), damage);
    }
}

#[test]
fn what_another_version_wrote_costs_only_what_cannot_be_understood() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    keep(&store, "slack");
    keep(&store, "gmail");
    let mut value: serde_json::Value = serde_json::from_slice(&std::fs::read(store.path()).unwrap()).unwrap();
    value["pending"]["gmail"]["link"] = "javascript:alert(1)".into();
    value["snapshot"] = serde_json::json!({"form": "new"});
    value["failures"] = 3.into();
    value["later"] = true.into();
    std::fs::write(store.path(), value.to_string()).unwrap();
    let state = store.read();
    assert_eq!(state.pending.keys().collect::<Vec<_>>(), ["slack"]);
    assert_eq!((state.snapshot, state.failures.len()), (None, 0));
}

#[test]
fn many_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let store = store(folder.path());
            scope.spawn(move || {
                for item in 0..10 {
                    keep(&store, &format!("type{writer}x{item}"));
                }
            });
        }
    });
    assert_eq!(store(folder.path()).read().pending.len(), 80);
}

#[test]
fn a_process_that_died_while_it_wrote_leaves_the_whole_before() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    keep(&store, "slack");
    let name = store.path().file_name().unwrap().to_string_lossy();
    let draft = store.path().with_file_name(format!(".{name}-x1.tmp"));
    std::fs::write(&draft, "{\"pend").unwrap();
    assert_eq!(store.read().pending.len(), 1);
    keep(&store, "gmail");
    assert_eq!(store.read().pending.len(), 2);
    assert!(!draft.exists());
}

#[test]
fn nothing_is_written_where_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    keep(&store, "slack");
    let before = store.path().metadata().unwrap().modified().unwrap();
    store.update(|_| ()).unwrap();
    assert_eq!(store.path().metadata().unwrap().modified().unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("apps"), "a file").unwrap();
    let error = store(folder.path()).update(|_| ()).unwrap_err();
    assert!(error.to_string().contains("apps"), "{error}");
    assert!(store(folder.path()).read().pending.is_empty());
}

#[test]
fn each_outcome_leaves_what_comes_next_knows() {
    let mut state = AppState::default();
    let mut record = |status: OutcomeStatus| {
        state.record(&Outcome::new("slack", status), Some(&strings(&["a"])), 7);
        (state.pending.contains_key("slack"), state.failures.get("slack").map(|failure| failure.kind))
    };
    assert_eq!(record(OutcomeStatus::Pending(pending("slack", &["a"]))), (true, None));
    assert_eq!(record(OutcomeStatus::TimedOut), (true, None));
    assert_eq!(record(OutcomeStatus::Skipped), (true, None));
    assert_eq!(record(OutcomeStatus::Interrupted { sent: false }), (true, None));
    assert_eq!(record(OutcomeStatus::Denied), (false, Some(FailureKind::Denied)));
    assert_eq!(record(OutcomeStatus::Pending(pending("slack", &["a"]))), (true, None));
    assert_eq!(record(OutcomeStatus::Added), (false, None));
    let failed = OutcomeStatus::Failed { reason: "no".to_owned(), hint: None, error: None };
    assert_eq!(record(failed), (false, Some(FailureKind::Push)));
    let other = OutcomeStatus::OtherUser { account: None, reason: "no".to_owned() };
    assert_eq!(record(other), (false, Some(FailureKind::OtherUser)));
    assert_eq!(state.base["slack"], ["a"]);
    state.record(&Outcome::new("slack", OutcomeStatus::Removed), None, 7);
    assert!(state.pending.is_empty() && state.failures.is_empty());
    assert!(state.base.is_empty());
}
