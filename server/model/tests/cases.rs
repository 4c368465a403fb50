//! What was met in the field and was not right: each input with the answer that it has now.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use connector_model::checks::{Around, check};
use connector_model::fixes::fix_all;
use connector_model::{Code, Finding, FixAction, Severity};
use connector_syntax::{edit, parse, quote};

fn connector(ty: &str, scopes: &[&str]) -> String {
    let list: Vec<String> = scopes.iter().map(|scope| quote(scope, '"')).collect();
    format!("{{\"type\": \"{ty}\", \"scopes\": [{}]}}", list.join(", "))
}

fn findings(text: &str) -> Vec<Finding> {
    check(&parse(text), &Around::default())
}

/// The findings of one connector, as `severity code: first fix`.
fn said(ty: &str, scopes: &[&str]) -> Vec<String> {
    let line = |finding: &Finding| {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let fix = finding.fixes.first().map(|fix| format!(": {}", fix.title)).unwrap_or_default();
        format!("{severity} {}{fix}", finding.code.as_str())
    };
    findings(&connector(ty, scopes)).iter().map(line).collect()
}

/// The scope that the only finding's first fix changes to.
fn first_fix(ty: &str, scope: &str) -> Option<String> {
    let found = findings(&connector(ty, &[scope]));
    let [finding] = found.as_slice() else { return None };
    assert!(finding.severity <= Severity::Warning, "{ty} {scope}: {finding:?}");
    let (_, meant) = finding.fixes.first()?.title.rsplit_once(" to `")?;
    Some(meant.trim_end_matches('`').to_owned())
}

/// What `check --fix` leaves.
fn fixed(text: &str) -> String {
    fix_all(text, &Around::default()).0
}

fn google(name: &str) -> String {
    format!("https://www.googleapis.com/auth/{name}")
}

#[test]
fn another_products_scope_is_not_asked_for_unseen() {
    for (ty, scope) in [("gmail", "groups"), ("googledrive", "content"), ("googleforms", "forms")] {
        let text = connector(ty, &[scope]);
        assert_eq!(fixed(&text), text);
    }
}

#[test]
fn a_scope_with_a_blank_in_it_is_one_scope() {
    assert_eq!(first_fix("slack", "chat: write").as_deref(), Some("chat:write"));
    assert_eq!(first_fix("slackbot", "channels read").as_deref(), Some("channels:read"));
}

#[test]
fn a_description_is_told_to_be_one() {
    let found = findings(&connector("slackbot", &["Send messages"]));
    assert!(found[0].message.contains("says what is wanted"), "{:?}", found[0].message);
    assert_eq!((found.len(), found[0].code), (1, Code::UnknownScope));
}

#[test]
fn a_description_leads_to_the_types_own_scopes() {
    for (ty, written, meant) in [
        ("gmail", "Read messages", "gmail.readonly"),
        ("gmail", "Send email", "gmail.send"),
        ("googletasks", "View tasks", "tasks.readonly"),
        ("googledocs", "Read every document the user can open, with no edits", "documents.readonly"),
    ] {
        assert_eq!(first_fix(ty, written), Some(google(meant)), "{ty} {written}");
    }
}

