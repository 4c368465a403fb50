//! `push` on a terminal, with a person who answers.

use connector_sandbox::{Fault, FaultAction, Handle};

use crate::pty::Person;
use crate::support::{changes, project, redacted, sandbox, waiting};

/// Answers the consent of a type, once there is one.
fn consents(person: &Person, sandbox: &Handle, name: &str, approve: bool) {
    person.reads(&format!("Waiting for {name} authorization..."));
    let id = waiting(sandbox, name).unwrap();
    let answered = if approve { sandbox.approve(&id) } else { sandbox.deny(&id) };
    assert!(answered);
}

/// The session as a snapshot shows it.
fn session(person: Person) -> String {
    let (screen, code) = person.leaves();
    format!("{}\n-- exit code {code} --\n", redacted(screen.trim_end()))
}

#[test]
fn nothing_new_is_one_round() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "slack"], &["googlecalendar", "slack"]);
    insta::assert_snapshot!(session(Person::runs(&workspace, &["push"], &[])));
    assert_eq!(changes(&sandbox), 0);
}

#[test]
fn new_connectors_are_authorized_one_after_the_other() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "notion", "slack"], &["googlecalendar"]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("? Open browser to authorize now? › (Y/n)").types("\r");
    consents(&person, &sandbox, "notion", true);
    consents(&person, &sandbox, "slack", true);
    insta::assert_snapshot!(session(person));
    let opened = workspace.opened();
    assert_eq!(opened.len(), 2);
    assert!(opened.iter().all(|link| link.starts_with(sandbox.url())));
}

#[test]
fn stripe_needs_no_browser() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "stripe"], &["googlecalendar"]);
    insta::assert_snapshot!(session(Person::runs(&workspace, &["push"], &[])));
}

#[test]
fn a_host_that_a_file_of_the_project_names_is_asked_about_once_by_its_name() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    workspace.write(".env", format!("BASE44_API_KEY=b44k_sandbox\nBASE44_API_URL={}\n", sandbox.url()));
    let unnamed = [("BASE44_API_URL", "")];
    let question = format!("names {} as the address of Base44.", sandbox.url());
    let person = Person::runs(&workspace, &["push", "--yes"], &unnamed);
    person.reads(&question).types("n\r");
    assert_eq!((person.leaves().1, sandbox.requests().len()), (2, 0));
    let person = Person::runs(&workspace, &["push"], &unnamed);
    person.reads(&question).types("y\r");
    let (screen, code) = person.leaves();
    assert_eq!(code, 0, "{screen}");
    assert!(!sandbox.requests().is_empty());
    let (screen, code) = Person::runs(&workspace, &["push"], &unnamed).leaves();
    assert!(code == 0 && !screen.contains(&question), "{screen}");
}

#[test]
fn what_has_no_file_is_removed_after_asking() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar", "slack"]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Remove slack from the app?").types("y\r");
    insta::assert_snapshot!(session(person));
    assert!(sandbox.with_state(|state| !state.app("front-desk").connectors.contains_key("slack")));
}

#[test]
fn what_functions_use_is_asked_for_with_their_names() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar", "slack"]);
    workspace.write(
        "base44/functions/sendDigest/entry.ts",
        "Deno.serve(async (req) => { await createClientFromRequest(req).asServiceRole.connectors.getConnection('slack'); });\n",
    );
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("slack: used by sendDigest.").types("y\r");
    insta::assert_snapshot!(session(person));
}

#[test]
fn no_to_a_removal_sends_nothing() {
    for keys in ["\r", "n\r", "\u{1b}"] {
        let sandbox = sandbox();
        let workspace = project(&sandbox, &["notion"], &["slack"]);
        let person = Person::runs(&workspace, &["push"], &[]);
        person.reads("Remove slack from the app?").types(keys);
        let (screen, code) = person.leaves();
        assert!(screen.contains("✗ Push cancelled. Nothing was sent."), "{screen}");
        assert_eq!((code, changes(&sandbox)), (2, 0), "{keys:?}");
    }
}

#[test]
fn a_folder_without_connectors_removes_only_what_is_agreed_to() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &[], &["slack"]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Remove slack from the app?").types("y\r");
    insta::assert_snapshot!(session(person));
}

#[test]
fn no_leaves_everything_pending() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Open browser to authorize now?").types("n\r");
    insta::assert_snapshot!(session(person));
    assert_eq!(workspace.opened().len(), 0);
}

#[test]
fn esc_passes_over_the_question_or_one_connector() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Open browser to authorize now?").types("\u{1b}");
    let (screen, code) = person.leaves();
    assert!(screen.contains("Authorization skipped. Pending: notion, slack."), "{screen}");
    assert_eq!(code, 0);

    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Open browser to authorize now?").types("\r");
    person.reads("Waiting for notion authorization...").types("\u{1b}");
    consents(&person, &sandbox, "slack", true);
    insta::assert_snapshot!(session(person));
}

#[test]
fn ctrl_c_leaves_pending_what_is_pending_and_says_so() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Open browser to authorize now?").types("\u{3}");
    insta::assert_snapshot!(session(person));

    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Open browser to authorize now?").types("y\r");
    consents(&person, &sandbox, "notion", true);
    person.reads("Waiting for slack authorization...").types("\u{3}");
    insta::assert_snapshot!(session(person));

    // The next run offers the same link, without asking the platform for another.
    sandbox.take_requests();
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("1 connector(s) require authorization").reads("Open browser").types("n\r");
    assert_eq!(person.leaves().1, 0);
    assert_eq!(changes(&sandbox), 0);
}

