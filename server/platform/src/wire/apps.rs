//! `GET /api/apps`, and one of them: what a project can be linked to.

use connector_boundary::AppId;
use connector_boundary::secret::mask_tokens;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{object, text};

/// An app of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteApp {
    /// Its id.
    pub id: AppId,
    /// Its name for a person; its id where it has none.
    pub name: String,
    /// What its maker says of it.
    pub description: String,
}

#[derive(Deserialize)]
struct ListedApp {
    id: Box<RawValue>,
    #[serde(default)]
    name: Option<Box<RawValue>>,
    #[serde(default)]
    user_description: Option<Box<RawValue>>,
}

impl RemoteApp {
    /// What an entry says; nothing where it does not say which app.
    pub(crate) fn read(entry: &RawValue) -> Option<RemoteApp> {
        let listed: ListedApp = object(entry)?;
        let id = AppId::new(&text(Some(&listed.id))?).ok()?;
        let shown = |part: Option<&RawValue>| text(part).map(|text| mask_tokens(&text));
        Some(RemoteApp {
            name: shown(listed.name.as_deref()).unwrap_or_else(|| id.to_string()),
            description: shown(listed.user_description.as_deref()).unwrap_or_default(),
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<RemoteApp> {
        RemoteApp::read(&serde_json::from_str::<Box<RawValue>>(text).unwrap())
    }

    #[test]
    fn an_app_needs_an_id_and_nothing_else() {
        let app = read(r#"{"id": "abc", "name": "CRM", "user_description": null, "new": 1}"#).unwrap();
        assert_eq!((app.id.as_str(), app.name.as_str(), app.description.as_str()), ("abc", "CRM", ""));
        assert_eq!(read(r#"{"id": "abc", "name": 5}"#).unwrap().name, "abc");
        for odd in [r#"{"name": "CRM"}"#, r#"{"id": "../x"}"#, r#"{"id": 5}"#, "[]", "null"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
