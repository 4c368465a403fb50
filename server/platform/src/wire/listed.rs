//! A list of the platform, and whether it says of itself that it is only a part.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// Where the list itself stands.
const ENTRIES: &str = "integrations";
/// Objects in objects that speak of pages are looked into so deep.
const MAX_DEPTH: usize = 3;

/// `{"integrations": […]}`, whatever else stands beside it.
pub(super) struct Listed {
    pub(super) integrations: Vec<Box<RawValue>>,
    /// Whether anything beside the list says that there is more: nothing may be concluded from what it lacks.
    pub(super) has_more: bool,
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
        let integrations = entries.ok_or_else(|| A::Error::missing_field(ENTRIES))?;
        let has_more = beside.iter().any(|(name, value)| {
            serde_json::from_str(value.get())
                .is_ok_and(|value| says_more(name, &value, integrations.len(), MAX_DEPTH))
        });
        Ok(Listed { integrations, has_more })
    }
}

/// Whether a member beside a list of so many says that there is more: `has_more`, `next`, a `total` above, whichever way
/// they are written, also where they stand in an object of their own.
fn says_more(name: &str, value: &Value, listed: usize, depth: usize) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match name.as_str() {
        "hasmore" | "more" | "hasnext" | "hasnextpage" | "truncated" | "istruncated" | "partial"
        | "ispartial" | "incomplete" => is_something(value) && value.as_str() != Some("false"),
        "next" | "nextpage" | "nextcursor" | "nexttoken" | "nextpagetoken" | "nexturl" | "nextlink"
        | "nextoffset" | "cursor" | "endcursor" | "continuation" | "continuationtoken" => is_something(value),
        "total" | "totalcount" | "totalitems" | "totalresults" | "totalentries" | "count" => {
            is_more_than(value, listed)
        }
        "totalpages" | "pages" | "pagecount" => is_more_than(value, 1),
        "remaining" => is_more_than(value, 0),
        "pagination" | "paging" | "page" | "pageinfo" | "meta" | "metadata" | "links" | "cursors" => {
            let members = value.as_object().filter(|_| depth > 0);
            members.is_some_and(|members| {
                members.iter().any(|(name, value)| says_more(name, value, listed, depth - 1))
            })
        }
        _ => false,
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(all) => !all.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// What is no number says nothing that could be relied on, and counts as more.
fn is_more_than(value: &Value, listed: usize) -> bool {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    match number {
        Some(number) => number > listed as f64,
        None => is_something(value),
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
    fn a_list_that_says_it_is_a_part_is_one() {
        for beside in [
            "\"has_more\": true",
            "\"hasMore\": 1",
            "\"next\": \"/page/2\"",
            "\"next_cursor\": \"abc\"",
            "\"next\": {\"href\": \"x\"}",
            "\"total\": 3",
            "\"total_count\": \"3\"",
            "\"total\": \"many\"",
            "\"pagination\": {\"total_pages\": 2}",
            "\"meta\": {\"page\": {\"has_next\": true}}",
            "\"_links\": {\"next\": \"x\"}",
            "\"truncated\": \"true\"",
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
            "\"message\": \"more\"",
        ] {
            assert!(!has_more(beside), "{beside}");
        }
    }

    #[test]
    fn a_list_that_is_there_twice_or_not_at_all_is_no_answer() {
        for text in ["{}", "{\"integrations\": [], \"integrations\": []}", "{\"integrations\": {}}", "[]"] {
            assert!(serde_json::from_str::<Listed>(text).is_err(), "{text}");
        }
    }
}
