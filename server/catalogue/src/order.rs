//! The one order that scopes are offered in, least power first, and what they are called in a list.

use crate::{ConnectorType, Scope, Sensitivity, split_words};

/// How much a scope lets an app do, as far as its name and its provider's class tell. Lists are in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// Most apps of this type ask for it, or for one of its neighbours here.
    Usual,
    /// Looks and changes nothing.
    Reading,
    /// Makes, changes or sends something.
    Writing,
    /// Manages users, settings or rights, or removes for good.
    Administering,
    /// The provider grants it only after a review, or an administrator has to agree.
    Restricted,
    /// Retired by the provider.
    Deprecated,
}

/// What most apps of a type ask for, the least power first. Which they are comes from the connector files of public
/// apps and from the first steps of the providers' own guides.
const USUAL: &[(&str, &[&str])] = &[
    ("airtable", &["data.records:read", "data.records:write", "schema.bases:read"]),
    ("discord", &["identify", "email", "guilds"]),
    ("dropbox", &["files.metadata.read", "files.content.read", "files.content.write"]),
    ("github", &["read:user", "public_repo", "repo"]),
    ("gitlab", &["read_user", "read_api", "read_repository", "api"]),
    ("gmail", &["/gmail.send", "/gmail.readonly", "/gmail.compose", "/gmail.modify"]),
    ("google_analytics", &["/analytics.readonly"]),
    ("google_contacts", &["/contacts.readonly", "/contacts"]),
    ("google_search_console", &["/webmasters.readonly", "/webmasters"]),
    ("googlebigquery", &["/bigquery.readonly", "/bigquery"]),
    ("googlecalendar", &["/calendar.readonly", "/calendar.events", "/calendar"]),
    ("googledocs", &["/documents.readonly", "/documents", "/drive.file"]),
    ("googledrive", &["/drive.file", "/drive.readonly", "/drive"]),
    ("googleforms", &["/forms.responses.readonly", "/forms.body.readonly", "/forms.body"]),
    ("googlesheets", &["/spreadsheets.readonly", "/spreadsheets", "/drive.file"]),
    ("googleslides", &["/presentations.readonly", "/presentations", "/drive.file"]),
    ("googletasks", &["/tasks.readonly", "/tasks"]),
    (
        "hubspot",
        &[
            "crm.objects.contacts.read",
            "crm.objects.companies.read",
            "crm.objects.deals.read",
            "crm.objects.contacts.write",
            "crm.objects.companies.write",
            "crm.objects.deals.write",
        ],
    ),
    ("linear", &["read", "write"]),
    ("linkedin", &["openid", "profile", "email", "w_member_social"]),
    ("microsoft_teams", &["User.Read", "Chat.Read", "Team.ReadBasic.All", "ChannelMessage.Send"]),
    ("one_drive", &["Files.Read", "Files.ReadWrite"]),
    ("outlook", &["Mail.Read", "Mail.Send", "Calendars.Read", "Calendars.ReadWrite"]),
    ("salesforce", &["api", "refresh_token"]),
    ("share_point", &["Sites.Read.All", "Files.Read.All", "Sites.ReadWrite.All"]),
    ("slack", &["channels:read", "users:read", "chat:write", "channels:history"]),
    ("slackbot", &["channels:read", "users:read", "chat:write", "channels:history"]),
    ("tiktok", &["user.info.basic", "video.list", "video.upload"]),
    ("typeform", &["forms:read", "responses:read", "forms:write"]),
];

/// Where Google's scopes begin; the table and labels leave it out.
const GOOGLE: &str = "https://www.googleapis.com/auth/";

impl ConnectorType {
    /// Its scopes as every list offers them: the usual ones, then reading, writing, administering, restricted, retired.
    pub fn scopes_by_power(&self) -> Vec<&'static Scope> {
        let mut scopes: Vec<&'static Scope> = self.scopes.iter().collect();
        scopes.sort_by_cached_key(|scope| self.rank(scope));
        scopes
    }

    /// Where a scope stands in [`Self::scopes_by_power`], to be compared with those of the same type.
    pub fn rank(&self, scope: &Scope) -> (Power, usize, &'static str) {
        // Who somebody is, nearly no app of a service is made for.
        let is_identity = IDENTITY.contains(&label(scope.name));
        let power = self.power(scope);
        let position = match power {
            // What they have in common is the review: among them, too, the least powerful stands first.
            Power::Restricted => meaning(scope) as usize * self.scopes.len() + scope.covers.len(),
            _ => self.usual(scope.name).unwrap_or(usize::from(is_identity)),
        };
        (power, position, scope.name)
    }

    /// How much a scope lets an app do.
    pub fn power(&self, scope: &Scope) -> Power {
        if scope.deprecated {
            return Power::Deprecated;
        }
        if self.usual(scope.name).is_some() {
            return Power::Usual;
        }
        if scope.sensitivity == Some(Sensitivity::Restricted) {
            return Power::Restricted;
        }
        meaning(scope)
    }

    /// The scopes that say any of the words in their name or summary, those that say the most of them first, and among
    /// equals the least powerful; all of them where there are no words.
    pub fn scopes_by_words(&self, words: &[String]) -> Vec<&Scope> {
        let hits = |scope: &Scope| {
            let said: Vec<String> =
                split_words(scope.name).into_iter().chain(split_words(scope.summary)).collect();
            words.iter().filter(|word| said.contains(word)).count()
        };
        let current = self.scopes.iter().filter(|scope| !scope.deprecated);
        let mut found: Vec<(usize, &Scope)> = current
            .map(|scope| (hits(scope), scope))
            .filter(|(hits, _)| words.is_empty() || *hits > 0)
            .collect();
        found.sort_by_key(|(hits, scope)| (usize::MAX - hits, self.power(scope), scope.covers.len()));
        found.into_iter().map(|(_, scope)| scope).collect()
    }

    fn usual(&self, name: &str) -> Option<usize> {
        let (_, usual) = USUAL.iter().find(|(ty, _)| *ty == self.name)?;
        usual.iter().position(|short| match short.strip_prefix('/') {
            Some(short) => name.strip_prefix(GOOGLE) == Some(short),
            None => name == *short,
        })
    }
}

