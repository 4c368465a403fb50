//! From a request to the endpoint that it is for.

use super::*;

#[test]
fn the_token_decides_and_not_the_address() {
    // Another product's API of the same provider, which this type's token is known to be used with.
    for (name, url) in [
        ("googlesheets", "https://www.googleapis.com/drive/v3/files?q=$"),
        ("googlemeet", "https://www.googleapis.com/calendar/v3/calendars/primary/events"),
        ("googleslides", "https://sheets.googleapis.com/v4/spreadsheets/$"),
        ("googledrive", "https://sheets.googleapis.com/v4/spreadsheets/$"),
        ("gmail", "https://www.googleapis.com/oauth2/v2/userinfo"),
        ("googlecalendar", "https://people.googleapis.com/v1/people/me/connections"),
        ("share_point", "https://graph.microsoft.com/v1.0/me/drive/root/children"),
    ] {
        found(&look_up(name, "GET", url));
    }
    for (name, method, url, types) in [
        ("slack", "GET", "https://api.github.com/user/repos", vec!["github"]),
        (
            "gmail",
            "GET",
            "https://www.googleapis.com/calendar/v3/calendars/primary/events",
            vec!["googlecalendar"],
        ),
        ("outlook", "GET", "https://www.googleapis.com/gmail/v1/users/me/messages", vec!["gmail"]),
        ("gmail", "GET", "https://graph.microsoft.com/v1.0/me/messages", vec!["outlook"]),
        ("github", "POST", "https://slack.com/api/chat.postMessage", vec!["slack", "slackbot"]),
        ("hubspot", "GET", "https://acme.my.salesforce.com/services/data/v60.0/query", vec!["salesforce"]),
    ] {
        match look_up(name, method, url) {
            Match::WrongProduct(wrong) => {
                assert_eq!(wrong.types, types, "{url}");
                assert_eq!(wrong.same_provider, name == "gmail" && url.contains("google"), "{url}");
            }
            other => panic!("{url}: {other:?}"),
        }
    }
    // Instagram through a Facebook page, a host of one's own, a host that is not known.
    assert_eq!(look_up("instagram", "GET", "https://graph.facebook.com/v23.0/me/accounts"), Match::Unlisted);
    assert_eq!(look_up("slack", "POST", "https://example.com/hook"), Match::Elsewhere);
    assert_eq!(look_up("slack", "POST", "$"), Match::Unsure(Vec::new()));
}

#[test]
fn a_scope_of_the_provider_that_is_asked_for_by_name_opens_another_product() {
    let found = look_up("gmail", "GET", "https://www.googleapis.com/calendar/v3/calendars/primary/events");
    let scopes = ["https://www.googleapis.com/auth/calendar.readonly"];
    assert_eq!(found.access(ty("gmail"), &scopes), Access::Granted);
    assert_eq!(found.access(ty("gmail"), &["https://www.googleapis.com/auth/gmail.send"]), Access::Unknown);
}

