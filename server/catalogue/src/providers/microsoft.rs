//! Microsoft: a permission has a short name, and a long form after its service's address.

use std::borrow::Cow;

use super::{Habits, OwnList};
use crate::{ConnectorType, GRAPH, GraphPermission, Scope, Sensitivity, search};

/// The address of Microsoft Graph, which a short name stands for.
const GRAPH_ADDRESS: &str = "https://graph.microsoft.com/";
/// Asks for all that the app was granted before.
const DEFAULT: &str = ".default";
/// The address of Exchange, under the first of its two names.
const EXCHANGE_ADDRESS: &str = "https://outlook.office.com/";

/// Where Microsoft Graph is in the clouds of its own that some countries have.
const NATIONAL_CLOUDS: &[&str] = &[
    "https://graph.microsoft.us/",
    "https://dod-graph.microsoft.us/",
    "https://graph.microsoft.de/",
    "https://microsoftgraph.chinacloudapi.cn/",
];

/// What begins a Microsoft scope's long form, and the service it names. The ids are those of the services' own apps.
const SERVICES: &[(&str, Service)] = &[
    (GRAPH_ADDRESS, Service::Graph),
    ("00000003-0000-0000-c000-000000000000/", Service::Graph),
    (EXCHANGE_ADDRESS, Service::Exchange),
    ("https://outlook.office365.com/", Service::Exchange),
    ("00000002-0000-0ff1-ce00-000000000000/", Service::Exchange),
];

pub(super) struct Microsoft;

impl Habits for Microsoft {
    fn display_name(&self) -> Option<&'static str> {
        Some("Microsoft")
    }

    fn grants_across_types(&self) -> bool {
        true
    }

    fn has_spellings(&self) -> bool {
        true
    }

    fn ignores_case(&self) -> bool {
        true
    }

    fn knows_all_written_like(&self, _ty: &ConnectorType, name: &str) -> bool {
        // Of Microsoft Graph there is a list.
        MicrosoftScope::parse(name).service == Service::Graph
    }

    fn has_addresses(&self) -> bool {
        true
    }

    fn spelling_key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        let scope = MicrosoftScope::parse(name);
        let permission = scope.permission.to_ascii_lowercase();
        match scope.service {
            Service::Graph => permission.into(),
            Service::Exchange => format!("{EXCHANGE_ADDRESS}{permission}").into(),
            Service::Other => name.to_ascii_lowercase().into(),
        }
    }

    fn find_respelled(&self, ty: &'static ConnectorType, name: &str) -> Option<&'static Scope> {
        let scope = MicrosoftScope::parse(name);
        let exchange = scope.service == Service::Exchange && ty.name == "outlook";
        let own = scope.service == Service::Graph || exchange;
        own.then(|| ty.find_scope_ignoring_case(scope.permission)).flatten()
    }

    fn in_own_list(&self, ty: &ConnectorType, name: &str) -> Option<OwnList> {
        let scope = MicrosoftScope::parse(name);
        let permission = graph_permission(scope.permission);
        let guarded = permission.filter(|one| one.admin_consent).map(|_| Sensitivity::Restricted);
        match scope.service {
            Service::Graph if scope.is_default() => Some(OwnList::Pattern),
            Service::Graph if permission.is_some() => Some(OwnList::Listed("Microsoft Graph", guarded)),
            Service::Exchange if scope.is_default() && ty.name == "outlook" => Some(OwnList::Pattern),
            Service::Exchange if scope.is_default() || permission.is_some() => {
                Some(OwnList::Listed("Exchange Online", guarded))
            }
            _ => None,
        }
    }

    fn own_list(&self) -> Box<dyn Iterator<Item = &'static str>> {
        Box::new(GRAPH.iter().map(|permission| permission.name).chain([DEFAULT]))
    }

    fn is_of_unlisted_service(&self, name: &str) -> bool {
        MicrosoftScope::parse(name).service == Service::Other && !is_misspelt_address(name)
    }

    fn may_open_anything(&self, name: &str) -> bool {
        // `.default` is whatever the app was granted before; of other services' permissions nothing is known.
        let scope = MicrosoftScope::parse(name);
        scope.is_default() || scope.service != Service::Graph
    }

    fn is_recognizable(&self, name: &str) -> bool {
        // Others write the same words in lower case.
        name.contains("://") || graph_permission(name).is_some_and(|permission| permission.name == name)
    }

    fn trusts_pattern(&self) -> bool {
        false
    }

    fn in_form_of(&self, name: &'static str, written: &str) -> Cow<'static, str> {
        let written = MicrosoftScope::parse(written);
        match written.service {
            Service::Other => format!("{GRAPH_ADDRESS}{name}").into(),
            _ if written.address.is_empty() => name.into(),
            _ => format!("{}{name}", written.address).into(),
        }
    }

    fn filler_words(&self) -> &'static [&'static str] {
        &["all"]
    }

    fn address_words(&self) -> &'static [&'static str] {
        &[
            "https",
            "http",
            "www",
            "graph",
            "outlook",
            "office",
            "office365",
            "microsoft",
            "com",
            "api",
            "v1",
            "0",
            "beta",
        ]
    }
}

