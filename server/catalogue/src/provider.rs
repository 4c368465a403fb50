//! How each provider reads a scope's name: which spellings are one scope, and whose scopes it grants.

use std::borrow::Cow;

use crate::{ConnectorType, GOOGLE, GRAPH, GraphPermission, search};

/// The address of Microsoft Graph, which a short name stands for.
const GRAPH_ADDRESS: &str = "https://graph.microsoft.com/";
/// The address of Exchange, under the first of its two names.
const EXCHANGE_ADDRESS: &str = "https://outlook.office.com/";

/// What begins a Microsoft scope's long form, and the service it names. The ids are those of the services' own apps.
const SERVICES: &[(&str, Service)] = &[
    (GRAPH_ADDRESS, Service::Graph),
    ("00000003-0000-0000-c000-000000000000/", Service::Graph),
    (EXCHANGE_ADDRESS, Service::Exchange),
    ("https://outlook.office365.com/", Service::Exchange),
    ("00000002-0000-0ff1-ce00-000000000000/", Service::Exchange),
];

/// The short names by which OpenID Connect knows what Google also grants by address.
const GOOGLE_IDENTITY: &[(&str, &str)] = &[
    ("https://www.googleapis.com/auth/userinfo.email", "email"),
    ("https://www.googleapis.com/auth/userinfo.profile", "profile"),
];

/// A Microsoft service that has scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// Microsoft Graph.
    Graph,
    /// Exchange Online, whose addresses are Outlook's.
    Exchange,
    /// Another one, by its address or id.
    Other,
}

/// A Microsoft scope, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MicrosoftScope<'a> {
    /// The service that has the permission.
    pub service: Service,
    /// What stands before the permission, as written; empty in the short form.
    pub address: &'a str,
    /// The permission's short name, or `.default`.
    pub permission: &'a str,
}

impl<'a> MicrosoftScope<'a> {
    /// Takes a scope apart; a name without an address is one of Microsoft Graph.
    pub fn parse(name: &'a str) -> Self {
        for (address, service) in SERVICES {
            if let Some((written, permission)) = name.split_at_checked(address.len())
                && written.eq_ignore_ascii_case(address)
            {
                return Self { service: *service, address: written, permission };
            }
        }
        match name.rfind('/') {
            Some(slash) if is_service_address(name) => {
                let (address, permission) = name.split_at(slash + 1);
                Self { service: Service::Other, address, permission }
            }
            _ => Self { service: Service::Graph, address: "", permission: name },
        }
    }

    /// Whether it asks for all that the app was granted before.
    pub fn is_default(&self) -> bool {
        self.permission.eq_ignore_ascii_case(".default")
    }
}

/// Whether a name begins as the address or id of a service does.
fn is_service_address(name: &str) -> bool {
    let address = name.split_once("://").is_some_and(|(scheme, rest)| {
        (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("api")) && !rest.starts_with('/')
    });
    address || name.split('/').next().is_some_and(is_uuid)
}

fn is_uuid(text: &str) -> bool {
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths = [8, 4, 4, 4, 12];
    text.split('-').map(str::len).eq(lengths) && text.split('-').all(digits)
}

/// Whether a provider grants every scope it has to a connector of any of its types.
///
/// Slack does not: what a person's token can have, a bot's may not. Others have one type only.
pub(crate) fn grants_across_types(provider: &str) -> bool {
    matches!(provider, "google" | "microsoft" | "facebook")
}

/// Whether a provider reads several spellings of one scope.
pub(crate) fn has_spellings(provider: &str) -> bool {
    matches!(provider, "google" | "microsoft")
}

/// Whether a provider compares names without regard to case.
pub(crate) fn ignores_case(provider: &str) -> bool {
    provider == "microsoft"
}

/// The permission of Microsoft Graph of this short name.
pub(crate) fn graph_permission(name: &str) -> Option<&'static GraphPermission> {
    search(GRAPH, name, |permission| permission.name).and_then(|place| GRAPH.get(place))
}

/// Google's own spelling of a scope that some API of it has.
pub(crate) fn google_scope(name: &str) -> Option<&'static str> {
    let found = |name: &str| {
        let place = search(GOOGLE, name, |name| name)?;
        GOOGLE.get(place).copied().filter(|found| *found == name)
    };
    // The two oldest are written with and without a slash at the end.
    found(name).or_else(|| name.strip_suffix("/feeds/").and_then(|_| found(name.trim_end_matches('/'))))
}

/// A spelling that is the same for all spellings of one scope, and for no other scope.
pub(crate) fn spelling_key<'a>(ty: &ConnectorType, name: &'a str) -> Cow<'a, str> {
    match ty.provider {
        "microsoft" => {
            let scope = MicrosoftScope::parse(name);
            let permission = scope.permission.to_ascii_lowercase();
            match scope.service {
                Service::Graph => permission.into(),
                Service::Exchange => format!("{EXCHANGE_ADDRESS}{permission}").into(),
                Service::Other => name.to_ascii_lowercase().into(),
            }
        }
        "google" => google_scope(name).map_or(Cow::Borrowed(name), Cow::Borrowed),
        _ => name.into(),
    }
}

/// A name that is the same for all scopes that allow the same.
pub(crate) fn effect_key<'a>(ty: &ConnectorType, name: &'a str) -> Cow<'a, str> {
    let key = spelling_key(ty, name);
    if ty.provider != "google" {
        return key;
    }
    match GOOGLE_IDENTITY.iter().find(|(address, _)| *address == key) {
        Some((_, short)) => Cow::Borrowed(short),
        None => key,
    }
}

/// A name with the part before it that another written one has: `Mail.Send` after a Microsoft long form is one too.
pub fn in_form_of(ty: &ConnectorType, name: &'static str, written: &str) -> Cow<'static, str> {
    if ty.provider != "microsoft" {
        return name.into();
    }
    match MicrosoftScope::parse(written).address {
        "" => name.into(),
        address => format!("{address}{name}").into(),
    }
}
