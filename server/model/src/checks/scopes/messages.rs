//! The words about a scope that is not as it should be.

use connector_boundary::text::printable;
use connector_catalogue::{ConnectorType, Elsewhere, Mismatch, Provider, Resolution, Scope, Suggestion};

/// So many types are named; of more only the number is told.
const MAX_NAMED: usize = 3;

/// What is to be said of a scope that is not among its type's own.
pub(super) fn unknown(ty: &ConnectorType, name: &str, resolution: &Resolution) -> String {
    let shown = printable(name, 100);
    let service = ty.display_name;
    match resolution {
        Resolution::Misspelt { suggestions, plausible: true } => format!(
            "`{shown}` is not among the known scopes of {service}. There may be more than those; or did you mean {}?",
            listed(suggestions)
        ),
        Resolution::Misspelt { suggestions, .. } => misspelt(ty, name, suggestions),
        Resolution::Description(suggestions) => {
            let meant = match suggestions.is_empty() {
                true => format!("Its scopes: {}", ty.scope_docs),
                false => format!("Did you mean {}?", listed(suggestions)),
            };
            format!("`{shown}` says what is wanted, and is no scope of {service}: a scope is a name. {meant}")
        }
        Resolution::KnownElsewhere(elsewhere) => known_elsewhere(ty, name, elsewhere),
        Resolution::Unknown { complete: true } => {
            format!("{service} has no scope `{shown}`. Its scopes: {}", ty.scope_docs)
        }
        _ => format!(
            "`{shown}` is not among the known scopes of {service}. There may be more than those: compare it with {}",
            ty.scope_docs
        ),
    }
}

fn misspelt(ty: &ConnectorType, name: &str, suggestions: &[Suggestion]) -> String {
    let shown = printable(name, 100);
    let service = ty.display_name;
    let Some(first) = suggestions.first() else {
        return format!("{service} has no scope `{shown}`.");
    };
    let meant = listed(suggestions);
    let why = match first.mismatch {
        Mismatch::Surrounded if name.trim() != name => " A scope has no blanks around it.",
        Mismatch::Surrounded => " Nothing belongs around its name.",
        Mismatch::Case => " Upper and lower case count.",
        Mismatch::Address if ty.provider == Provider::Google => address(name, &first.name),
        _ => "",
    };
    let known = if ty.complete { "" } else { "known " };
    format!("{service} has no {known}scope `{shown}`.{why} Did you mean {meant}?")
}

/// Names, as in a sentence: `a`, `b` or `c`.
fn listed(suggestions: &[Suggestion]) -> String {
    match suggestions {
        [] => String::new(),
        [only] => format!("`{}`", only.name),
        [others @ .., last] => {
            let others: Vec<String> = others.iter().map(|one| format!("`{}`", one.name)).collect();
            format!("{} or `{}`", others.join(", "), last.name)
        }
    }
}

/// How Google writes an address that is not quite its own.
fn address(written: &str, meant: &str) -> &'static str {
    match (written.ends_with('/'), meant.ends_with('/')) {
        _ if written.starts_with("http://") => " Google writes it with https.",
        _ if !written.starts_with("https://") => " Google writes its scopes as whole addresses.",
        (true, false) => " Google writes it without a slash at the end.",
        (false, true) => " Google writes it with a slash at the end.",
        _ => " Google writes the address differently.",
    }
}

fn known_elsewhere(ty: &ConnectorType, name: &str, elsewhere: &Elsewhere) -> String {
    let shown = printable(name, 100);
    let service = ty.display_name;
    if !elsewhere.granted {
        return format!("`{shown}` is a scope of {}, not of {service}.", owner(name, elsewhere));
    }
    let provider = ty.provider.display_name().unwrap_or("The provider");
    format!(
        "`{shown}` is a scope of {}. {provider} grants it to {service} connectors too.",
        owner(name, elsewhere)
    )
}

/// Who has a scope: the type that it is named after, else all that have it, else the provider.
fn owner(name: &str, elsewhere: &Elsewhere) -> String {
    let shown = |ty: &ConnectorType| format!("{} (`{}`)", ty.display_name, ty.name);
    let product =
        |ty: &ConnectorType| ty.name.trim_start_matches("google").trim_start_matches('_').to_owned();
    let namesake = |ty: &&&ConnectorType| name.to_ascii_lowercase().contains(&product(ty));
    if let Some(ty) = elsewhere.types.iter().find(namesake) {
        return shown(ty);
    }
    let named: Vec<String> = elsewhere.types.iter().take(MAX_NAMED).map(|ty| shown(ty)).collect();
    let more = elsewhere.types.len().saturating_sub(MAX_NAMED);
    match (named.as_slice(), more) {
        ([], _) => elsewhere.service.unwrap_or("another service").to_owned(),
        ([only], _) => only.clone(),
        ([first, last], 0) => format!("{first} and {last}"),
        ([first, middle, last], 0) => format!("{first}, {middle} and {last}"),
        (some, more) => format!("{} and {more} more", some.join(", ")),
    }
}

/// What is to be said of a scope that the provider has retired.
pub(super) fn deprecated(ty: &ConnectorType, name: &str, scope: &Scope) -> String {
    let shown = printable(name, 100);
    let service = ty.display_name;
    let is_granted = |name: &&&str| ty.find_scope(name).is_some_and(|scope| !scope.deprecated);
    let narrower: Vec<String> =
        scope.covers.iter().filter(is_granted).map(|one| format!("`{one}`")).collect();
    match (scope.replaced_by, narrower.is_empty()) {
        (Some(successor), _) => format!("{service} has retired `{shown}`. Use `{successor}`."),
        (None, false) => format!(
            "{service} splits `{shown}` into narrower scopes. Use what the app needs of {}.",
            narrower.join(", ")
        ),
        (None, true) => format!("{service} has retired `{shown}`, and nothing takes its place."),
    }
}

/// What is to be said of a scope that is not granted without further ado.
pub(super) fn restricted(ty: &ConnectorType, name: &str) -> String {
    let shown = printable(name, 100);
    match ty.provider {
        Provider::Google => format!(
            "Google restricts `{shown}`: it warns people off, and only lets a few connect, until the app has passed its \
             review and a security assessment. Ask for a narrower scope if one will do."
        ),
        Provider::Microsoft => format!(
            "Microsoft grants `{shown}` only once an administrator of the organization has consented to it for the app."
        ),
        Provider::Facebook | Provider::Meta => format!(
            "Meta grants `{shown}` to people outside of the app's own team only once the app has passed its review."
        ),
        _ => format!(
            "{} grants `{shown}` only after a review of the app, or with an administrator's consent.",
            ty.display_name
        ),
    }
}