#[test]
fn an_address_leads_to_its_row_whatever_form_it_has() {
    for (name, method, url, path) in [
        ("outlook", "GET", "https://graph.microsoft.com/v1.0/me/messages/$", "/me/messages/{id}"),
        ("outlook", "GET", "https://graph.microsoft.com/beta/Me/Messages", "/me/messages"),
        ("outlook", "GET", "https://graph.microsoft.com/v1.0/me/messages/$count", "/me/messages"),
        (
            "one_drive",
            "GET",
            "https://graph.microsoft.com/v1.0/me/drive/root:/$/$:/children",
            "/me/drive/items/{id}/children",
        ),
        (
            "one_drive",
            "PUT",
            "https://graph.microsoft.com/v1.0/me/drive/root:/a/b/c.txt:/content",
            "/me/drive/items/{id}/content",
        ),
        (
            "one_drive",
            "PUT",
            "https://graph.microsoft.com/v1.0/drives/$/items/$:/$:/content",
            "/drives/{id}/items/{id}:/{id}:/content",
        ),
        (
            "share_point",
            "GET",
            "https://graph.microsoft.com/v1.0/sites/$/drives/$/items/$/versions/$/content",
            "/drives/{id}/items/{id}/versions/{id}/content",
        ),
        (
            "one_drive",
            "PATCH",
            "https://graph.microsoft.com/v1.0/me/drive/items/$/workbook/worksheets/$/range(address='A1:B2')",
            "/{+driveItem}/workbook/{+rest}",
        ),
        ("slack", "GET", "https://slack.com/api/chat.postMessage", "/api/chat.postMessage"),
        ("slackbot", "POST", "https://www.slack.com/api/users.info?user=$", "/api/users.info"),
        ("discord", "GET", "https://discord.com/api/v10/users/@me", "/users/@me"),
        ("discord", "GET", "https://discord.com/api/users/@me/guilds", "/users/@me/guilds"),
        (
            "hubspot",
            "GET",
            "https://api.hubapi.com/crm/v3/objects/0-1/$",
            "/crm/v3/objects/contacts/{contactId}",
        ),
        (
            "hubspot",
            "GET",
            "https://api.hubapi.com/crm/v3/objects/$/$",
            "/crm/v3/objects/{objectType}/{objectId}",
        ),
        ("salesforce", "GET", "$/services/data/v60.0/query?q=$", "/services/data/{version}/{+rest}"),
        (
            "salesforce",
            "GET",
            "https://$.my.salesforce.com/services/data/v60.0/sobjects/Account",
            "/services/data/{version}/{+rest}",
        ),
        ("bamboohr", "GET", "https://api.bamboohr.com/api/gateway.php/$/v1/meta/users", "/api/v1/meta/users"),
        ("dropbox", "POST", "https://content.dropboxapi.com/2/files/upload", "/2/files/upload"),
        (
            "googledrive",
            "POST",
            "https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable",
            "/upload/drive/v3/files",
        ),
        (
            "gmail",
            "POST",
            "https://www.googleapis.com/gmail/v1/users/$/messages/send",
            "/gmail/v1/users/{userId}/messages/send",
        ),
        (
            "google_contacts",
            "PATCH",
            "https://people.googleapis.com/v1/$:updateContact",
            "/v1/people/{peopleId}:updateContact",
        ),
        ("tiktok", "GET", "https://open.tiktokapis.com/v2/user/info?fields=open_id", "/v2/user/info"),
        (
            "googleads",
            "POST",
            "https://googleads.googleapis.com/v18/customers/$/googleAds:search",
            "/{version}/customers/{customer_id}/googleAds:search",
        ),
        ("linkedin", "POST", "https://api.linkedin.com/rest/posts", "/rest/posts"),
        ("github", "POST", "https://api.github.com/repos/$/issues", "/repos/{owner}/{repo}/issues"),
        ("gitlab", "GET", "https://gitlab.example.com/api/v4/projects", "/api/v4/{+rest}"),
        (
            "gmail",
            "HEAD",
            "https://gmail.googleapis.com/gmail/v1/users/me/profile",
            "/gmail/v1/users/{userId}/profile",
        ),
        ("gmail", "GET", "/gmail/v1/users/me/profile", "/gmail/v1/users/{userId}/profile"),
    ] {
        let match_ = look_up(name, method, url);
        let shown = format!("{method} {url}: {match_:?}");
        assert!(matches!(&match_, Match::Found(found) if found.endpoint.path == path), "{shown}");
    }
}

#[test]
fn nothing_is_concluded_where_an_unknown_piece_could_be_several_endpoints() {
    for (name, method, url) in [
        ("outlook", "GET", "https://graph.microsoft.com/v1.0/$"),
        ("outlook", "GET", "https://graph.microsoft.com/v1.0$"),
        ("outlook", "GET", "https://graph.microsoft.com/$"),
        ("outlook", "?", "https://graph.microsoft.com/v1.0/me/messages/$"),
        ("outlook", "POST", "https://graph.microsoft.com/v1.0/$batch"),
        ("slack", "POST", "https://slack.com/api/$"),
        ("slack", "POST", "https://slack.com/api/conversations.$"),
        ("googledrive", "POST", "https://www.googleapis.com/batch/drive/v3"),
        ("gmail", "POST", "https://gmail.googleapis.com/batch"),
        ("facebook_pages", "POST", "https://graph.facebook.com/?batch=$"),
        ("gmail", "GET", "https://gmail.googleapis.com/gmail/v1/users/me/$"),
        ("instagram", "GET", "https://graph.instagram.com/v23.0/$"),
        ("linear", "POST", "https://api.linear.app/graphql"),
        ("gitlab", "GET", "https://gitlab.com/api/v4/$"),
    ] {
        let match_ = look_up(name, method, url);
        assert!(matches!(match_, Match::Unsure(_)), "{url}: {match_:?}");
        assert_eq!(match_.access(ty(name), &[]), Access::Unknown, "{url}");
    }
    // What no file knows of this API, or does not say.
    for (name, method, url) in [
        ("gmail", "GET", "https://gmail.googleapis.com/gmail/v9/other"),
        ("github", "GET", "https://api.github.com/zen"),
        ("outlook", "POST", "https://graph.microsoft.com/v1.0/subscriptions"),
        ("github", "POST", "https://api.github.com/graphql"),
    ] {
        let match_ = look_up(name, method, url);
        assert_eq!(match_.access(ty(name), &[]), Access::Unknown, "{url}: {match_:?}");
        assert!(match_.may_use(ty(name), "anything"), "{url}");
    }
}