/// A Microsoft service that has scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    /// Microsoft Graph.
    Graph,
    /// Exchange Online, whose addresses are Outlook's.
    Exchange,
    /// Another one, by its address or id.
    Other,
}

/// A Microsoft scope, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MicrosoftScope<'a> {
    /// The service that has the permission.
    service: Service,
    /// What stands before the permission, as written; empty in the short form.
    address: &'a str,
    /// The permission's short name, or `.default`.
    permission: &'a str,
}

impl<'a> MicrosoftScope<'a> {
    /// Takes a scope apart; a name without an address is one of Microsoft Graph.
    fn parse(name: &'a str) -> Self {
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
    fn is_default(&self) -> bool {
        self.permission.eq_ignore_ascii_case(DEFAULT)
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

/// Whether a long form names no service, but nearly names Microsoft Graph or Exchange.
fn is_misspelt_address(written: &str) -> bool {
    let scope = MicrosoftScope::parse(written);
    let address = scope.address.to_ascii_lowercase();
    if NATIONAL_CLOUDS.iter().any(|cloud| address.starts_with(cloud)) {
        return false;
    }
    if graph_permission(scope.permission).is_some() && is_made_up(&address) {
        return true;
    }
    SERVICES
        .iter()
        .filter(|(known, _)| known.contains("://"))
        .any(|(known, _)| strsim::osa_distance(&address, known) <= 3 || address.starts_with(known))
}

/// Whether an address in lower case is one of Microsoft's, and none that names a service with permissions of its own.
fn is_made_up(address: &str) -> bool {
    let Some(host) = address.split_once("://").and_then(|(_, rest)| rest.split(['/', ':']).next()) else {
        return false;
    };
    // `https://Mail.Read` has no host at all.
    if host.is_empty() {
        return true;
    }
    let host_words: Vec<&str> = host.split('.').collect();
    // The Graph that was there before, and others that people make up, have no permission of such a name.
    if host_words.contains(&"graph") {
        return true;
    }
    let name_of = |domain: &str| host.strip_suffix(domain).map(|rest| rest.trim_end_matches('.'));
    // Where people sign in, and where the documentation is, no service is.
    if host_words.first().is_some_and(|first| PAGES.contains(first)) {
        return true;
    }
    // Nor is it with another provider, or behind a path of the words for signing in alone.
    let mut path = address.split('/').skip(3).filter(|part| !part.is_empty()).peekable();
    if ["googleapis.com", "google.com"].into_iter().any(|other| name_of(other).is_some())
        || (path.peek().is_some() && path.all(|part| GENERAL_HOSTS.contains(&part)))
    {
        return true;
    }
    let names = DOMAINS.iter().copied().find_map(name_of);
    names.is_some_and(|name| GENERAL_HOSTS.contains(&name))
}

/// What the hosts begin with where people sign in, and where they read.
const PAGES: &[&str] = &["login", "learn", "docs", "developer", "developers", "dev"];

/// The domains of Microsoft, and of what people call its services; a tenant's own stands before `sharepoint.com`.
const DOMAINS: &[&str] = &[
    "microsoft.com",
    "office.com",
    "live.com",
    "windows.net",
    "onedrive.com",
    "sharepoint.com",
    "outlook.com",
    "teams.com",
    "microsoftteams.com",
    "office365.com",
];

/// What stands before the domains of Microsoft where no service is named.
const GENERAL_HOSTS: &[&str] = &[
    "", "www", "api", "apis", "auth", "oauth", "oauth2", "accounts", "account", "login", "onedrive",
    "portal", "scopes",
];

/// The permission of Microsoft Graph of this short name.
fn graph_permission(name: &str) -> Option<&'static GraphPermission> {
    search(GRAPH, name, |permission| permission.name).and_then(|index| GRAPH.get(index))
}