#[test]
fn scopes_under_another_key_are_moved() {
    for (text, after) in [
        (
            r#"{"type": "slackbot", "bot_scopes": ["chat:write"]}"#,
            r#"{"type": "slackbot", "scopes": ["chat:write"]}"#,
        ),
        (r#"{"type": "github", "required_scopes": ["repo"]}"#, r#"{"type": "github", "scopes": ["repo"]}"#),
        (
            r#"{"type": "slack", "scope": ["chat:write"], "scopes": []}"#,
            r#"{"type": "slack", "scopes": ["chat:write"]}"#,
        ),
    ] {
        let found = findings(text);
        let finding = found.iter().find(|finding| finding.code == Code::UnknownKey).unwrap();
        assert!(finding.message.contains("no scopes are asked for"), "{}", finding.message);
        let FixAction::Edit(edits) = &finding.fixes[0].action else { panic!("{:?}", finding.fixes) };
        assert_eq!(edit::apply(text, edits), after);
    }
}

#[test]
fn quotes_in_a_scope_are_named_as_the_reason() {
    let found = findings(&connector("slack", &["\"chat:write\""]));
    assert!(found[0].message.contains("Nothing belongs around"), "{}", found[0].message);
}

#[test]
fn a_single_slip_leads_back() {
    for (ty, written, meant) in [
        ("github", "write:ss_signing_key", "write:ssh_signing_key"),
        ("hubspot", "cmr.import", "crm.import"),
        ("github", "admin:rog", "admin:org"),
        ("salesforce", "mcp_pai", "mcp_api"),
        ("share_point", "Sites.Manage.ll", "Sites.Manage.All"),
    ] {
        assert_eq!(first_fix(ty, written).as_deref(), Some(meant), "{ty} {written}");
    }
}

#[test]
fn other_ways_to_write_a_scope_lead_back() {
    for (ty, written, meant) in [
        ("asana", "goals:list", "goals:read"),
        ("instagram", "instagram_business_admin_comments", "instagram_business_manage_comments"),
        ("asana", "projects:remove", "projects:delete"),
        ("slack", "scopes: chat:write", "chat:write"),
        ("slack", "- chat:write", "chat:write"),
        ("asana", "projects%3Aread", "projects:read"),
        ("slack", "ch\u{430}t\u{ff1a}write", "chat:write"),
        ("x", "user:block.write", "block.write"),
        ("asana", "urn:asana:stories:read", "stories:read"),
    ] {
        assert_eq!(first_fix(ty, written).as_deref(), Some(meant), "{ty} {written}");
    }
    // The words of a provider's own scopes are not taken for somebody else's.
    assert_eq!(first_fix("slack", "users:email").as_deref(), Some("users:read.email"));
}

#[test]
fn what_takes_access_away_is_told() {
    let said = said("gmail", &[&google("gmail.metadata"), &google("gmail.readonly")]);
    assert!(said.iter().any(|line| line.starts_with("warning conflicting-scopes: Remove")), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("redundant-scope")), "{said:?}");
}

#[test]
fn what_a_provider_refuses_it_refuses_a_connector_of_another_of_its_types() {
    let said = said("googlecalendar", &[&google("gmail.metadata"), &google("gmail.readonly")]);
    assert!(said.iter().any(|line| line.starts_with("warning conflicting-scopes: Remove")), "{said:?}");
    assert!(!said.iter().any(|line| line.contains("redundant-scope")), "{said:?}");
}

#[test]
fn what_stands_alone_is_refused_beside_others() {
    for (ty, scopes) in [
        ("outlook", ["User.Read", "https://graph.microsoft.com/.default"]),
        ("one_drive", [".default", "Files.Read"]),
        ("slack", ["identity.basic", "chat:write"]),
    ] {
        let said = said(ty, &scopes);
        assert!(said.iter().any(|line| line.starts_with("warning conflicting-scopes")), "{said:?}");
    }
    assert_eq!(said("outlook", &[".default", "offline_access"]), Vec::<String>::new());
}

#[test]
fn what_needs_another_scope_says_so() {
    let line = "information conflicting-scopes: Add `users:read`";
    assert_eq!(said("slack", &["users:read.email"]), [line]);
    assert_eq!(said("slackbot", &["users:read.email", "users:read"]), Vec::<String>::new());
    let line = "information conflicting-scopes: Add `tweet.read` and `users.read`";
    assert_eq!(said("x", &["tweet.write"]), [line]);
    assert_eq!(said("x", &["tweet.write", "tweet.read", "users.read"]), Vec::<String>::new());
    let line = "information conflicting-scopes: Add `instagram_business_basic`";
    assert_eq!(said("instagram", &["instagram_business_content_publish"]), [line]);
    let line = "information conflicting-scopes: Add `pages_read_engagement`";
    assert_eq!(said("facebook_pages", &["read_insights", "pages_show_list"]), [line]);
}

#[test]
fn in_a_list_that_is_complete_nothing_else_exists() {
    for (ty, written, meant) in [
        ("outlook", "Mail.Write", "Mail.ReadWrite".to_owned()),
        ("one_drive", "Files.Write", "Files.ReadWrite".to_owned()),
        ("share_point", "Sites.Write.All", "Sites.ReadWrite.All".to_owned()),
        ("gmail", &*google("gmail.readwrite"), google("gmail.modify")),
        ("googledrive", &*google("drive.file.readonly"), google("drive.file")),
    ] {
        assert_eq!(first_fix(ty, written), Some(meant), "{ty} {written}");
    }
}

