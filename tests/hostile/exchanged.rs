//! What is exchanged for a link, before or while it is written: nothing lands where the link leads.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use connector_sandbox::Connector;

use crate::place::{everything_below, run};
use crate::stage::Stage;
use crate::tally::Tally;

/// Makes a trap in a project; `outside` lies beside it and has files in it.
type Trap = fn(root: &Path, outside: &Path);

fn folder(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
}

#[test]
fn what_is_generated_goes_through_no_link() {
    let mut tally = Tally::of("what is generated goes through no link");
    let traps: [(&str, Trap); 9] = [
        ("an agent's folder outside", |root, outside| symlink(outside, root.join(".claude")).unwrap()),
        ("an agent's folder that is not there", |root, outside| {
            symlink(outside.join("new"), root.join(".claude")).unwrap();
        }),
        ("a folder in it outside", |root, outside| {
            folder(&root.join(".agents"));
            symlink(outside, root.join(".agents/skills")).unwrap();
        }),
        ("the last folder outside", |root, outside| {
            folder(&root.join(".cursor/skills"));
            symlink(outside, root.join(".cursor/skills/base44-connectors")).unwrap();
        }),
        ("the page itself", |root, outside| {
            folder(&root.join(".github/skills/base44-connectors"));
            symlink(outside.join("file"), root.join(".github/skills/base44-connectors/SKILL.md")).unwrap();
        }),
        ("the page itself, and nothing there", |root, outside| {
            folder(&root.join(".claude/skills/base44-connectors"));
            symlink(outside.join("new"), root.join(".claude/skills/base44-connectors/SKILL.md")).unwrap();
        }),
        ("a folder of Git", |root, _| {
            folder(&root.join(".git/hooks"));
            symlink(".git/hooks", root.join(".claude")).unwrap();
        }),
        ("the folder of types", |root, outside| symlink(outside, root.join("base44/.types")).unwrap()),
        ("the types themselves", |root, outside| {
            folder(&root.join("base44/.types"));
            symlink(outside.join("file"), root.join("base44/.types/connectors.d.ts")).unwrap();
        }),
    ];
    for (what, trap) in traps {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        let outside = stage.root().parent().unwrap().join("outside");
        folder(&outside);
        std::fs::write(outside.join("file"), "mine").unwrap();
        trap(stage.root(), &outside);
        let before = everything_below(&outside);
        let hooks = stage.root().join(".git");
        for command in [&["skill", "--write", "--yes"][..], &["types"]] {
            let ran = run(&stage, command);
            ran.assert_clean(what);
            let concerns = what.contains("types") == (command[0] == "types");
            assert_eq!(ran.code == 0, !concerns, "{what} {command:?}: {ran:?}");
            tally.held();
        }
        assert!(everything_below(&outside) == before, "{what}");
        assert_eq!(everything_below(&hooks), [], "{what}");
    }
    // From one agent's folder to another's is where people link.
    let stage = Stage::new();
    folder(&stage.root().join(".agents"));
    symlink(".agents", stage.root().join(".claude")).unwrap();
    let ran = run(&stage, &["skill", "--write", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(stage.root().join(".agents/skills/base44-connectors/SKILL.md").is_file());
}

/// Says so at the end, also where an assertion does not hold.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Two names of a project take turns as fast as they can while commands run: what the link leads to is neither read nor
/// written.
#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_is_exchanged_for_a_link_while_a_command_runs_leads_nowhere() {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let mut tally = Tally::of("what is exchanged while a command runs leads nowhere");
    for (one, other) in
        [("base44/connectors", "base44/link"), ("base44/connectors/slack.jsonc", "base44/link.jsonc")]
    {
        let stage = Stage::new();
        stage.remote("slack", Connector::active(&["chat:write"]));
        stage.remote("notion", Connector::active(&[]));
        let outside = stage.root().parent().unwrap().join("outside");
        folder(&outside.join("connectors"));
        let marker = "{\"type\": \"slack\", \"scopes\": [\"marker:read\"]}";
        for name in ["slack.jsonc", "connectors/slack.jsonc"] {
            std::fs::write(outside.join(name), marker).unwrap();
        }
        stage.connector("slack", &["chat:read"]);
        let target = if one.ends_with(".jsonc") { outside.join("slack.jsonc") } else { outside.clone() };
        symlink(target, stage.root().join(other)).unwrap();
        let before = everything_below(&outside);
        let root = stage.root();
        let exchange =
            || renameat_with(CWD, root.join(one), CWD, root.join(other), RenameFlags::EXCHANGE).is_ok();
        if !exchange() {
            return;
        }
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    exchange();
                    std::thread::sleep(Duration::from_micros(50));
                }
            });
            let _end = End(&ended);
            for command in [
                &["pull", "--yes"][..],
                &["check", "--format", "json"],
                &["check", "--fix"],
                &["create", "gmail"],
                &["types"],
                &["push", "--yes", "--json"],
            ]
            .iter()
            .cycle()
            .take(18)
            {
                let ran = run(&stage, command);
                assert!(!ran.text().contains("marker"), "{one} {command:?}: {ran:?}");
                tally.held();
            }
        });
        assert!(everything_below(&outside) == before, "{one}");
        let sent: String = stage.sandbox.requests().iter().map(|request| request.body.clone()).collect();
        assert!(!sent.contains("marker"), "{one}");
    }
}
