//! Words of the platform and of files, shown in a terminal, in messages, in lenses and in Markdown.

use connector_boundary::text::is_unprintable;
use connector_sandbox::{Connector, Fault, FaultAction};
use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::place::{STATUS_AND_PUSH, run, start, texts};
use crate::stage::{Editor, Stage};
use crate::tally::Tally;

/// What tries to be more than words.
pub const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}[1;1H\u{1b}]0;owned\u{7}",
    "\u{1b}]8;;https://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{9b}2J\u{9d}0;x\u{9c}",
    "x\r\n✓ Connectors pushed\r\n\r\nSummary:\r\n  Synced: slack",
    "x\u{8}\u{8}\u{8}y\u{7f}",
    "\u{202e}gnp.exe\u{202c}",
    "a\u{200b}b\u{feff}c\u{2066}d",
    "\u{e0041}\u{e0042}",
    "![x](https://evil.example/x.png)",
    "[Sign in](command:workbench.action.terminal.sendSequence?%7B%7D)",
    "[Sign in](vscode://evil/x) [b](file:///etc/passwd) [c](javascript:alert(1))",
    "`` ![x](https://evil.example/x.png) ``",
    "``` ``![x](https://evil.example/x.png)`` ```",
    "x\n\n# Heading\n\n![x](https://evil.example/x.png)\n\n---\n",
    "<img src=\"https://evil.example/x.png\"><script>alert(1)</script>",
    "</code></pre><a href='command:x'>x</a>",
    "&#x5b;x&#x5d;(command:x)",
    "$(trash) $(~spin)",
    "::error file=a,line=1::x%0A::warning::y",
    "x\n::add-mask::e ##[set-env name=PATH]/x ##vso[task.setvariable variable=a]b",
    "%s%n%x {0} ${7*7} {{7*7}}",
    "\u{0}\u{1}\u{2}",
    "\u{2028}\u{2029}\u{85}",
];

/// Text that a person reads holds nothing that a client acts on, whichever way it came.
pub fn assert_harmless(heard: &[Value], what: &str) {
    for message in heard {
        let method = message["method"].as_str().unwrap_or_default();
        for (at, text) in texts(message) {
            let read = [
                "/message",
                "/title",
                "/detail",
                "/account",
                "/label",
                "/plan/text",
                "/name",
                "/displayName",
                "/word",
                "/tooltip",
            ];
            let is_shown = read.iter().any(|end| at.ends_with(end));
            if is_shown {
                let odd = text.chars().find(|c| *c != '\n' && is_unprintable(*c));
                assert!(odd.is_none(), "{what}: {method} {at}: {odd:?} in {text:?}");
            }
            let is_message = method.starts_with("window/show") || method == "$/progress";
            if is_message && is_shown {
                assert!(!text.contains("]("), "{what}: {method} {at}: {text:?}");
            }
            if method == "window/showDocument" && at.ends_with("/uri") {
                assert!(
                    text.starts_with("https://")
                        || text.starts_with("http://127.0.0.1:")
                        || text.starts_with("file:///"),
                    "{what}: {text}"
                );
            }
            if at.ends_with("/contents/value") || at.ends_with("/documentation/value") {
                assert_plain_markdown(&text, what);
            }
        }
    }
}

/// Markdown from us has links to https alone, and no image and no HTML.
pub fn assert_plain_markdown(markdown: &str, what: &str) {
    let text = without_code(markdown);
    let characters: Vec<char> = text.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or_default();
    let mut index = 0;
    while index < characters.len() {
        match at(index) {
            '\\' => index += 1,
            '!' => assert!(at(index + 1) != '[', "{what}: an image in {markdown:?}"),
            '<' => panic!("{what}: HTML in {markdown:?}"),
            ']' if at(index + 1) == '(' => {
                let target: String = characters.iter().skip(index + 2).take_while(|c| **c != ')').collect();
                let ours = target.starts_with("https://") || target.starts_with("http://127.0.0.1");
                assert!(ours && !target.contains("evil"), "{what}: a link to {target} in {markdown:?}");
            }
            c => assert!(c == '\n' || !is_unprintable(c), "{what}: {c:?} in {markdown:?}"),
        }
        index += 1;
    }
}