#[test]
fn ctrl_c_before_the_platform_answers_changes_nothing() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    sandbox.set_latency(std::time::Duration::from_secs(60));
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Reading the app's connectors").types("\u{3}");
    insta::assert_snapshot!(session(person));
}

#[test]
fn ctrl_c_while_calls_are_on_their_way_says_what_is_not_known() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    sandbox.inject(Fault::on("integrations/slack", FaultAction::Hang).method("PUT"));
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Pushing connectors (1 of 2)").types("\u{3}");
    insta::assert_snapshot!(session(person));
    let status = workspace.run(&["status"]).out;
    assert!(status.lines().any(|line| line.starts_with("notion") && line.contains("pending")), "{status}");
}

#[test]
fn a_platform_that_goes_away_meanwhile_leaves_it_pending() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    let person = Person::runs(&workspace, &["push", "--wait", "2"], &[]);
    person.reads("Open browser to authorize now?").types("\r");
    person.reads("Waiting for slack authorization...");
    sandbox.stop();
    person.reads("Try again to authorize slack?").types("\r");
    insta::assert_snapshot!(session(person));
}

#[test]
fn an_authorization_that_nobody_gives_in_time_stays_pending_and_is_offered_again() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    let person = Person::runs(&workspace, &["push", "--wait", "1"], &[]);
    person.reads("Open browser to authorize now?").types("\r");
    person.reads("Try again to authorize slack?").types("n\r");
    insta::assert_snapshot!(session(person));
}

#[test]
fn a_refused_authorization_can_be_given_at_once() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Open browser to authorize now?").types("\r");
    consents(&person, &sandbox, "slack", false);
    person.reads("Try again to authorize slack?").types("y\r");
    person.waits_until("a new consent", || waiting(&sandbox, "slack").is_some());
    consents(&person, &sandbox, "slack", true);
    insta::assert_snapshot!(session(person));
}

#[test]
fn somebody_elses_connector_is_reconnected_in_one_step() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    sandbox.with_state(|state| {
        state.app("front-desk").other_users.insert("slack".to_owned(), "bob@example.com".to_owned());
    });
    let person = Person::runs(&workspace, &["push"], &[]);
    person.reads("Reconnect slack with your account?").types("y\r");
    consents(&person, &sandbox, "slack", true);
    insta::assert_snapshot!(session(person));
}

#[test]
fn without_a_browser_the_link_is_there_to_copy() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &[]);
    let empty = workspace.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let person = Person::runs(&workspace, &["push"], &[("PATH", &empty.to_string_lossy())]);
    person.reads("Open browser to authorize now?").types("\r");
    person.reads("The browser did not open. Open this link yourself:");
    consents(&person, &sandbox, "slack", true);
    insta::assert_snapshot!(session(person));
}

#[test]
fn links_can_be_opened_by_hand() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["notion", "slack"], &[]);
    let person = Person::runs(&workspace, &["push", "--no-open"], &[]);
    person.reads("Waiting for the authorizations...");
    for name in ["slack", "notion"] {
        assert!(sandbox.approve(&waiting(&sandbox, name).unwrap()));
        person.reads(&format!("✓ {name} authorization complete"));
    }
    insta::assert_snapshot!(session(person));
    assert_eq!(workspace.opened().len(), 0);
}

#[test]
fn colours_come_and_go() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar"], &["googlecalendar"]);
    let colored = |variables: &[(&str, &str)]| {
        let mut person = Person::runs(&workspace, &["push"], variables);
        person.ends();
        String::from_utf8(person.bytes()).unwrap().contains("\u{1b}[32m✓")
    };
    assert!(colored(&[]));
    assert!(!colored(&[("NO_COLOR", "1")]));
    assert!(!colored(&[("TERM", "dumb")]));
}

#[test]
fn a_pipeline_that_has_a_terminal_is_asked_nothing_and_waited_for_by_nobody() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "slack"], &["googlecalendar", "notion"]);
    let line = ["push", "--yes", "--fail-on-pending"];
    let (screen, code) = Person::runs(&workspace, &line, &[("CI", "true")]).leaves();
    assert_eq!(code, 3, "{screen}");
    assert!(
        screen.contains("Skipped OAuth in non-interactive mode") && screen.contains("Removed: notion"),
        "{screen}"
    );
    assert!(!screen.contains('?') && workspace.opened().is_empty(), "{screen}");
}

#[test]
fn the_browser_that_a_person_names_comes_first_and_the_link_is_shown_all_the_same() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["slack"], &["slack"]);
    let (own, opened) = (workspace.path("own-browser"), workspace.path("opened-by-it"));
    std::fs::write(&own, format!("#!/bin/sh\necho \"$@\" >> '{}'\n", opened.display())).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&own, mode).unwrap();
    let named = format!("no-such-browser:{}", own.display());
    let person = Person::runs(&workspace, &["reconnect", "slack", "--yes"], &[("BROWSER", &named)]);
    person.waits_until("the link is opened", || opened.exists());
    consents(&person, &sandbox, "slack", true);
    let (screen, code) = person.leaves();
    let link = std::fs::read_to_string(&opened).unwrap();
    assert_eq!(code, 0, "{screen}");
    assert!(link.starts_with(sandbox.url()) && screen.contains(link.trim()), "{link} {screen}");
    assert!(workspace.opened().is_empty());
}

#[test]
fn a_pull_that_was_agreed_to_beforehand_asks_nothing() {
    let sandbox = sandbox();
    let workspace = project(&sandbox, &["googlecalendar", "slack"], &["googlecalendar"]);
    let (screen, code) = Person::runs(&workspace, &["pull", "--yes"], &[]).leaves();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("Deleted: slack") && !screen.contains('?'), "{screen}");
}