/// Whether a scope looks, changes or manages, as far as its name and summary tell.
fn meaning(scope: &Scope) -> Power {
    let words = split_words(scope.name);
    let says = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    // What a scope is called counts before what its summary says: summaries speak of much besides.
    if says(&["admin", "administer", "manage", "owner", "delete", "full", "sudo", "audit", "security"]) {
        Power::Administering
    } else if says(&["write", "readwrite", "send", "create", "edit", "modify", "update", "upload", "publish"])
    {
        Power::Writing
    } else if says(&["read", "readonly", "view", "list", "search", "history", "metadata", "identify"])
        || IDENTITY.contains(&label(scope.name))
    {
        Power::Reading
    } else if scope.summary.starts_with("Read") || scope.summary.starts_with("See") {
        // `Read and write` writes.
        match scope
            .summary
            .split_once(" and ")
            .is_some_and(|(_, rest)| WRITES.iter().any(|verb| rest.starts_with(verb)))
            || WRITES.iter().any(|verb| scope.summary.contains(&format!(", {verb}")))
        {
            true => Power::Writing,
            false => Power::Reading,
        }
    } else {
        Power::Writing
    }
}

/// Scopes that say who somebody is, and nothing else.
const IDENTITY: [&str; 5] = ["openid", "email", "profile", "userinfo.email", "userinfo.profile"];

/// Verbs of summaries that change something.
const WRITES: [&str; 8] = ["write", "edit", "change", "create", "send", "manage", "update", "delete"];

/// What a scope is called in a list of one type's: `gmail.send` without the address that all of them begin with.
pub fn label(name: &str) -> &str {
    match name.rsplit_once("/auth/") {
        Some((_, short)) if !short.is_empty() => short,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    #[test]
    fn every_usual_scope_is_one_of_its_type() {
        for (name, usual) in USUAL {
            let ty = Catalogue::get().find(name).unwrap_or_else(|| panic!("{name}"));
            let found: Vec<&str> =
                ty.scopes_by_power().iter().take(usual.len()).map(|scope| scope.name).collect();
            for (scope, short) in found.iter().zip(*usual) {
                assert!(scope.ends_with(short), "{name}: {short} is {scope}");
            }
        }
    }

    #[test]
    fn the_order_is_usual_reading_writing_administering_restricted() {
        for ty in Catalogue::get().types() {
            let powers: Vec<Power> = ty.scopes_by_power().iter().map(|scope| ty.power(scope)).collect();
            assert!(powers.is_sorted(), "{}: {powers:?}", ty.name);
            assert_eq!(powers.len(), ty.scopes.len());
        }
    }

    #[test]
    fn among_the_restricted_the_least_powerful_stands_first() {
        let gmail = Catalogue::get().find("gmail").unwrap().scopes_by_power();
        let at = |name: &str| gmail.iter().position(|scope| scope.name.ends_with(name)).unwrap();
        assert!(at("/gmail.metadata") < at("/gmail.insert") && at("/gmail.insert") < at("mail.google.com/"));
    }

    #[test]
    fn power_is_told_by_name_class_and_summary() {
        let power = |ty: &str, scope: &str| {
            let ty = Catalogue::get().find(ty).unwrap();
            ty.power(ty.find_scope(scope).unwrap())
        };
        assert_eq!(power("github", "admin:enterprise"), Power::Administering);
        assert_eq!(power("github", "read:org"), Power::Reading);
        assert_eq!(power("gmail", "https://mail.google.com/"), Power::Restricted);
        assert_eq!(power("gmail", "https://www.googleapis.com/auth/gmail.readonly"), Power::Usual);
        assert_eq!(power("slack", "emoji:read"), Power::Reading);
        assert_eq!(power("slack", "files:write"), Power::Writing);
    }

    #[test]
    fn a_label_is_the_part_that_tells_scopes_apart() {
        assert_eq!(label("https://www.googleapis.com/auth/gmail.send"), "gmail.send");
        assert_eq!(label("https://mail.google.com/"), "https://mail.google.com/");
        assert_eq!(label("chat:write"), "chat:write");
    }
}
