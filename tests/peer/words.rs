//! The sentences that scripts for the official CLI search its output for, said by both in the same project on the same
//! app.

use connector_sandbox::{Fault, FaultAction, StripeMode};

use super::desk::{APP, Desk};

/// A situation: its command, how the desk is brought there, what both say, and whether both succeed.
type Situation<'a> = (&'a [&'a str], &'a dyn Fn(&Desk), &'a [&'a str], bool);

/// Runs the official CLI and ours in each situation, each on a desk of its own.
fn both_say(situations: &[Situation]) {
    for (line, prepare, sentences, succeeds) in situations {
        let (theirs, ours) = (Desk::new(), Desk::new());
        prepare(&theirs);
        prepare(&ours);
        let runs = [("the official CLI", theirs.official(line)), ("ours", ours.ours(line))];
        for (who, run) in runs {
            assert_eq!(run.code == Some(0), *succeeds, "{who}, {line:?}: {}", run.text);
            for sentence in *sentences {
                assert!(run.text.contains(sentence), "{who}, {line:?}: no `{sentence}` in:\n{}", run.text);
            }
        }
    }
}

const PUSH: &[&str] = &["connectors", "push", "--yes"];
const SLACK: &str = r#"{ "type": "slack", "scopes": ["chat:write"] }"#;

#[test]
fn a_push_says_what_it_found_and_what_became_of_it() {
    both_say(&[
        (PUSH, &|_| {}, &["No local connectors found - checking for remote connectors to remove"], true),
        (
            PUSH,
            &|desk| {
                desk.connect("slack", &["chat:write"]);
                desk.connect("linear", &["read"]);
                desk.write_connector("slack.json", SLACK);
            },
            &["Found 1 connectors to push: slack", "Summary:", "Synced: slack", "Removed: linear"],
            true,
        ),
        (
            PUSH,
            &|desk| drop(desk.write_connector("slack.json", SLACK)),
            &[
                "1 connector(s) require authorization in your browser:",
                "  slack: http://",
                "needs authorization",
                "Skipped OAuth in non-interactive mode. Run 'base44",
            ],
            true,
        ),
    ]);
}

#[test]
fn a_push_says_how_stripe_stands() {
    let stripe = |desk: &Desk| drop(desk.write_connector("stripe.json", r#"{ "type": "stripe" }"#));
    let installed = |desk: &Desk| desk.with_app(|app| app.stripe = Some(StripeMode::Sandbox));
    both_say(&[
        (
            PUSH,
            &stripe,
            &["Stripe sandbox provisioned", "Claim your Stripe sandbox: http", "Connectors dashboard: http"],
            true,
        ),
        (
            PUSH,
            &|desk| {
                installed(desk);
                stripe(desk);
            },
            &["Synced: stripe"],
            true,
        ),
        (PUSH, &installed, &["Removed: stripe"], true),
    ]);
}

#[test]
fn a_pull_says_what_it_wrote() {
    let pull: &[&str] = &["connectors", "pull"];
    both_say(&[
        (
            pull,
            &|desk| {
                desk.connect("gmail", &["https://mail.google.com/"]);
                desk.connect("slack", &["chat:write"]);
            },
            &[
                "Connectors fetched successfully",
                "Connector files synced successfully",
                "Written: gmail, slack",
                "Pulled 2 connectors to ",
            ],
            true,
        ),
        (pull, &|_| {}, &["All connectors are already up to date"], true),
        (pull, &|desk| desk.delete("base44/config.jsonc"), &["No Base44 app ID found"], false),
        (
            &["connectors", "pull", "--app-id", APP],
            &|desk| {
                desk.delete("base44/config.jsonc");
                desk.connect("slack", &["chat:write"]);
            },
            &["Written: slack", "Pulled 1 connectors to "],
            true,
        ),
    ]);
}

#[test]
fn what_is_available_is_listed_alike_where_no_terminal_is() {
    let list: &[&str] = &["connectors", "list-available"];
    both_say(&[
        (
            list,
            &|_| {},
            &[
                "GitHub\n  integrationType: github\n  description: Work with ",
                "\n  connectionConfigFields:\n    - name: company_domain\n      displayName: ",
                "\n      required: true\n",
                "Found 41 available integrations.",
            ],
            true,
        ),
        (
            list,
            &|desk| {
                let nothing = FaultAction::answer(200, r#"{ "integrations": [] }"#);
                desk.sandbox.inject(Fault::on("available-integrations", nothing));
            },
            &["No available integrations found."],
            true,
        ),
        (
            list,
            &|desk| {
                let odd = FaultAction::answer(200, r#"{ "integrations": [{ "bad": "data" }] }"#);
                desk.sandbox.inject(Fault::on("available-integrations", odd));
            },
            &[],
            false,
        ),
    ]);
}

#[test]
fn an_authorization_that_is_begun_alone_says_where_and_what_next() {
    let initiate: &[&str] =
        &["connectors", "initiate", "--integration-type", "slack", "--scopes", "chat:write"];
    both_say(&[
        (
            initiate,
            &|_| {},
            &[
                "Authorize slack here: http://",
                "slack initialized. Open the link above to finish authorizing, then run 'base44",
            ],
            true,
        ),
        (
            initiate,
            &|desk| desk.connect("slack", &["chat:write"]),
            &["slack is already authorized. Run 'base44 connectors pull' to fetch its config."],
            true,
        ),
        (
            initiate,
            &|desk| {
                desk.with_app(|app| {
                    app.other_users.insert("slack".to_owned(), "grace@example.com".to_owned());
                });
            },
            &["Could not initiate slack: different_user (already authorized by grace@example.com)"],
            false,
        ),
        (
            &["connectors", "initiate", "--integration-type", "slack"],
            &|desk| desk.delete("base44/config.jsonc"),
            &["No Base44 app ID found"],
            false,
        ),
        (&["connectors", "initiate"], &|_| {}, &["--integration-type"], false),
    ]);
}
