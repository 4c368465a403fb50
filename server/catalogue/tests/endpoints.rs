//! The facts about endpoints: every row is found by a request that is made from it, and no scope that it accepts is
//! ever said to be missing.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use connector_catalogue::endpoints::{
    Access, Argument, Endpoint, Match, Request, UrlPart, is_unused, knows_all_calls, least_scopes, lookup,
    refusal,
};
use connector_catalogue::{Catalogue, ConnectorType};
use serde_json::Value;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/endpoints")
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder().join(name)).unwrap()).unwrap()
}

/// Every file of facts, by its name.
fn files() -> Vec<(String, Value)> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".schema.json") && name != "refusals.json")
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

fn ty(name: &str) -> &'static ConnectorType {
    Catalogue::get().find(name).unwrap_or_else(|| panic!("no type {name}"))
}

/// A request for a text in which a `$` stands for what is unknown.
fn parts(url: &str) -> Vec<UrlPart<'_>> {
    let mut parts = Vec::new();
    for (place, text) in url.split('$').enumerate() {
        match text.strip_prefix("batch").or(text.strip_prefix("count")) {
            // Words of Microsoft Graph that begin with the sign.
            Some("") if place > 0 => parts.push(UrlPart::Text(&url[url.len() - text.len() - 1..])),
            _ if place > 0 => parts.extend([UrlPart::Unknown, UrlPart::Text(text)]),
            _ => parts.push(UrlPart::Text(text)),
        }
    }
    parts
}

fn look_up(name: &str, method: &str, url: &str) -> Match {
    let method = (method != "?").then_some(method);
    lookup(ty(name), &Request::new(method, &parts(url)))
}

fn look_up_with(name: &str, url: &str, arguments: &[Argument<'_>]) -> Match {
    let parts = parts(url);
    lookup(ty(name), &Request { arguments, ..Request::new(Some("POST"), &parts) })
}

fn found(found: &Match) -> &Endpoint {
    match found {
        Match::Found(found) => &found.endpoint,
        other => panic!("{other:?}"),
    }
}

/// A row's path with something in the place of each pair of braces.
fn filled(path: &str, filling: &str) -> String {
    let mut text = String::new();
    let mut rest = path;
    while let Some((head, after)) = rest.split_once('{') {
        text.push_str(head);
        text.push_str(filling);
        rest = after.split_once('}').unwrap().1;
    }
    text + rest
}

fn literals(path: &str) -> usize {
    filled(path, "").trim_end_matches('/').len()
}

#[test]
fn each_file_of_facts_is_of_the_form_that_is_described() {
    let format = jsonschema::validator_for(&read("format.schema.json")).unwrap();
    for (name, file) in files() {
        let errors: Vec<String> = format
            .iter_errors(&file)
            .take(3)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        for listed in ["types", "also_types", "may_open"] {
            for name in file[listed].as_array().into_iter().flatten() {
                let known = ty(name.as_str().unwrap());
                assert!(listed != "types" || file["provider"] == known.provider.as_str(), "{name}");
            }
        }
    }
    let refusals = read("refusals.json");
    assert!(jsonschema::validator_for(&read("refusals.schema.json")).unwrap().is_valid(&refusals));
}

/// What is asked of one row.
struct Asked<'a> {
    ty: &'static ConnectorType,
    file: &'a Value,
    row: &'a Value,
    alternatives: Vec<Vec<&'a str>>,
}

