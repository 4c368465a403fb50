//! What is said about scopes, type by type.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use connector_catalogue::{
    Catalogue, Certainty, ConnectorType, Listed, Provider, Resolution, ResolvedScope, resolve,
};
use connector_model::checks::{Around, check};
use connector_model::{Code, Severity};
use connector_syntax::{parse, quote};
use serde_json::Value;

/// Each finding on a connector of this type with these scopes: severity, code, what it marks, words, fixes.
fn findings_of(ty: &str, scopes: &[&str]) -> String {
    let list: Vec<String> = scopes.iter().map(|scope| quote(scope, '"')).collect();
    let text = format!("{{type: '{ty}', scopes: [{}]}}", list.join(", "));
    let tree = parse(&text);
    let mut lines = vec![ty.to_owned()];
    for finding in check(&tree, &Around::default()) {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let marked = tree.slice(finding.range);
        let tags = finding.tags.iter().map(|tag| format!(" +{tag:?}").to_lowercase()).collect::<String>();
        lines.push(format!("  {severity}[{}]{tags} {marked}", finding.code.as_str()));
        lines.push(format!("    {}", finding.message));
        for fix in &finding.fixes {
            let safe = if fix.safe { " (safe)" } else { "" };
            lines.push(format!("    -> {}{safe}", fix.title));
        }
    }
    lines.join("\n")
}

/// Each scope checked in a list of its own.
fn findings_of_each(ty: &str, scopes: &[&str]) -> String {
    scopes.iter().map(|scope| findings_of(ty, &[scope])).collect::<Vec<_>>().join("\n")
}

/// The findings above information, as `code scope`.
fn complaints(ty: &str, scopes: &[&str]) -> Vec<String> {
    let list: Vec<String> = scopes.iter().map(|scope| quote(scope, '"')).collect();
    let tree = parse(&format!("{{type: '{ty}', scopes: [{}]}}", list.join(", ")));
    check(&tree, &Around::default())
        .into_iter()
        .filter(|finding| finding.severity <= Severity::Warning)
        // Retired scopes are in the lists too, and a whole list has scopes that do not go together.
        .filter(|finding| !matches!(finding.code, Code::DeprecatedScope | Code::ConflictingScopes))
        .map(|finding| format!("{} {}", finding.code.as_str(), tree.slice(finding.range)))
        .collect()
}

fn types_of(provider: Provider) -> impl Iterator<Item = &'static ConnectorType> {
    Catalogue::get().types().iter().filter(move |ty| ty.provider == provider)
}

