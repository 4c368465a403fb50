//! A list of the platform, and whether it says of itself that it is only a part.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::partial::{beside_says_more, has_entries, head_says_more, is_something, letters};

/// Where the list itself stands.
const ENTRIES: &str = "integrations";
/// What names the app that an answer is about, without what differs between ways of writing, and what the app itself is
/// where it is told with it. Beside the list alone: in an entry it may as well be the provider's word for what it gave
/// access to.
const APP_ID: [&str; 2] = ["appid", "applicationid"];
const APP: [&str; 2] = ["app", "application"];
/// No app has a hundredth of them. Each is compared with the others and with the files, kept and shown: an answer of
/// 8 MiB has room for so many that this would take minutes.
const MAX_ENTRIES: usize = 20_000;
/// The status of an answer that is the whole one. Others of success are of a part (206), of several servers of which some
/// failed (207), of what is still being put together (202), or of a copy that somebody changed on the way (203).
const WHOLE: u16 = 200;

/// `{"integrations": […]}`, whatever else stands beside it.
pub(super) struct Listed {
    pub(super) integrations: Vec<Box<RawValue>>,
    /// Whether anything beside the list says that there is more: nothing may be concluded from what it lacks.
    pub(super) has_more: bool,
    /// The app that it says it is about.
    pub(super) app: Option<String>,
}

impl Listed {
    /// The app that it says it is about, where that is another.
    pub(super) fn another_app(&self, asked: &str) -> Option<&str> {
        self.app.as_deref().filter(|app| !app.eq_ignore_ascii_case(asked))
    }