#[test]
fn a_known_scope_behind_a_wrong_address_is_led_back() {
    assert_eq!(
        first_fix("googlecalendar", "https://wwww.googleapis.com/auth/calendar"),
        Some(google("calendar"))
    );
    for host in ["api.onedrive.com/v1", "developer.microsoft.com", "www.sharepoint.com"] {
        let led = first_fix("one_drive", &format!("https://{host}/Files.Read"));
        assert_eq!(led.as_deref(), Some("https://graph.microsoft.com/Files.Read"), "{host}");
    }
    assert_eq!(first_fix("outlook", "graph.microsoft.com/.default").as_deref(), Some(".default"));
    let graph = first_fix("outlook", "https://graph.windows.net/Mail.Read");
    assert_eq!(graph.as_deref(), Some("https://graph.microsoft.com/Mail.Read"));
}

#[test]
fn what_only_says_more_loudly_is_left_out() {
    for (ty, written, meant) in [
        ("one_drive", "Files.Read:user", "Files.Read".to_owned()),
        ("slack", "chat:write:all", "chat:write".to_owned()),
        ("slackbot", "channels:read.me", "channels:read".to_owned()),
        ("googledrive", &*google("drive.file:user"), google("drive.file")),
        ("salesforce", "wave_api:all", "wave_api".to_owned()),
        ("hubspot", "crm.objects.contacts.read:user", "crm.objects.contacts.read".to_owned()),
    ] {
        assert_eq!(first_fix(ty, written), Some(meant), "{ty} {written}");
    }
}

#[test]
fn short_words_and_words_without_vowels_lead_back() {
    for (ty, written, meant) in [
        ("asana", "proj:read", "projects:read".to_owned()),
        ("slack", "chan:read", "channels:read".to_owned()),
        ("github", "repository:status", "repo:status".to_owned()),
        ("github", "sec_events", "security_events".to_owned()),
        ("instagram", "instagram_business_manage_msgs", "instagram_business_manage_messages".to_owned()),
        ("googlecalendar", &*google("cal.readonly"), google("calendar.readonly")),
        ("outlook", "Clndrs.Read", "Calendars.Read".to_owned()),
    ] {
        assert_eq!(first_fix(ty, written), Some(meant), "{ty} {written}");
    }
}

#[test]
fn what_is_left_of_a_scope_leads_back_to_it() {
    for (ty, written, meant) in [
        // The beginning left out.
        ("calendly", "events:write", "scheduled_events:write".to_owned()),
        ("box", "enterprise_properties", "manage_enterprise_properties".to_owned()),
        ("tiktok", "publish", "video.publish".to_owned()),
        // A word left out in the middle, where nothing stands so.
        ("asana", "timesheet_statuses:write", "timesheet_approval_statuses:write".to_owned()),
        // What is written together cut short, and all vowels left out of it.
        ("microsoft_teams", "Resou.ReadForChat", "ResourceSpecificPermissionGrant.ReadForChat".to_owned()),
        ("outlook", "Calendars.RdWrt.Shared", "Calendars.ReadWrite.Shared".to_owned()),
        ("gmail", &*google("gmail.cmps"), google("gmail.compose")),
        // A slip, in another provider's way to say it and behind the service.
        ("googlecalendar", "calendar.events:red", google("calendar.events.readonly")),
        ("github", "sshsiigningkey:write", "write:ssh_signing_key".to_owned()),
        ("splitwise", "splitwise_write:modifyexpenses", "write:modify_expenses".to_owned()),
    ] {
        assert_eq!(first_fix(ty, written), Some(meant), "{ty} {written}");
    }
}