fn each_row(mut ask: impl FnMut(&Asked<'_>)) -> usize {
    let mut count = 0;
    for (_, file) in files() {
        for row in file["endpoints"].as_array().unwrap() {
            let sets =
                row["scopes_ref"].as_str().map_or(&row["scopes_any"], |name| &file["scope_sets"][name]);
            let sets = sets.as_array().unwrap().iter();
            let alternatives = sets
                .map(|set| set.as_array().unwrap().iter().map(|scope| scope.as_str().unwrap()).collect())
                .collect();
            let ty = ty(file["types"][0].as_str().unwrap());
            ask(&Asked { ty, file: &file, row, alternatives });
            count += 1;
        }
    }
    count
}

fn address(asked: &Asked<'_>, filling: &str) -> String {
    let host = asked.row["host"].as_str().or(asked.file["hosts"][0].as_str()).unwrap().replace('*', "acme");
    let prefix = asked.file["path_prefix"][0].as_str().unwrap_or_default();
    let path = asked.row["path"].as_str().unwrap();
    format!("https://{host}{}{}", filled(prefix, "23"), filled(path, filling))
}

fn method(row: &Value) -> &str {
    match row["method"].as_str().unwrap() {
        "*" => "POST",
        method => method,
    }
}

/// The document for a row that is about GraphQL.
fn document(row: &Value) -> Option<String> {
    let operation = row["operation"].as_str()?;
    let name = row["name"].as_str().unwrap_or("anything").replace('*', "x");
    Some(format!("{operation} {{ {name} {{ id }} }}"))
}

fn may_be(asked: &Asked<'_>, endpoint: &Endpoint) -> bool {
    let path = asked.row["path"].as_str().unwrap().trim_end_matches('/');
    endpoint.path == path || literals(&endpoint.path) >= literals(path)
}

#[test]
fn a_request_made_from_a_row_is_found_as_that_row_or_a_closer_one() {
    let count = each_row(|asked| {
        for filling in ["x1", "$"] {
            let (url, document) = (address(asked, filling), document(asked.row));
            let parts = parts(&url);
            let request = Request {
                graphql: document.as_deref(),
                more_arguments: true,
                ..Request::new(Some(method(asked.row)), &parts)
            };
            let found = lookup(asked.ty, &request);
            let shown = format!("{} {} {url}: {found:?}", asked.ty.name, method(asked.row));
            match &found {
                Match::Found(found) if filling == "x1" => assert!(may_be(asked, &found.endpoint), "{shown}"),
                Match::Found(found) => {
                    let all = std::iter::once(&found.endpoint).chain(&found.unlikely);
                    assert!(all.into_iter().any(|one| may_be(asked, one)), "{shown}");
                }
                Match::Unsure(endpoints) => {
                    let batch = url.contains("batch");
                    let open = filling == "$";
                    assert!(batch || open || endpoints.iter().any(|one| may_be(asked, one)), "{shown}");
                }
                _ => panic!("{shown}"),
            }
            if let Some(scope) = asked.alternatives.first().and_then(|set| set.first()) {
                let other_token = matches!(found.access(asked.ty, &[scope]), Access::OtherToken(_));
                assert!(other_token || found.may_use(asked.ty, scope), "{scope} for {shown}");
            }
            for set in &asked.alternatives {
                let access = found.access(asked.ty, set);
                let same = match &found {
                    Match::Found(found) => {
                        found.endpoint.path == asked.row["path"].as_str().unwrap().trim_end_matches('/')
                    }
                    _ => true,
                };
                assert!(!same || !matches!(access, Access::Missing(_)), "{set:?} for {shown}");
            }
        }
    });
    assert!(count > 9_000, "{count}");
}

#[test]
fn forty_endpoints_that_apps_use_most_accept_what_is_known_of_them() {
    const G: &str = "https://www.googleapis.com/auth/";
    for (name, method, url, accepted, refused) in [
        (
            "googlecalendar",
            "GET",
            "https://www.googleapis.com/calendar/v3/calendars/$/events",
            "+calendar +calendar.readonly +calendar.events +calendar.events.readonly +calendar.events.owned +calendar.app.created +calendar.events.public.readonly",
            "+calendar.freebusy +calendar.calendarlist",
        ),
        (
            "googlecalendar",
            "POST",
            "https://www.googleapis.com/calendar/v3/calendars/primary/events?conferenceDataVersion=1",
            "+calendar +calendar.events +calendar.events.owned +calendar.app.created",
            "+calendar.readonly +calendar.events.readonly",
        ),
        (
            "gmail",
            "POST",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages/send",
            "+gmail.send +gmail.compose +gmail.modify https://mail.google.com/",
            "+gmail.readonly +gmail.metadata +gmail.insert +gmail.labels",
        ),
        (
            "googledrive",
            "POST",
            "https://www.googleapis.com/upload/drive/v3/files?uploadType=multipart",
            "+drive +drive.file +drive.appdata",
            "+drive.readonly +drive.metadata",
        ),
        (
            "googledrive",
            "POST",
            "https://www.googleapis.com/drive/v3/files",
            "+drive +drive.file +drive.appdata",
            "+drive.readonly",
        ),
        (
            "googledrive",
            "GET",
            "https://www.googleapis.com/drive/v3/files/$?fields=name",
            "+drive +drive.file +drive.readonly +drive.metadata +drive.metadata.readonly",
            "+drive.install",
        ),
        (
            "googledrive",
            "GET",
            "https://www.googleapis.com/drive/v3/files/$?alt=media",
            "+drive +drive.file +drive.readonly",
            "+drive.metadata +drive.metadata.readonly",
        ),
        (
            "slack",
            "POST",
            "https://slack.com/api/chat.postMessage",
            "chat:write",
            "chat:write.public channels:read",
        ),
        (
            "slackbot",
            "POST",
            "https://slack.com/api/chat.postMessage",
            "chat:write",
            "chat:write.public channels:read",
        ),
        (
            "hubspot",
            "POST",
            "https://api.hubapi.com/crm/v3/objects/contacts",
            "crm.objects.contacts.write",
            "crm.objects.contacts.read crm.objects.deals.write",
        ),
        (
            "hubspot",
            "PATCH",
            "https://api.hubapi.com/crm/v3/objects/contacts/$",
            "crm.objects.contacts.write",
            "crm.objects.contacts.read",
        ),
        (
            "hubspot",
            "POST",
            "https://api.hubapi.com/crm/v3/objects/contacts/search",
            "crm.objects.contacts.read",
            "crm.objects.deals.read",
        ),
        (
            "hubspot",
            "GET",
            "https://api.hubapi.com/crm/v3/objects/contacts?limit=10",
            "crm.objects.contacts.read",
            "crm.objects.deals.read",
        ),
        (
            "googledrive",
            "POST",
            "https://www.googleapis.com/drive/v3/files/$/permissions",
            "+drive +drive.file",
            "+drive.readonly",
        ),
        (
            "linkedin",
            "POST",
            "https://api.linkedin.com/v2/ugcPosts",
            "w_member_social w_organization_social",
            "r_liteprofile",
        ),
        (
            "gmail",
            "GET",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages/$?format=full",
            "+gmail.readonly +gmail.modify https://mail.google.com/",
            "+gmail.metadata +gmail.send",
        ),
        (
            "gmail",
            "GET",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages/$?format=metadata",
            "+gmail.readonly +gmail.metadata",
            "+gmail.send",
        ),
        (
            "googledrive",
            "GET",
            "https://www.googleapis.com/drive/v3/files?q=$",
            "+drive +drive.file +drive.readonly +drive.metadata +drive.metadata.readonly",
            "",
        ),
        (
            "googlesheets",
            "POST",
            "https://sheets.googleapis.com/v4/spreadsheets",
            "+spreadsheets +drive +drive.file",
            "+spreadsheets.readonly +drive.readonly",
        ),
        ("linkedin", "GET", "https://api.linkedin.com/v2/userinfo", "openid", "w_member_social"),
        (
            "googlecalendar",
            "PUT",
            "https://www.googleapis.com/calendar/v3/calendars/primary/events/$",
            "+calendar +calendar.events",
            "+calendar.readonly",
        ),
        (
            "googlecalendar",
            "DELETE",
            "https://www.googleapis.com/calendar/v3/calendars/$/events/$",
            "+calendar +calendar.events",
            "+calendar.readonly",
        ),
        (
            "googlecalendar",
            "GET",
            "https://www.googleapis.com/calendar/v3/users/me/calendarList",
            "+calendar +calendar.readonly +calendar.calendarlist +calendar.calendarlist.readonly",
            "+calendar.events +calendar.events.readonly",
        ),
        (
            "gmail",
            "GET",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages?q=$",
            "+gmail.readonly +gmail.modify https://mail.google.com/",
            "+gmail.metadata +gmail.send",
        ),
        (
            "gmail",
            "GET",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages",
            "+gmail.readonly +gmail.metadata",
            "+gmail.send",
        ),
        (
            "googledocs",
            "POST",
            "https://docs.googleapis.com/v1/documents/$:batchUpdate",
            "+documents +drive +drive.file",
            "+documents.readonly",
        ),
        (
            "googlesheets",
            "PUT",
            "https://sheets.googleapis.com/v4/spreadsheets/$/values/$?valueInputOption=RAW",
            "+spreadsheets +drive +drive.file",
            "+spreadsheets.readonly",
        ),
        (
            "googlesheets",
            "POST",
            "https://sheets.googleapis.com/v4/spreadsheets/$/values/$:append?valueInputOption=RAW",
            "+spreadsheets +drive +drive.file",
            "+spreadsheets.readonly",
        ),
        (
            "googlesheets",
            "POST",
            "https://sheets.googleapis.com/v4/spreadsheets/$:batchUpdate",
            "+spreadsheets +drive +drive.file",
            "+spreadsheets.readonly",
        ),
        (
            "googletasks",
            "GET",
            "https://tasks.googleapis.com/tasks/v1/users/@me/lists",
            "+tasks +tasks.readonly",
            "",
        ),
        (
            "googletasks",
            "POST",
            "https://tasks.googleapis.com/tasks/v1/lists/$/tasks",
            "+tasks",
            "+tasks.readonly",
        ),
        (
            "google_analytics",
            "GET",
            "https://analyticsadmin.googleapis.com/v1beta/accountSummaries",
            "+analytics.readonly +analytics.edit",
            "+analytics.manage.users",
        ),
        (
            "slack",
            "GET",
            "https://slack.com/api/conversations.list",
            "channels:read",
            "groups:read im:read mpim:read",
        ),
        (
            "outlook",
            "GET",
            "https://graph.microsoft.com/v1.0/me/calendarView?startDateTime=$",
            "Calendars.Read Calendars.ReadBasic Calendars.ReadWrite https://graph.microsoft.com/Calendars.Read",
            "Mail.Read",
        ),
        (
            "googledrive",
            "PATCH",
            "https://www.googleapis.com/drive/v3/files/$",
            "+drive +drive.file +drive.metadata",
            "+drive.readonly",
        ),
        (
            "googledrive",
            "GET",
            "https://www.googleapis.com/drive/v3/files/$/export?mimeType=$",
            "+drive +drive.readonly +drive.file",
            "+drive.metadata.readonly",
        ),
        (
            "googledocs",
            "POST",
            "https://docs.googleapis.com/v1/documents",
            "+documents +drive +drive.file",
            "+documents.readonly",
        ),
        (
            "hubspot",
            "POST",
            "https://api.hubapi.com/crm/v3/objects/companies",
            "crm.objects.companies.write",
            "crm.objects.companies.read",
        ),
        (
            "hubspot",
            "POST",
            "https://api.hubapi.com/crm/v3/objects/companies/search",
            "crm.objects.companies.read",
            "crm.objects.contacts.read",
        ),
        (
            "hubspot",
            "POST",
            "https://api.hubapi.com/crm/v3/objects/deals",
            "crm.objects.deals.write",
            "crm.objects.deals.read",
        ),
        (
            "outlook",
            "POST",
            "https://graph.microsoft.com/v1.0/me/events",
            "Calendars.ReadWrite calendars.readwrite https://graph.microsoft.com/Calendars.ReadWrite",
            "Calendars.Read",
        ),
        (
            "outlook",
            "POST",
            "https://graph.microsoft.com/v1.0/me/sendMail",
            "Mail.Send https://graph.microsoft.com/Mail.Send Mail.Send.Shared",
            "Mail.ReadWrite Mail.Read",
        ),
        (
            "instagram",
            "POST",
            "https://graph.instagram.com/$/media",
            "instagram_business_basic,instagram_business_content_publish business_basic,business_content_publish",
            "instagram_business_basic",
        ),
        (
            "instagram",
            "POST",
            "https://graph.instagram.com/v23.0/$/media_publish",
            "instagram_business_basic,instagram_business_content_publish",
            "instagram_business_basic",
        ),
        (
            "instagram",
            "POST",
            "https://graph.instagram.com/v23.0/$/comments",
            "instagram_business_basic,instagram_business_manage_comments",
            "instagram_business_basic",
        ),
        (
            "googlecalendar",
            "POST",
            "https://www.googleapis.com/calendar/v3/freeBusy",
            "+calendar +calendar.readonly +calendar.freebusy +calendar.events.freebusy",
            "+calendar.events",
        ),
        (
            "gmail",
            "POST",
            "https://gmail.googleapis.com/gmail/v1/users/me/messages/$/modify",
            "+gmail.modify https://mail.google.com/",
            "+gmail.readonly +gmail.labels",
        ),
        (
            "gmail",
            "GET",
            "https://gmail.googleapis.com/gmail/v1/users/me/profile",
            "+gmail.readonly +gmail.modify +gmail.compose +gmail.metadata https://mail.google.com/",
            "+gmail.send",
        ),
        (
            "googlesheets",
            "GET",
            "https://sheets.googleapis.com/v4/spreadsheets/$/values/$",
            "+spreadsheets +spreadsheets.readonly +drive +drive.readonly +drive.file",
            "",
        ),
        (
            "google_search_console",
            "POST",
            "https://www.googleapis.com/webmasters/v3/sites/$/searchAnalytics/query",
            "+webmasters +webmasters.readonly",
            "+indexing",
        ),
        (
            "google_search_console",
            "PUT",
            "https://www.googleapis.com/webmasters/v3/sites/$/sitemaps/$",
            "+webmasters",
            "+webmasters.readonly",
        ),
        (
            "google_search_console",
            "POST",
            "https://searchconsole.googleapis.com/v1/urlInspection/index:inspect",
            "+webmasters +webmasters.readonly",
            "+indexing",
        ),
        (
            "google_analytics",
            "POST",
            "https://analyticsdata.googleapis.com/v1beta/properties/$:runReport",
            "+analytics.readonly +analytics",
            "+analytics.edit",
        ),
        (
            "google_analytics",
            "POST",
            "https://analyticsdata.googleapis.com/v1beta/$:runRealtimeReport",
            "+analytics.readonly +analytics",
            "+analytics.edit",
        ),
    ] {
        let sets = |text: &str| -> Vec<Vec<String>> {
            let full = |scope: &str| match scope.strip_prefix('+') {
                Some(short) => format!("{G}{short}"),
                None => scope.to_owned(),
            };
            text.split_whitespace().map(|set| set.split(',').map(full).collect()).collect()
        };
        let found = look_up(name, method, url);
        for (sets, granted) in [(sets(accepted), true), (sets(refused), false)] {
            for set in sets {
                let set: Vec<&str> = set.iter().map(String::as_str).collect();
                let access = found.access(ty(name), &set);
                assert_eq!(
                    access == Access::Granted,
                    granted,
                    "{method} {url} with {set:?}: {access:?} {found:?}"
                );
            }
        }
    }
}

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