    /// The same, with what the head of the answer says of it.
    pub(super) fn in_answer(self, status: u16, head: &[(String, String)]) -> Listed {
        let count = self.integrations.len();
        let is_part = status != WHOLE || head.iter().any(|(name, value)| head_says_more(name, value, count));
        Listed { has_more: self.has_more || is_part, ..self }
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Listed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{ENTRIES}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Listed, A::Error> {
        let mut entries: Option<Vec<Box<RawValue>>> = None;
        let mut beside: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            if name != ENTRIES {
                beside.push((name, members.next_value()?));
            } else if entries.replace(members.next_value()?).is_some() {
                return Err(A::Error::duplicate_field(ENTRIES));
            }
        }
        let mut integrations = entries.ok_or_else(|| A::Error::missing_field(ENTRIES))?;
        let beside: Vec<(String, Value)> = beside
            .into_iter()
            .filter_map(|(name, value)| Some((name, serde_json::from_str(value.get()).ok()?)))
            .collect();
        let mut has_more = beside.iter().any(|(name, value)| {
            let is_list = letters(name).eq(ENTRIES.chars()) && is_something(value);
            is_list || has_entries(value) || beside_says_more(name, value, integrations.len())
        });
        if integrations.len() > MAX_ENTRIES {
            integrations.truncate(MAX_ENTRIES);
            has_more = true;
        }
        let app = beside.iter().find_map(|(name, value)| {
            let is = |names: [&str; 2]| names.iter().any(|known| letters(name).eq(known.chars()));
            let id = if is(APP) { value.get("id")? } else { Some(value).filter(|_| is(APP_ID))? };
            id.as_str().map(str::to_owned)
        });
        Ok(Listed { integrations, has_more, app })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_more(beside: &str) -> bool {
        let text = format!("{{\"integrations\": [{{}}, {{}}], {beside}}}");
        serde_json::from_str::<Listed>(&text).unwrap().has_more
    }

    #[test]
    fn a_list_may_say_of_which_app_it_is() {
        let another = |beside: &str| {
            let text = format!("{{{beside}, \"integrations\": [{{\"app_id\": \"A1\"}}]}}");
            let listed: Listed = serde_json::from_str(&text).unwrap();
            listed.another_app("5f1e").map(str::to_owned)
        };
        for beside in [
            "\"app_id\": \"6a2b\"",
            "\"appId\": \"6a2b\"",
            "\"app-id\": \"6a2b\"",
            "\"application_id\": \"6a2b\"",
            "\"app\": {\"id\": \"6a2b\"}",
            "\"app_id\": null, \"appId\": \"6a2b\"",
        ] {
            assert_eq!(another(beside).as_deref(), Some("6a2b"), "{beside}");
        }
        for beside in ["\"app_id\": \"5F1E\"", "\"app_id\": null", "\"app_id\": 7", "\"app\": \"x\""] {
            assert_eq!(another(beside), None, "{beside}");
        }
    }

    #[test]
    fn of_more_entries_than_any_app_has_a_part_is_read() {
        for (count, has_more) in [(MAX_ENTRIES, false), (MAX_ENTRIES + 1, true)] {
            let text = format!("{{\"integrations\": [{}1]}}", "1,".repeat(count - 1));
            let listed: Listed = serde_json::from_str(&text).unwrap();
            assert_eq!((listed.integrations.len(), listed.has_more), (MAX_ENTRIES, has_more));
        }
    }

    #[test]
    fn a_list_that_says_it_is_a_part_is_one() {
        for beside in [
            "\"has_more\": true",
            "\"hasMore\": 1",
            "\"next\": \"/page/2\"",
            "\"next_cursor\": \"abc\"",
            "\"next\": {\"href\": \"x\"}",
            "\"limit\": 2",
            "\"page_size\": \"2\", \"page\": 1",
            "\"pagination\": {\"per_page\": 1}",
            "\"offset\": 50",
            "\"meta\": {\"currentPage\": 3}",
            "\"startIndex\": \"100\"",
            "\"total\": 3",
            "\"total_count\": \"3\"",
            "\"total\": \"many\"",
            "\"pagination\": {\"total_pages\": 2}",
            "\"meta\": {\"page\": {\"has_next\": true}}",
            "\"_links\": {\"next\": \"x\"}",
            "\"truncated\": \"true\"",
            "\"last\": false",
            "\"isLastPage\": \"false\"",
            "\"done\": false, \"nextRecordsUrl\": null",
            "\"complete\": false",
            "\"totalElements\": 3",
            "\"total_integrations\": 9",
            "\"numFound\": 3",
            "\"@odata.nextLink\": \"x\"",
            "\"@odata.count\": 3",
            "\"nextPageUrl\": \"x\"",
            "\"LastEvaluatedKey\": {\"a\": 1}",
            "\"pageInfo\": {\"hasNextPage\": true}",
            "\"response_metadata\": {\"next_cursor\": \"x\"}",
            "\"result_info\": {\"total_pages\": 2}",
            "\"links\": [{\"rel\": \"self\"}, {\"rel\": \"next\", \"href\": \"x\"}]",
            "\"data\": {\"has_more\": true}",
            "\"current_page\": 1, \"last_page\": 3",
            "\"num_pages\": 4",
            "\"more_available\": true",
            "\"hasMoreResults\": \"yes\"",
            "\"items_left\": 1",
            "\"errors\": [{\"message\": \"a shard timed out\"}]",
            "\"warnings\": [\"shard 2 timed out\"]",
            "\"warning\": \"results may be incomplete\"",
            "\"success\": false",
            "\"ok\": \"no\"",
            "\"status\": \"partial\"",
            "\"meta\": {\"status\": \"Degraded\"}",
            "\"state\": \"STALE\"",
            "\"message\": \"The list was truncated\"",
            "\"note\": \"not all integrations could be loaded\"",
            "\"detail\": [\"a partial answer\"]",
            "\"moreComing\": true",
            "\"limitReached\": true",
            "\"exceededTransferLimit\": true",
            "\"size_limit_exceeded\": \"yes\"",
            "\"overflow\": true",
            "\"timed_out\": true",
            "\"_shards\": {\"total\": 1, \"failed\": 1}",
            "\"resultSizeEstimate\": 3",
            "\"hidden\": 2",
            "\"redacted\": true",
            "\"still_loading\": true",
            "\"stale\": \"yes\"",
            "\"unauthorized\": [\"slack\"]",
            "\"access_denied\": 1",
            "\"Integrations\": [{\"integration_type\": \"slack\"}]",
            "\"INTEGRATIONS\": [\"slack\"]",
            "\"items\": [{\"integration_type\": \"slack\"}]",
            "\"data\": {\"integrations\": [{\"integrationType\": \"slack\"}]}",
            "\"by_user\": {\"ada\": {\"slack\": {\"integration_type\": \"slack\"}}}",
            "\"d\": {\"__next\": \"x\"}",
        ] {
            assert!(has_more(beside), "{beside}");
        }
        for beside in [
            "\"has_more\": false",
            "\"next\": null",
            "\"next\": \"\"",
            "\"total\": 2",
            "\"count\": 2.0",
            "\"pagination\": {\"total\": 2, \"next\": null, \"pages\": 1}",
            "\"user\": {\"next\": true}",
            "\"last\": true, \"done\": true, \"complete\": \"true\"",
            "\"has_more\": 0, \"truncated\": \"no\"",
            "\"next_billing_date\": \"2030-01-01\"",
            "\"total_seats\": 9, \"per_page\": 50, \"page\": 1, \"page_size\": 100",
            "\"links\": {\"self\": \"x\", \"last\": \"x\", \"next\": null}",
            "\"Integrations\": [], \"hidden\": 0, \"stale\": false, \"denied\": []",
            "\"errors\": [], \"error\": null",
            "\"rate_limit\": {\"remaining\": 9}",
            "\"message\": \"more\"",
            "\"limit\": 100, \"offset\": 0, \"page\": 1",
            "\"limit\": 0, \"limits\": 2, \"user_limit\": 1",
            "\"success\": true, \"ok\": 1, \"status\": \"ok\", \"warnings\": [], \"warning\": null",
            "\"message\": \"2 integrations\", \"detail\": null, \"token\": false",
            "\"status\": 200, \"state\": \"complete\"",
            "\"timed_out\": false, \"timeout\": 30, \"_shards\": {\"total\": 1, \"failed\": 0}",
            "\"limit_reached\": false, \"rate_limit_reached\": true, \"size\": 40, \"estimate\": 2",
        ] {
            assert!(!has_more(beside), "{beside}");
        }
    }

    #[test]
    fn the_head_of_an_answer_may_say_that_its_list_is_a_part() {
        let has_more = |status: u16, name: &str, value: &str| {
            let listed: Listed = serde_json::from_str("{\"integrations\": [{}, {}]}").unwrap();
            listed.in_answer(status, &[(name.to_owned(), value.to_owned())]).has_more
        };
        for (name, value) in [
            ("Link", "<https://a.example/?page=2>; rel=\"next\", <https://a.example/?page=9>; rel=last"),
            ("link", "</p2>; title=x; REL = next"),
            ("X-Total-Count", "3"),
            ("x-next-page", "2"),
            ("X-Has-More", "true"),
            ("Content-Range", "items 0-1/3"),
            ("content-range", "integrations 2-3/*"),
            ("Warning", "110 - \"Response is Stale\""),
            ("warning", "199 cache \"partial\""),
            ("X-Partial", "true"),
        ] {
            assert!(has_more(200, name, value), "{name}: {value}");
        }
        for status in [201, 202, 203, 206, 207, 299] {
            assert!(has_more(status, "x-cache", "MISS"), "{status}");
        }
        assert!(!has_more(200, "x-cache", "MISS"));
        for (name, value) in [
            ("Link", "</style.css>; rel=preload, </>; rel=\"prev\""),
            ("X-Total-Count", "2"),
            ("X-Next-Page", ""),
            ("Content-Range", "items 0-1/2"),
            ("X-RateLimit-Remaining", "99"),
            ("X-Request-Id", "next"),
            ("Total", "9"),
        ] {
            assert!(!has_more(200, name, value), "{name}: {value}");
        }
    }

    #[test]
    fn a_list_that_is_there_twice_or_not_at_all_is_no_answer() {
        for text in ["{}", "{\"integrations\": [], \"integrations\": []}", "{\"integrations\": {}}", "[]"] {
            assert!(serde_json::from_str::<Listed>(text).is_err(), "{text}");
        }
    }
}