/// The text without its code spans, as Markdown reads them.
fn without_code(markdown: &str) -> String {
    let mut text = String::new();
    for paragraph in markdown.split("\n\n") {
        let mut rest = paragraph;
        while let Some(start) = rest.find(['`', '\\']) {
            text.push_str(&rest[..start]);
            rest = &rest[start..];
            if rest.starts_with('\\') {
                let end = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
                text.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            let marks = rest.len() - rest.trim_start_matches('`').len();
            let after = &rest[marks..];
            let mut closing = None;
            let mut from = 0;
            while let Some(next) = after[from..].find('`').map(|at| from + at) {
                let run = after[next..].len() - after[next..].trim_start_matches('`').len();
                if run == marks {
                    closing = Some(next + run);
                    break;
                }
                from = next + run;
            }
            match closing {
                Some(end) => rest = &after[end..],
                None => {
                    text.push_str(&rest[..marks]);
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        text.push_str("\n\n");
    }
    text
}

/// An answer to `list` whose every word is hostile.
fn hostile_list(word: &str) -> String {
    json!({"integrations": [
        {"integration_type": "slack", "status": word, "scopes": [word, "chat:write"], "user_email": word},
        {"integration_type": "github", "status": "active", "scopes": ["repo", word], "user_email": word},
        {"integration_type": word, "status": "active", "scopes": [word], "user_email": word},
        {"integration_type": format!("{word}2"), "status": "expired", "scopes": [], "user_email": word},
    ]})
    .to_string()
}

#[test]
fn no_word_of_the_platform_acts_on_a_terminal() {
    let mut tally = Tally::of("no word of the platform acts on a terminal");
    for word in HOSTILE {
        let stage = Stage::new();
        stage.connector("slack", &["chat:write"]);
        stage.connector("github", &["repo"]);
        let faults = [
            Fault::on("external-auth/list", FaultAction::answer(200, &hostile_list(word))),
            Fault::on(
                "available-integrations",
                FaultAction::answer(
                    200,
                    &json!({"integrations": [{
                        "integration_type": word, "display_name": word, "description": word,
                        "connection_config_fields": [{"name": word, "display_name": word, "required": true,
                            "placeholder": word, "validation_pattern": word, "validation_error": word}],
                    }]})
                    .to_string(),
                ),
            ),
            Fault::on(
                "integrations/slack",
                FaultAction::answer(
                    200,
                    &json!({"error": "different_user", "error_message": word, "other_user_email": word})
                        .to_string(),
                ),
            ),
            Fault::on(
                "integrations/github",
                FaultAction::answer(
                    422,
                    &json!({"message": word, "extra_data": {"errors": [{"name": word, "message": word}]}})
                        .to_string(),
                ),
            ),
        ];
        faults.into_iter().for_each(|fault| stage.sandbox.inject(fault));
        let others = [
            &["pull", "--dry-run"][..],
            &["pull", "--yes"],
            &["pull", "--yes", "--json"],
            &["reconnect", "slack", "--yes"],
            &["list-available"],
            &["list-available", "--json"],
        ];
        for command in STATUS_AND_PUSH.iter().copied().chain(others) {
            run(&stage, command).assert_clean(&format!("{word:?} {command:?}"));
            tally.held();
        }
        // What a pull wrote is its files alone, named by words.
        for (path, _) in crate::place::everything_below(&stage.connectors_dir()) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(
                name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)),
                "{word:?}: {name:?}"
            );
        }
        stage.sandbox.clear_faults();
        for status in [400, 403, 409, 500] {
            let said = json!({"message": word, "detail": word}).to_string();
            stage.sandbox.inject(Fault::on("external-auth", FaultAction::answer(status, &said)).times(5));
            run(&stage, &["push", "--yes"]).assert_clean(word);
            stage.sandbox.clear_faults();
            tally.held();
        }
    }
}

#[test]
fn no_word_of_the_platform_acts_on_an_editor() {
    let mut tally = Tally::of("no word of the platform acts on an editor");
    for word in HOSTILE {
        let stage = Stage::new();
        let slack = stage.connector("slack", &["chat:write"]);
        let github = stage.connector("github", &["repo"]);
        let list = Fault::on("external-auth/list", FaultAction::answer(200, &hostile_list(word)));
        stage.sandbox.inject(list);
        let refusal = json!({"message": word, "detail": word}).to_string();
        let others =
            json!({"error": "different_user", "error_message": word, "other_user_email": word}).to_string();
        stage.sandbox.inject(Fault::on("integrations/slack", FaultAction::answer(200, &others)));
        stage.sandbox.inject(Fault::on("integrations/github", FaultAction::answer(422, &refusal)));
        let mut client = start(&stage).run();
        client.wait("the platform's answer", |client| {
            client.codes_of(&uri(&github)).contains(&"scopes-differ".to_owned()).then_some(())
        });
        client.choices.push_back("Remove and Push".to_owned());
        for command in ["base44.previewPush", "base44.push", "base44.pull"] {
            client.command(&stage, command, &[]);
            tally.held();
        }
        for path in [&slack, &github] {
            look_at_everything(&mut client, path);
            tally.held();
        }
        client.notifications.clear();
        client.requests.clear();
        assert_harmless(&client.heard, &format!("{word:?}"));

        // A refusal of the whole.
        stage.sandbox.clear_faults();
        stage.sandbox.inject(Fault::on("external-auth", FaultAction::answer(403, &refusal)));
        client.command(&stage, "base44.push", &[]);
        client.question();
        assert_harmless(&client.end(), &format!("{word:?}"));
        tally.held();
    }
}

#[test]
fn nothing_in_a_file_acts_on_an_editor() {
    let mut tally = Tally::of("nothing in a file acts on an editor");
    let stage = Stage::new();
    stage.remote("slack", Connector::active(&["chat:write"]));
    let mut client = start(&stage).run();
    let path = stage.connectors_dir().join("slack.jsonc");
    client.open(&path, "");
    let mut version = 1;
    for word in HOSTILE {
        for text in [
            json!({"type": "slack", "scopes": [word, word, "chat:wirte"], (*word): word}).to_string(),
            json!({"type": word, "scopes": [word]}).to_string(),
            json!({"type": "hubspot", "scopes": [format!("{word} {word}"), word]}).to_string(),
            json!({"type": "outlook", "scopes": [format!("https://graph.microsoft.com/{word}"), word]})
                .to_string(),
            format!("// base44-ignore {word}\n{{type: '{word}', scopes: ['{word}"),
        ] {
            version += 1;
            client.change(&path, version, &text);
            look_at_everything(&mut client, &path);
            assert_harmless(&client.heard, &format!("{word:?} in {text:?}"));
            client.heard.clear();
            tally.held();
        }
    }
}

#[test]
fn names_of_projects_and_files_do_not_act_on_an_editor() {
    let mut tally = Tally::of("names of projects and files do not act on an editor");
    for word in HOSTILE {
        let stage = Stage::new();
        std::fs::write(stage.config(), json!({"name": word, "connectorsDir": word}).to_string()).unwrap();
        std::fs::write(stage.root().join("base44/.app.jsonc"), json!({"id": word}).to_string()).unwrap();
        let checks = json!({"severity": {(*word): "off", "unknown-key": word}, (*word): 1}).to_string();
        std::fs::write(stage.root().join("base44/connector-checks.jsonc"), checks).unwrap();
        let mut client = start(&stage).run();
        client.configuration = json!({"severity": {(*word): "off", "file-name": word}});
        client.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
        client.wait("findings of the config", |client| client.published.get(&uri(&stage.config())).cloned());
        client.command(&stage, "base44.push", &[]);
        // Why nothing was pushed: it may come after the command's answer.
        client.question();
        assert_harmless(&client.heard, &format!("{word:?}"));
        tally.held();
    }
}

/// Everything that an editor shows of a file.
fn look_at_everything(client: &mut Client, path: &std::path::Path) {
    let document = json!({"uri": uri(path)});
    for (line, character) in [(0, 2), (0, 12), (0, 20), (0, 32), (0, 40), (1, 12), (1, 20), (2, 14), (3, 6)] {
        let position = json!({"line": line, "character": character});
        for method in ["textDocument/hover", "textDocument/completion"] {
            let answer = client.request(method, json!({"textDocument": document, "position": position}));
            if let Some(markdown) = answer["contents"]["value"].as_str() {
                assert_plain_markdown(markdown, method);
            }
        }
    }
    for method in ["codeLens", "documentSymbol", "documentLink"] {
        client.request(&format!("textDocument/{method}"), json!({"textDocument": document}));
    }
    client.actions(path, None);
    client.request("base44/status", Value::Null);
}