/// The names in one of the lists that `schemas/` has of a whole provider.
fn whole_list(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(file);
    let list: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let name = |row: &Value| row.as_str().or_else(|| row[0].as_str()).unwrap().to_owned();
    list["scopes"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn a_slip_is_told_with_what_was_meant() {
    insta::assert_snapshot!(findings_of_each(
        "slack",
        &[
            "Chat:Write",
            "chat.write",
            "chatwrite",
            " chat:write",
            "files:read, ",
            "write:chat",
            "channel:read",
            "chanels:read",
            "users:read.emial",
            "users:email",
            "channels:history:read",
        ],
    ));
}

#[test]
fn what_nobody_knows_weighs_as_much_as_the_list_is_complete() {
    insta::assert_snapshot!(
        findings_of("slack", &["make:coffee"]) + "\n" + &findings_of("hubspot", &["make.coffee"])
    );
}

#[test]
fn another_types_scope_is_told_apart_from_a_slip() {
    insta::assert_snapshot!(
        [
            findings_of_each("slack", &["chat:write.customize", "Mail.Send", "crm.objects.contacts.read"]),
            findings_of_each("slackbot", &["search:read", "identity.basic"]),
            findings_of_each("googlecalendar", &["chat:write", "https://www.googleapis.com/auth/drive.file"]),
            findings_of_each(
                "outlook",
                &["https://www.googleapis.com/auth/gmail.send", "Team.ReadBasic.All"]
            ),
        ]
        .join("\n")
    );
}

#[test]
fn google_writes_its_scopes_as_addresses() {
    insta::assert_snapshot!(findings_of_each(
        "googlecalendar",
        &[
            "calendar.readonly",
            "Calendar.Readonly",
            "calendar_readonly",
            "auth/calendar",
            "www.googleapis.com/auth/calendar",
            "https://googleapis.com/auth/calendar",
            "http://www.googleapis.com/auth/calendar",
            "https://www.googleapis.com/auth/calendar/",
            "https://www.googleapis.com/auth/Calendar",
            "https://www.googleapis.com/auth/calendar.readonyl",
            "https://www.googleapis.com/auth/calendar.read",
            "https://mail.google.com",
            "https://www.googleapis.com/auth/sheets.readonly",
            "https://www.googleapis.com/auth/calendar.something",
            "offline_access",
            "https://mail.google.com/",
            "https://www.google.com/calendar/feeds/",
        ],
    ));
}

#[test]
fn microsoft_reads_several_forms_and_no_slip() {
    insta::assert_snapshot!(findings_of_each(
        "outlook",
        &[
            "Mail.Sent",
            "Mail.Snd",
            "mail_send",
            "Mail.Send.All",
            "Calendar.Read",
            "https://graph.microsoft.com/Mail.Raed",
            "http://graph.microsoft.com/Mail.Send",
            "graph.microsoft.com/Mail.Send",
            "https://graph.microsoft.com/v1.0/Mail.Send",
            "https://grph.microsoft.com/Mail.Send",
            "https://vault.azure.net/user_impersonation",
            "Directory.Read.All",
        ],
    ));
    let right = [
        "Mail.Send",
        "mail.read",
        "https://graph.microsoft.com/Calendars.Read",
        "https://GRAPH.microsoft.com/contacts.read",
        "https://outlook.office.com/IMAP.AccessAsUser.All",
        "https://outlook.office365.com/SMTP.Send",
        "00000003-0000-0000-c000-000000000000/User.Read",
        "https://graph.microsoft.com/.default",
        ".default",
        "offline_access",
        "openid",
    ];
    for scope in right {
        assert_eq!(complaints("outlook", &[scope]), Vec::<String>::new(), "{scope}");
    }
}

#[test]
fn a_plain_word_is_not_taken_for_the_scope_of_a_stranger() {
    insta::assert_snapshot!(
        [
            findings_of("quickbooks", &["accounting"]),
            findings_of("databricks", &["files"]),
            findings_of("calendly", &["plain"]),
            findings_of("github", &["issues", "hubdb", "scim:enterprise"]),
        ]
        .join("\n")
    );
}

#[test]
fn scopes_with_a_parameter_are_known_by_their_form() {
    insta::assert_snapshot!(findings_of_each("gitlab", &["user:42", "user:somebody"]));
}

#[test]
fn a_scope_stands_once_in_whatever_spelling() {
    insta::assert_snapshot!(
        [
            findings_of("slack", &["chat:write", "channels:read", "chat:write"]),
            findings_of("outlook", &["Mail.Send", "https://graph.microsoft.com/Mail.Send", "mail.send"]),
            findings_of("gmail", &["email", "https://www.googleapis.com/auth/userinfo.email"]),
        ]
        .join("\n")
    );
}

#[test]
fn what_a_broader_scope_covers_is_redundant() {
    let g = |name: &str| format!("https://www.googleapis.com/auth/{name}");
    insta::assert_snapshot!(
        [
            findings_of(
                "googlecalendar",
                &[&g("calendar.events.readonly"), &g("calendar"), &g("calendar.events")]
            ),
            findings_of(
                "googlesheets",
                &[&g("spreadsheets"), &g("drive.readonly"), &g("drive.metadata.readonly")]
            ),
            findings_of(
                "outlook",
                &["https://graph.microsoft.com/Mail.ReadWrite", "Mail.Read", "Mail.ReadBasic"]
            ),
            findings_of("github", &["repo", "repo:status", "public_repo"]),
        ]
        .join("\n")
    );
}

#[test]
fn what_is_retired_is_replaced_unless_the_new_one_is_there() {
    insta::assert_snapshot!(
        [
            findings_of("linkedin", &["r_liteprofile"]),
            findings_of("linkedin", &["r_liteprofile", "profile"]),
            findings_of("github", &["read:discussion"]),
            findings_of("hubspot", &["tickets"]),
        ]
        .join("\n")
    );
}

#[test]
fn several_scopes_in_one_text_are_split() {
    insta::assert_snapshot!(findings_of_each(
        "slack",
        &[
            "chat:write channels:read",
            "chat:write,channels:read",
            "chat:write, nonsense",
            "read all messages"
        ],
    ));
}

#[test]
fn a_text_without_a_scope_is_taken_out() {
    insta::assert_snapshot!(findings_of_each("slack", &["", " \t"]));
}

#[test]
fn lists_without_use() {
    insta::assert_snapshot!(
        [
            findings_of("notion", &["read_content"]),
            findings_of("notion", &[]),
            findings_of("slack", &[]),
            findings_of("acme_crm", &[])
        ]
        .join("\n")
    );
}

#[test]
fn nothing_that_the_catalogue_has_is_complained_about() {
    for ty in Catalogue::get().types() {
        let names: Vec<&str> = ty.scopes.iter().map(|scope| scope.name).collect();
        assert_eq!(complaints(ty.name, &names), Vec::<String>::new(), "{}", ty.name);
    }
}

#[test]
fn every_google_scope_is_good_in_every_google_connector() {
    let names = whole_list("google.scopes.json");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for ty in types_of(Provider::Google) {
        assert_eq!(complaints(ty.name, &names), Vec::<String>::new(), "{}", ty.name);
    }
}

#[test]
fn every_graph_permission_is_good_in_every_microsoft_connector_and_form() {
    let names = whole_list("microsoft-graph.scopes.json");
    for prefix in ["", "https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000/"] {
        let long: Vec<String> = names.iter().map(|name| format!("{prefix}{name}")).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        for ty in types_of(Provider::Microsoft) {
            assert_eq!(complaints(ty.name, &long), Vec::<String>::new(), "{} {prefix}", ty.name);
        }
    }
}

/// Which scopes of a type are not led back to themselves once they are written another way.
fn lost(ty: &'static ConnectorType, slip: impl Fn(&str) -> Option<String>) -> Vec<(String, &'static str)> {
    let slips: Vec<(String, &str)> =
        ty.scopes.iter().filter_map(|scope| Some((slip(scope.name)?, scope.name))).collect();
    let written: Vec<&str> = slips.iter().map(|(written, _)| written.as_str()).collect();
    let resolved = resolve(ty, &written);
    let led_back = |resolved: &ResolvedScope, name: &str| match &resolved.resolution {
        Resolution::Misspelt { suggestions, .. } => suggestions.iter().any(|one| one.name == name),
        _ => false,
    };
    let pairs = slips.iter().zip(&resolved);
    pairs.filter(|((_, name), resolved)| !led_back(resolved, name)).map(|(slip, _)| slip.clone()).collect()
}

#[test]
fn any_scope_in_the_wrong_case_is_led_back() {
    for ty in Catalogue::get().types().iter().filter(|ty| ty.provider != Provider::Microsoft) {
        let other_case = |name: &str| match name.to_uppercase() {
            upper if upper != name => upper,
            _ => name.to_lowercase(),
        };
        assert_eq!(lost(ty, |name| Some(other_case(name))), [], "{}", ty.name);
    }
}

#[test]
fn any_scope_with_two_letters_swapped_is_led_back_where_all_are_known() {
    let swapped = |name: &str| {
        let word = name.split(|c: char| !c.is_alphanumeric()).next_back()?;
        let mut letters: Vec<char> = name.chars().collect();
        let last = letters.len() - 1;
        // A word of three letters is too short to guess from.
        let guessable = word.len() > 3 && letters[last] != letters[last - 1];
        letters.swap(last, last - 1);
        guessable.then(|| letters.into_iter().collect())
    };
    for ty in Catalogue::get().types().iter().filter(|ty| ty.complete) {
        assert_eq!(lost(ty, swapped), [], "{}", ty.name);
    }
}

#[test]
fn a_list_tells_what_another_scope_would_change() {
    let ty = Catalogue::get().find("googlecalendar").unwrap();
    let g = |name: &str| format!("https://www.googleapis.com/auth/{name}");
    let (events, email, all) = (g("calendar.events"), g("userinfo.email"), g("calendar"));
    let listed = Listed::new(ty, &[&events, &email]);
    assert_eq!(listed.made_redundant_by(&all), [0]);
    assert_eq!(listed.made_redundant_by(&events), [0_usize; 0]);
    assert_eq!(listed.covering(&g("calendar.events.readonly")), Some(0));
    assert_eq!(listed.covering(&all), None);
    assert_eq!(listed.position("email"), Some(1));
    assert!(ty.is_same_scope("email", &email) && !ty.is_same_scope(&events, &all));
}

/// The lines of a file, each a type with words.
fn by_type(lines: &str) -> impl Iterator<Item = (&str, Vec<&str>)> {
    lines.lines().map(|line| {
        let (ty, words) = line.split_once(": ").unwrap();
        (ty, words.split_whitespace().collect())
    })
}

#[test]
fn what_a_provider_accepts_is_never_more_than_information_listed_or_not() {
    let mut count = 0;
    for (ty, scopes) in by_type(include_str!("scopes/accepted.txt")) {
        assert!(Catalogue::get().find(ty).is_some(), "{ty}");
        for scope in scopes {
            assert_eq!(complaints(ty, &[scope]), Vec::<String>::new(), "{ty} {scope}");
            count += 1;
        }
    }
    assert!(count > 700, "{count}");
}

#[test]
fn what_people_get_wrong_is_led_to_what_they_meant() {
    for (ty, slips) in by_type(include_str!("scopes/slips.txt")) {
        for (written, meant) in slips.iter().map(|slip| slip.rsplit_once('=').unwrap()) {
            let resolved = resolve(Catalogue::get().find(ty).unwrap(), &[written]);
            let first = match &resolved[0].resolution {
                Resolution::Misspelt { suggestions, .. } => suggestions.first().map(|one| one.name.as_ref()),
                _ => None,
            };
            assert_eq!(first, Some(meant), "{ty} {written}");
            assert_eq!(resolved[0].certainty(), Some(Certainty::Sure), "{ty} {written}");
        }
    }
}