#[test]
fn arguments_decide_what_is_needed() {
    let slack = |types: Option<&'static str>| {
        let arguments = [Argument { name: "types", value: types }];
        look_up_with("slack", "https://slack.com/api/conversations.list", &arguments)
    };
    let missing = |found: &Match, scopes: &[&str]| match found.access(ty("slack"), scopes) {
        Access::Missing(missing) => missing.suggestions.first().cloned().unwrap_or_default(),
        Access::Granted => Vec::new(),
        other => panic!("{other:?}"),
    };
    let both = slack(Some("public_channel,private_channel"));
    assert_eq!(missing(&both, &["channels:read"]), ["groups:read"]);
    assert_eq!(missing(&both, &["channels:read", "groups:read"]), [""; 0]);
    assert_eq!(missing(&slack(Some("im")), &["channels:read"]), ["im:read"]);
    assert_eq!(missing(&slack(None), &["im:read"]), [""; 0]);
    let tiktok =
        look_up("tiktok", "GET", "https://open.tiktokapis.com/v2/user/info/?fields=open_id,likes_count");
    assert_eq!(found(&tiktok).scopes_any, [["user.info.basic", "user.info.stats"]]);
    let unknown = look_up("tiktok", "GET", "https://open.tiktokapis.com/v2/user/info/?$");
    assert_eq!(found(&unknown).scopes_any, [["user.info.basic"]]);
    let folder =
        look_up("googledrive", "GET", "https://www.googleapis.com/drive/v3/files?spaces=appDataFolder");
    let access = folder.access(ty("googledrive"), &["https://www.googleapis.com/auth/drive.file"]);
    assert!(matches!(access, Access::Missing(_)), "{access:?}");
}

#[test]
fn a_graphql_document_is_judged_by_its_fields() {
    let access = |document: &str, scopes: &[&str]| {
        let parts = parts("https://api.linear.app/graphql");
        let request = Request { graphql: Some(document), ..Request::new(Some("POST"), &parts) };
        lookup(ty("linear"), &request).access(ty("linear"), scopes) == Access::Granted
    };
    assert!(access("query { issues { nodes { id } } }", &["read"]));
    assert!(!access("mutation { issueCreate(input: {}) { success } }", &["read"]));
    assert!(access("mutation { issueCreate(input: {}) { success } }", &["issues:create"]));
    assert!(!access("mutation { issueCreate { id } commentCreate { id } }", &["issues:create"]));
    assert!(access(
        "mutation { issueCreate { id } commentCreate { id } }",
        &["issues:create", "comments:create"]
    ));
    assert!(!access("mutation { projectDelete { id } }", &["issues:create"]));
}

#[test]
fn an_operation_of_a_client_is_found_by_its_name() {
    for (name, operation, path) in [
        ("googlecalendar", "calendar.events.insert", "/calendar/v3/calendars/{calendarId}/events"),
        ("slack", "chat.postMessage", "/api/chat.postMessage"),
        ("github", "issues.createComment", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
        ("github", "octokit.rest.issues.create", "/repos/{owner}/{repo}/issues"),
        ("github", "issues/create", "/repos/{owner}/{repo}/issues"),
        ("dropbox", "filesListFolder", "/2/files/list_folder"),
    ] {
        let match_ = lookup(ty(name), &Request::operation(operation));
        assert_eq!(found(&match_).path, path, "{operation}");
    }
    let github = lookup(ty("github"), &Request::operation("issues.create"));
    assert!(matches!(github.access(ty("github"), &["read:user"]), Access::Missing(_)), "{github:?}");
    assert_eq!(github.access(ty("github"), &["repo"]), Access::Granted);
    let drive = lookup(ty("gmail"), &Request::operation("drive.files.list"));
    assert!(matches!(&drive, Match::WrongProduct(wrong) if wrong.types == ["googledrive"]), "{drive:?}");
    assert_eq!(lookup(ty("gmail"), &Request::operation("no.such")), Match::Unlisted);
}

#[test]
fn what_takes_another_token_is_said_whatever_the_scopes() {
    let guild = look_up("discord", "GET", "https://discord.com/api/v10/guilds/$/members");
    assert_eq!(guild.access(ty("discord"), &["guilds", "identify"]), Access::OtherToken("a bot token"));
    let search = look_up("slackbot", "GET", "https://slack.com/api/search.messages?query=$");
    assert_eq!(search.access(ty("slackbot"), &["chat:write"]), Access::OtherToken("a user's token"));
}
