//! The user's settings, from `initializationOptions` and the section `base44Connectors`.

use connector_model::severities::Severities;
use serde_json::Value;

/// The name of the section.
pub(crate) const SECTION: &str = "base44Connectors";

/// What the user has set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    /// Whether the workspace may use the network; said by the client at the start or by `base44/trust`.
    pub(crate) trusted: bool,
    /// Levels set per code.
    pub(crate) severity: Severities,
    /// Another platform; only from the client's start options, which no workspace can set.
    pub(crate) api_url: Option<String>,
    /// Whether the platform is asked about connectors in the background.
    pub(crate) platform_checks: bool,
    /// Whether the client wants `base44/status`.
    pub(crate) status_notifications: bool,
    /// Whether the client has a command that shows where a connector is used.
    pub(crate) shows_uses: bool,
    /// Levels and background checks as the start options have them: what holds where no setting says otherwise.
    at_start: (Severities, bool),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            trusted: true,
            severity: Severities::default(),
            api_url: None,
            platform_checks: true,
            status_notifications: false,
            shows_uses: false,
            at_start: (Severities::default(), true),
        }
    }
}

impl Config {
    /// Takes the client's start options, wrapped in the section's name or not.
    pub(crate) fn at_start(options: &Value) -> (Self, Vec<String>) {
        let mut config = Self::default();
        let section = options.get(SECTION).unwrap_or(options);
        let problems = config.update(section);
        config.at_start = (config.severity.clone(), config.platform_checks);
        // Said in two places, both have to say yes; and what is no boolean is no yes.
        let said = [options.get("trusted"), section.get("trusted")];
        config.trusted = said.into_iter().flatten().all(|said| *said == Value::Bool(true));
        if let Some(flag) = section.get("statusNotifications").and_then(Value::as_bool) {
            config.status_notifications = flag;
        }
        if let Some(flag) = section.get("showsUses").and_then(Value::as_bool) {
            config.shows_uses = flag;
        }
        config.api_url = section
            .get("apiUrl")
            .and_then(Value::as_str)
            .map(str::trim)
            .filter(|url| !url.is_empty())
            .map(str::to_owned);
        (config, problems)
    }

    /// Takes settings that may change at any time; what cannot be used is named and left out.
    ///
    /// The section is all that is set: what it does not name, or names with `null`, is as the start options had it.
    /// Trust and the platform's address are not among these settings: a workspace can set these values.
    pub(crate) fn update(&mut self, section: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        let Some(members) = section.as_object() else {
            return problems;
        };
        (self.severity, self.platform_checks) = self.at_start.clone();
        for (key, value) in members {
            match (key.as_str(), value) {
                (_, Value::Null) => {}
                ("severity", Value::Object(levels)) => self.severity = read_levels(levels, &mut problems),
                ("platformChecks", Value::Bool(flag)) => self.platform_checks = *flag,
                ("severity" | "platformChecks", _) => {
                    problems.push(format!("The setting {SECTION}.{key} has a value of the wrong kind."));
                }
                // The client's own settings share the section.
                _ => {}
            }
        }
        problems
    }
}

fn read_levels(levels: &serde_json::Map<String, Value>, problems: &mut Vec<String>) -> Severities {
    let mut read = Severities::default();
    for (code, level) in levels {
        if let Err(problem) = read.set(code, level.as_str().unwrap_or_default()) {
            problems.push(format!("The setting {SECTION}.severity: {problem}"));
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn start_options_are_read_wrapped_or_not() {
        for options in [json!({"trusted": false}), json!({"base44Connectors": {"trusted": false}})] {
            assert!(!Config::at_start(&options).0.trusted);
        }
        assert!(Config::at_start(&Value::Null).0.trusted);
    }

    #[test]
    fn what_is_no_boolean_is_no_trust() {
        for said in [json!("true"), json!(1), json!(null), json!([true]), json!({"trusted": true}), json!("")]
        {
            assert!(!Config::at_start(&json!({"trusted": said})).0.trusted, "{said}");
            assert!(!Config::at_start(&json!({"base44Connectors": {"trusted": said}})).0.trusted, "{said}");
        }
        let two = json!({"trusted": false, "base44Connectors": {"trusted": true}});
        assert!(!Config::at_start(&two).0.trusted);
    }

    #[test]
    fn later_settings_change_neither_trust_nor_the_platform() {
        let (mut config, _) = Config::at_start(&json!({"trusted": false}));
        config.update(&json!({"trusted": true, "apiUrl": "https://evil.example"}));
        assert!(!config.trusted);
        assert_eq!(config.api_url, None);
    }

    #[test]
    fn what_is_taken_out_of_the_settings_is_as_it_was_at_the_start() {
        let set = json!({"severity": {"unknown-key": "off"}, "platformChecks": false});
        for start in [json!({}), json!({"severity": {"file-name": "error"}})] {
            for unset in [json!({}), json!({"severity": null, "platformChecks": null})] {
                let (mut config, _) = Config::at_start(&start);
                let before = config.clone();
                config.update(&set);
                assert!(!config.platform_checks && config.severity.is_off(connector_model::Code::UnknownKey));
                config.update(&unset);
                assert_eq!(config, before);
            }
        }
    }

    #[test]
    fn unknown_codes_and_levels_are_named() {
        let (_, problems) = Config::at_start(
            &json!({"severity": {"typo": "off", "file-name": "loud", "unknown-key": "off"}}),
        );
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("loud") && problems[1].contains("typo"), "{problems:?}");
    }
}
