//! When it may be said that no call needs a scope.

use super::access::needed_by_webhooks;
use super::facts::{FILES, matches_pattern, of_type};
use super::types::Match;
use crate::resolve::find;
use crate::{CombinationKind, ConnectorType};

/// Scopes that sign a person in, name the account or keep a token fresh: nobody calls for them.
const IDENTITY: &[&str] = &[
    "openid",
    "email",
    "profile",
    "address",
    "phone",
    "offline",
    "offline_access",
    "refresh_token",
    "oauth",
    "public_profile",
    "identify",
    "User.Read",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
    "https://www.googleapis.com/auth/userinfo",
];

/// Whether a scope only signs a person in, names the account or keeps a token fresh.
pub fn is_identity(ty: &'static ConnectorType, scope: &str) -> bool {
    if IDENTITY.contains(&scope) {
        return true;
    }
    // A key may take a look into the provider's list, and this is asked for many scopes at each edit of code.
    let keys = ty.identity_keys.get_or_init(|| IDENTITY.iter().map(|one| ty.scope_key(one)).collect());
    keys.contains(&ty.scope_key(scope))
}

/// Whether the facts about a type's API are complete and good enough to say of a scope that no call needs it.
pub fn knows_all_calls(ty: &ConnectorType) -> bool {
    let mut own = FILES.iter().filter(|file| file.types.contains(&ty.name)).peekable();
    own.peek().is_some() && own.all(|file| file.complete && file.confidence.may_warn())
}

/// Whether it may be said of a scope that none of these requests needs it. They have to be all that the app makes
/// with tokens of this type.
///
/// `events`: whether something of this type calls the app, such as an automation or a webhook. What that needs is seen
/// in no call.
pub fn is_unused(ty: &'static ConnectorType, scope: &str, requests: &[&Match], events: bool) -> bool {
    let may_use = |scope: &str| requests.iter().any(|request| request.may_use(ty, scope));
    if events || !is_judged(ty, scope) || may_use(scope) {
        return false;
    }
    // One that the provider wants beside another goes with that one.
    let mut beside = ty.combinations.iter().filter(|combination| {
        combination.kind == CombinationKind::Needs
            && combination.with.iter().any(|with| ty.is_same_scope(with, scope))
    });
    !beside.any(|combination| combination.scopes.iter().any(|one| may_use(one)))
}

/// Whether what a scope is for shows in the requests that are made: it is known, the facts about the API are complete,
/// and it is for nothing else.
pub(super) fn is_judged(ty: &'static ConnectorType, scope: &str) -> bool {
    // What is not in the schema, or stands for others, is not known well enough.
    if !knows_all_calls(ty) || is_identity(ty, scope) || find(ty, scope).is_none() {
        return false;
    }
    let mut files = FILES.iter().filter(|file| file.is_open_to(ty));
    !files.any(|file| {
        let never = of_type(file.never_named, ty).iter().chain(of_type(file.beyond_calls, ty));
        never.into_iter().any(|pattern| matches_pattern(pattern, scope) || ty.is_same_scope(pattern, scope))
    })
}

/// Whether webhooks of a type may need a scope for what they report.
pub fn may_be_for_webhooks(ty: &'static ConnectorType, scope: &str) -> bool {
    needed_by_webhooks(ty).any(|pattern| matches_pattern(pattern, scope))
}
