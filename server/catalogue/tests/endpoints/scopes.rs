//! Which scopes calls need, which are unused, and what a provider answers.

use super::*;

#[test]
fn scopes_are_suggested_from_the_narrowest_that_opens_all() {
    const G: &str = "https://www.googleapis.com/auth/";
    for (name, method, url, expected) in [
        ("gmail", "POST", "https://gmail.googleapis.com/gmail/v1/users/me/messages/send", "gmail.send"),
        (
            "gmail",
            "GET",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages/$?format=full",
            "gmail.readonly",
        ),
        (
            "googlecalendar",
            "GET",
            "https://www.googleapis.com/calendar/v3/calendars/$/events",
            "calendar.events.readonly",
        ),
        (
            "googlecalendar",
            "POST",
            "https://www.googleapis.com/calendar/v3/calendars/$/events",
            "calendar.events",
        ),
        ("googledrive", "POST", "https://www.googleapis.com/upload/drive/v3/files", "drive.file"),
        ("googlesheets", "PUT", "https://sheets.googleapis.com/v4/spreadsheets/$/values/$", "spreadsheets"),
        (
            "googlesheets",
            "GET",
            "https://sheets.googleapis.com/v4/spreadsheets/$/values/$",
            "spreadsheets.readonly",
        ),
        ("googledocs", "POST", "https://docs.googleapis.com/v1/documents/$:batchUpdate", "documents"),
        (
            "googleslides",
            "POST",
            "https://slides.googleapis.com/v1/presentations/$:batchUpdate",
            "presentations",
        ),
        (
            "googlebigquery",
            "POST",
            "https://bigquery.googleapis.com/bigquery/v2/projects/$/queries",
            "bigquery",
        ),
        (
            "google_contacts",
            "GET",
            "https://people.googleapis.com/v1/people/me/connections?personFields=names",
            "contacts.readonly",
        ),
        ("outlook", "GET", "https://graph.microsoft.com/v1.0/me/messages", "Mail.ReadBasic"),
        ("outlook", "POST", "https://graph.microsoft.com/v1.0/me/sendMail", "Mail.Send"),
        ("one_drive", "PUT", "https://graph.microsoft.com/v1.0/me/drive/root:/a:/content", "Files.ReadWrite"),
        (
            "microsoft_teams",
            "POST",
            "https://graph.microsoft.com/v1.0/teams/$/channels/$/messages",
            "ChannelMessage.Send",
        ),
        ("slack", "GET", "https://slack.com/api/conversations.history?channel=$", "channels:history"),
        ("slackbot", "POST", "https://slack.com/api/chat.postMessage", "chat:write"),
        ("github", "POST", "https://api.github.com/repos/$/$/issues", "repo"),
        ("hubspot", "POST", "https://api.hubapi.com/crm/v3/objects/contacts", "crm.objects.contacts.write"),
        ("hubspot", "GET", "https://api.hubapi.com/crm/v3/owners", "crm.objects.owners.read"),
        ("airtable", "POST", "https://api.airtable.com/v0/$/$", "data.records:write"),
        ("dropbox", "POST", "https://api.dropboxapi.com/2/files/list_folder", "files.metadata.read"),
        ("asana", "GET", "https://app.asana.com/api/1.0/tasks/$", "tasks:read"),
    ] {
        let match_ = look_up(name, method, url);
        let access = match_.access(ty(name), &[]);
        let Access::Missing(missing) = &access else { panic!("{url}: {access:?} {match_:?}") };
        let first = missing.suggestions.first().map(|set| set.join(" ")).unwrap_or_default();
        assert_eq!(first.trim_start_matches(G), expected, "{url}: {missing:?}");
    }
    let chats = look_up("one_drive", "GET", "https://graph.microsoft.com/v1.0/me/chats");
    let Access::Missing(missing) = chats.access(ty("one_drive"), &["Files.Read"]) else {
        panic!("{chats:?}")
    };
    assert!(missing.suggestions.is_empty() && missing.other_types == ["microsoft_teams"], "{missing:?}");
}