#[test]
fn words_beside_one_scope_are_no_scopes() {
    for written in ["[x] chat:write", "chat:write - required"] {
        assert_eq!(first_fix("slack", written).as_deref(), Some("chat:write"), "{written}");
    }
    let quoted = "chat:write\", \"users:read";
    assert_eq!(said("slack", &[quoted]), ["error invalid-scopes: Split into 2 scopes"]);
    assert!(fixed(&connector("slack", &[quoted])).contains(r#"["chat:write", "users:read"]"#));
}

#[test]
fn where_nothing_else_exists_what_deletes_is_what_writes() {
    for (ty, written, meant) in [
        ("outlook", "Mail.Delete", "Mail.ReadWrite".to_owned()),
        ("slack", "chat:delete", "chat:write".to_owned()),
        ("gmail", &*google("gmail.delete"), google("gmail.modify")),
    ] {
        assert_eq!(first_fix(ty, written), Some(meant), "{ty} {written}");
    }
}

#[test]
fn a_blank_for_a_sign_and_a_slip_besides_are_one_scope() {
    for (ty, written, meant) in [
        ("asana", "timesheet_approvl statuses:write", "timesheet_approval_statuses:write"),
        ("box", "mange legal_hold", "manage_legal_hold"),
        ("slackbot", "convzersations connect:manage", "conversations.connect:manage"),
    ] {
        assert_eq!(first_fix(ty, written).as_deref(), Some(meant), "{ty} {written}");
    }
}

#[test]
fn a_list_in_one_text_is_split_however_its_entries_are_written() {
    let split = "error invalid-scopes: Split into 2 scopes";
    for joined in ["chat write, users read", "1. chat:write 2. users:read", "1) chat:write, 2) users:read"] {
        assert_eq!(said("slack", &[joined]), [split], "{joined}");
        assert!(
            fixed(&connector("slack", &[joined])).contains(r#"["chat:write", "users:read"]"#),
            "{joined}"
        );
    }
    assert_eq!(said("slack", &["chat:write,chat:write"]), ["error invalid-scopes: Write `chat:write` once"]);
}

#[test]
fn other_ways_to_join_scopes_are_split() {
    for joined in ["tasks:read|users:read", "tasks:read%20users:read", "tasks:read+users:read"] {
        assert_eq!(said("asana", &[joined]), ["error invalid-scopes: Split into 2 scopes"], "{joined}");
        assert!(fixed(&connector("asana", &[joined])).contains(r#"["tasks:read", "users:read"]"#));
    }
}

#[test]
fn what_also_stands_within_scopes_separates_whole_ones() {
    let split = "error invalid-scopes: Split into 2 scopes";
    assert_eq!(said("asana", &["tasks:read/users:read"]), [split]);
    let joined = google("calendar.events") + &google("drive.file");
    assert_eq!(said("googlecalendar", &[&joined]), [split]);
    let doubled = google(&google("calendar"));
    assert_eq!(first_fix("googlecalendar", &doubled), Some(google("calendar")));
}

#[test]
fn another_services_name_is_no_slip() {
    for name in ["discourse", "linearb"] {
        let said = said(name, &["x"]);
        assert_eq!(said, ["information unknown-type"], "{name}");
    }
    let said = said("facebook_ads", &["ads_read"]);
    assert_eq!(said, ["warning unknown-type: Change `facebook_ads` to `meta_ads`"]);
}

#[test]
fn what_is_being_split_is_taken_and_its_fix_keeps_the_access() {
    let text = connector("hubspot", &["tickets"]);
    let found = findings(&text);
    assert_eq!((found.len(), found[0].severity), (1, Severity::Information));
    let FixAction::Edit(edits) = &found[0].fixes[0].action else { panic!("{:?}", found[0].fixes) };
    assert!(edit::apply(&text, edits).contains(r#""crm.objects.tickets.read", "crm.objects.tickets.write""#));
}

#[test]
fn scopes_that_open_nothing_are_as_good_as_none() {
    assert_eq!(said("googledocs", &["email"]), ["hint empty-scopes"]);
    assert_eq!(said("hubspot", &["oauth"]), ["hint empty-scopes"]);
}

#[test]
fn types_that_real_apps_use_are_known() {
    for (ty, scope) in [
        ("jira", "read:jira-work"),
        ("x", "tweet.read"),
        ("omnisend", "contacts.read"),
        ("googleworkspace", &*google("admin.directory.user.readonly")),
    ] {
        assert!(said(ty, &[scope]).iter().all(|line| line.starts_with("information restricted")), "{ty}");
    }
    assert_eq!(said("mailchimp", &[]), Vec::<String>::new());
}
