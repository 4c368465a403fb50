//! A removal never follows from what was not looked at: whatever speaks against it is a doubt, which no agreement
//! beforehand passes over.

use std::path::Path;

use connector_boundary::system::System;
use connector_sandbox::{Fault, FaultAction};

use crate::places::{Place, file};

/// The doubt about removing slack from an app that has it, in a project that a test has prepared.
async fn doubt(prepare: impl FnOnce(&Place, &Path)) -> Option<String> {
    let mut place = Place::new(&[("notion.jsonc", &file("notion", &[]))]).await;
    place.app_has(&[("slack", &[]), ("notion", &[])]);
    let project = place.connectors_dir().parent().unwrap().parent().unwrap().to_owned();
    prepare(&place, &project);
    place.engine = place.another_engine();
    let plan = place.plan().await;
    assert!(plan.removals().contains(&"slack".to_owned()), "{plan:?}");
    if let Some(doubt) = &plan.doubt {
        assert!(plan.notes.iter().any(|note| doubt.starts_with(note.as_str())), "{doubt}: {:?}", plan.notes);
    }
    plan.doubt
}

#[tokio::test]
async fn a_file_that_is_only_taken_for_a_connector_is_a_doubt() {
    for name in [
        "slack.JSONC",
        "Slack.Json",
        ".slack.jsonc",
        "slack.jsonc.orig",
        "slack.jsonc~",
        "slack.jsonc ",
        "slack.jsonc.bak",
        "slack copy.json5",
        "#slack.jsonc#",
        ".slack.jsonc.swp",
        "slack",
        "slack.yaml",
        "old/slack.jsonc",
        "old/older/oldest/slack.jsonc",
        "old/.hidden/slack.jsonc",
        "old-slack.jsonc.bak",
        "slack-2024.jsonc.off",
        "slack.jsonc.2024-05-01",
        "slack.mine",
        "slack_jsonc",
        "sl-ack.json5",
        "slack2.bak",
        "myslack.bak",
        "slackconnector.jsonc.off",
    ] {
        // Windows takes no blank at the end of a name.
        if cfg!(windows) && name.ends_with(' ') {
            continue;
        }
        let doubt = doubt(|place, _| {
            let path = place.connectors_dir().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        })
        .await;
        let doubt = doubt.unwrap_or_else(|| panic!("{name}"));
        assert!(doubt.contains("looks like the file of slack"), "{name}: {doubt}");
    }
    for name in ["README.md", "gmail.jsonc.orig", "old/gmail.jsonc", "slack.png", "slack.ts", ".DS_Store"] {
        let doubt = doubt(|place, _| {
            let path = place.connectors_dir().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        })
        .await;
        assert_eq!(doubt, None, "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_not_read_and_declares_the_type_is_a_doubt_whatever_its_name() {
    for name in
        ["old/chat.jsonc", "chat.json5", ".chat.json", "chat.bak", "chat", "chat.jsonc.off", "../chat.jsonc"]
    {
        let doubt = doubt(|place, _| {
            let path = place.connectors_dir().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file("slack", &["chat:write"])).unwrap();
        })
        .await;
        assert!(doubt.is_some_and(|doubt| doubt.contains("looks like the file of slack")), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_linked_folder_is_looked_into_or_is_a_doubt_itself() {
    use std::os::unix::fs::symlink;
    let inside = doubt(|place, project| {
        std::fs::create_dir(project.join("shared")).unwrap();
        std::fs::write(project.join("shared/slack.jsonc"), "{}").unwrap();
        symlink(project.join("shared"), place.connectors_dir().join("more")).unwrap();
    })
    .await;
    assert!(inside.unwrap().contains("more/slack.jsonc looks like the file of slack"));
    let outside = tempfile::tempdir().unwrap();
    let led_out =
        doubt(|place, _| symlink(outside.path(), place.connectors_dir().join("more")).unwrap()).await;
    assert!(led_out.unwrap().contains("base44/connectors/more was not looked at"));
    // A link to its own folder has no end.
    let circle =
        doubt(|place, _| symlink(place.connectors_dir(), place.connectors_dir().join("more")).unwrap());
    assert_eq!(circle.await, None);
}

#[tokio::test]
async fn an_empty_folder_beside_the_usual_one_with_files_is_a_doubt() {
    let doubt = doubt(|_, project| {
        std::fs::create_dir(project.join("base44/empty")).unwrap();
        let config = "{\"name\": \"Demo\", \"connectorsDir\": \"empty\"}";
        std::fs::write(project.join("base44/config.jsonc"), config).unwrap();
    })
    .await;
    let doubt = doubt.unwrap();
    assert!(
        doubt.contains("base44/connectors has connector files, and this push reads base44/empty"),
        "{doubt}"
    );
}

#[tokio::test]
async fn a_file_of_the_usual_folder_that_speaks_of_the_type_is_a_doubt_where_another_is_read() {
    for name in ["slack.jsonc", "chat.JSONC", "old/slack.jsonc.orig"] {
        let doubt = doubt(|place, project| {
            std::fs::create_dir(project.join("base44/more")).unwrap();
            std::fs::write(project.join("base44/more/notion.jsonc"), file("notion", &[])).unwrap();
            let config = "{\"name\": \"Demo\", \"connectorsDir\": \"more\"}";
            std::fs::write(project.join("base44/config.jsonc"), config).unwrap();
            let path = place.connectors_dir().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file("slack", &[])).unwrap();
        })
        .await;
        assert!(doubt.is_some_and(|doubt| doubt.contains("this push reads base44/more")), "{name}");
    }
}

#[tokio::test]
async fn a_folder_that_is_taken_for_the_one_of_the_connectors_is_a_doubt() {
    for name in [
        "Connectors",
        "connectors.old",
        "_connectors",
        "my-connectors",
        "connector",
        "../Connectors",
        "archive/connectors",
        "../old/connectors",
        "../base44.bak/connectors",
        "../Base44/connectors",
        "../connectors-of-may",
    ] {
        let is_read = ["connectors", "../base44/connectors"];
        if is_read.iter().any(|read| System::CURRENT.is_same_name(read, name)) {
            continue;
        }
        let doubt = doubt(|_, project| {
            let folder = project.join("base44").join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("chat.jsonc"), file("slack", &[])).unwrap();
        })
        .await;
        assert!(doubt.is_some_and(|doubt| doubt.contains("this push reads base44/connectors")), "{name}");
    }
    let others = doubt(|_, project| {
        for name in [
            "base44/connectors.old/gmail.jsonc",
            "base44/functions/slack.jsonc",
            "slack.json",
            "src/connectors/slack.ts",
            "node_modules/connectors/slack.jsonc",
            ".cache/connectors/slack.jsonc",
        ] {
            let path = project.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        }
    });
    assert_eq!(others.await, None);
}

#[tokio::test]
async fn a_connector_that_was_moved_elsewhere_in_the_project_is_a_doubt() {
    for name in [
        "base44/integrations/slack.jsonc",
        "base44/archive/old/chat.json",
        "a/b/c/d/connectors/slack.jsonc",
        "old/slack.jsonc.bak",
        "slack.json",
        "base44/functions/slack.JSONC",
        "base44/connectors/slack.ts",
        "base44/connectors/notes.md",
        "base44/connectors/x.log",
    ] {
        let doubt = doubt(|_, project| {
            let path = project.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, file("slack", &["chat:write"])).unwrap();
        })
        .await;
        let doubt = doubt.unwrap_or_else(|| panic!("{name}"));
        assert!(doubt.contains(name) && doubt.contains("slack"), "{name}: {doubt}");
    }
    // What says more than a connector says is something else; what is another's is not looked at.
    let others = doubt(|_, project| {
        for (name, text) in [
            ("tests/fixtures/slack.json", "{\"type\": \"slack\", \"text\": \"hello\"}"),
            ("src/block.json", "{\"block\": {\"type\": \"slack\"}}"),
            ("old/gmail.jsonc", "{\"type\": \"gmail\"}"),
            ("node_modules/x/slack.json", "{\"type\": \"slack\"}"),
            ("dist/base44/slack.jsonc", "{\"type\": \"slack\"}"),
            (".cache/slack.jsonc", "{\"type\": \"slack\"}"),
            ("apps/shop/base44/connectors/slack.jsonc", "{\"type\": \"slack\"}"),
            ("apps/shop/base44/config.jsonc", "{}"),
        ] {
            let path = project.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    });
    assert_eq!(others.await, None);
}

#[tokio::test]
async fn a_type_that_is_written_in_another_way_is_a_doubt() {
    for name in ["Slack", "SLACK", "sla_ck"] {
        let doubt = doubt(|place, _| {
            place.write_connector(&format!("{name}.jsonc"), file(name, &[]));
        })
        .await;
        assert!(doubt.is_some_and(|doubt| doubt.contains("are two types to Base44")), "{name}");
    }
}

#[tokio::test]
async fn a_list_that_says_there_is_more_is_a_doubt_and_nothing_is_taken_for_missing() {
    for (more, field) in [
        ("\"has_more\": true", "X-A: b"),
        ("\"next\": \"/2\"", "X-A: b"),
        ("\"total\": 7", "X-A: b"),
        ("\"last\": false", "X-A: b"),
        ("\"a\": 1", "Link: </2>; rel=\"next\""),
        ("\"a\": 1", "X-Total-Count: 9"),
    ] {
        let place = Place::new(&[("notion.jsonc", &file("notion", &[]))]).await;
        let body = format!(
            "{{\"integrations\": [{{\"integration_type\": \"slack\", \"status\": \"ACTIVE\"}}], {more}}}"
        );
        let (name, value) = field.split_once(": ").unwrap();
        let headers = vec![(name.to_owned(), value.to_owned())];
        let answer = FaultAction::Answer { status: 200, headers, body };
        place.sandbox.inject(Fault::on("external-auth/list", answer).times(3));
        let plan = place.plan().await;
        assert!(
            plan.doubt.is_some_and(|doubt| doubt.contains("more connectors than it listed")),
            "{more} {field}"
        );
        assert!(!plan.snapshot.lacks("notion"));
        let pull = place.engine.plan_pull(&place.run).await.unwrap();
        let deleted = pull.steps.iter().any(|step| step.action == connector_sync::PullAction::Delete);
        assert!(!deleted, "{more}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_project_that_was_exchanged_since_the_plan_is_neither_pushed_nor_written() {
    let place = Place::new(&[("notion.jsonc", &file("notion", &[]))]).await;
    place.app_has(&[("slack", &[]), ("notion", &["read"]), ("gmail", &[])]);
    let (push, pull) = (place.plan().await, place.engine.plan_pull(&place.run).await.unwrap());
    assert!(!push.removals().is_empty() && !pull.is_empty());
    let elsewhere = place.exchange();
    let before = connector_test_support::files_below(&elsewhere);
    let refused = place.engine.push(&push, &push.removals(), &place.run).await.unwrap_err();
    assert!(refused.to_string().contains("another folder than when the plan was made"), "{refused}");
    let agreed: Vec<String> = pull.questions().into_iter().map(|(name, _)| name.to_owned()).collect();
    let report = place.engine.pull(&pull, &agreed);
    assert!(report.written.is_empty() && report.deleted.is_empty(), "{report:?}");
    assert_eq!(report.failed.len(), pull.changes().count(), "{report:?}");
    assert_eq!(connector_test_support::files_below(&elsewhere), before);
    assert!(place.sandbox.requests().iter().all(|request| request.method == "GET"));
    // What is planned anew is meant as it is.
    let again = place.engine.plan_pull(&place.run).await.unwrap();
    assert!(!place.engine.pull(&again, &[]).written.is_empty());
}