#[test]
fn the_least_scopes_for_several_calls_have_none_that_another_covers() {
    const G: &str = "https://www.googleapis.com/auth/";
    let least = |name: &str, calls: &[(&str, &str)]| {
        let matches: Vec<Match> = calls.iter().map(|(method, url)| look_up(name, method, url)).collect();
        let least = least_scopes(ty(name), &matches.iter().collect::<Vec<_>>());
        let scopes: Vec<&str> = least.scopes.iter().map(|scope| scope.trim_start_matches(G)).collect();
        (scopes, least.unknown)
    };
    let events = "https://www.googleapis.com/calendar/v3/calendars/primary/events";
    assert_eq!(
        least("googlecalendar", &[("GET", events), ("POST", events)]),
        (vec!["calendar.events"], vec![])
    );
    let send = "https://gmail.googleapis.com/gmail/v1/users/me/messages/send";
    let list = "https://gmail.googleapis.com/gmail/v1/users/me/messages?q=x";
    assert_eq!(
        least("gmail", &[("POST", send), ("GET", list)]),
        (vec!["gmail.send", "gmail.readonly"], vec![])
    );
    let info = "https://slack.com/api/users.info";
    let any = "https://slack.com/api/$";
    assert_eq!(least("slackbot", &[("GET", any), ("GET", info)]), (vec!["users:read"], vec![0]));
}

#[test]
fn a_scope_is_unused_only_where_that_is_sure() {
    let post = look_up("slackbot", "POST", "https://slack.com/api/chat.postMessage");
    let unused = |scope: &str| is_unused(ty("slackbot"), scope, &[&post], false);
    assert!(unused("channels:read") && unused("users:read"));
    for kept in [
        "chat:write",
        "chat:write.public",
        "users:read.email",
        "channels:history",
        "app_mentions:read",
        "no:such",
    ] {
        assert!(!unused(kept), "{kept}");
    }
    assert!(!is_unused(ty("slackbot"), "channels:read", &[&post], true), "an event may need it");
    let any = look_up("slackbot", "POST", "https://slack.com/api/$");
    assert!(!is_unused(ty("slackbot"), "channels:read", &[&any], false));

    // Slack wants it beside the scope that this needs.
    let by_email = look_up("slackbot", "GET", "https://slack.com/api/users.lookupByEmail");
    assert!(!is_unused(ty("slackbot"), "users:read", &[&post, &by_email], false));

    let send = look_up("gmail", "POST", "https://gmail.googleapis.com/gmail/v1/users/me/messages/send");
    let gmail = |scope: &str| is_unused(ty("gmail"), scope, &[&send], false);
    assert!(gmail("https://www.googleapis.com/auth/gmail.readonly"));
    for kept in [
        "email",
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/gmail.modify",
    ] {
        assert!(!gmail(kept), "{kept}");
    }
    let list = look_up("calendly", "GET", "https://api.calendly.com/scheduled_events");
    assert!(is_unused(ty("calendly"), "locations:read", &[&list], false));
    let hook = look_up("calendly", "POST", "https://api.calendly.com/webhook_subscriptions");
    assert!(!is_unused(ty("calendly"), "locations:read", &[&list, &hook], false));
    let objects = look_up("hubspot", "GET", "https://api.hubapi.com/crm/v3/objects/$");
    assert!(!is_unused(ty("hubspot"), "crm.objects.deals.read", &[&objects], false));
}

#[test]
fn only_types_with_complete_facts_have_unused_scopes() {
    let known: Vec<&str> =
        Catalogue::get().types().iter().filter(|ty| knows_all_calls(ty)).map(|ty| ty.name).collect();
    for name in ["gmail", "googlecalendar", "slack", "slackbot", "outlook", "dropbox", "calendly", "tiktok"] {
        assert!(known.contains(&name), "{name}");
    }
    for name in
        ["linkedin", "github", "gitlab", "notion", "splitwise", "instagram", "salesforce", "wix", "wrike"]
    {
        assert!(!known.contains(&name), "{name}");
    }
}

#[test]
fn what_the_provider_answers_is_known_for_most_types() {
    let google = refusal(ty("gmail")).unwrap();
    assert_eq!((google.status, google.sign), ("403", Some("ACCESS_TOKEN_SCOPE_INSUFFICIENT")));
    assert_eq!(refusal(ty("slackbot")).unwrap().sign, Some("missing_scope"));
    assert_eq!(refusal(ty("asana")).unwrap().sign, None);
    assert_eq!(refusal(ty("stripe")), None);
}
