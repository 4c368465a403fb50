//! A list of the platform, and whether it says of itself that it is only a part.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// Where the list itself stands.
const ENTRIES: &str = "integrations";
/// Objects in objects that speak of pages are looked into so deep.
const MAX_DEPTH: usize = 3;
/// The status of an answer that is a part.
const PARTIAL_CONTENT: u16 = 206;

/// `{"integrations": […]}`, whatever else stands beside it.
pub(super) struct Listed {
    pub(super) integrations: Vec<Box<RawValue>>,
    /// Whether anything beside the list says that there is more: nothing may be concluded from what it lacks.
    pub(super) has_more: bool,
}

impl Listed {
    /// The same, with what the head of the answer says of it.
    pub(super) fn in_answer(self, status: u16, head: &[(String, String)]) -> Listed {
        let count = self.integrations.len();
        let is_part =
            status == PARTIAL_CONTENT || head.iter().any(|(name, value)| head_says_more(name, value, count));
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
        let integrations = entries.ok_or_else(|| A::Error::missing_field(ENTRIES))?;
        let has_more = beside.iter().any(|(name, value)| {
            serde_json::from_str(value.get())
                .is_ok_and(|value| says_more(name, &value, integrations.len(), MAX_DEPTH))
        });
        Ok(Listed { integrations, has_more })
    }
}

/// Of a longer name nobody could say what it means.
const MAX_NAME: usize = 48;

/// What a name is made of that leads on, and the words that make it lead on.
const NEXT: Words = Words {
    of: "next cursor token page url uri href link offset records start key marker odata batch set \
        results items id path query params after end last evaluated continuation x",
    by: "next cursor continuation lastevaluated",
};
/// What says with a yes that there is more.
const MORE: Words = Words {
    of: "has is next more truncated partial incomplete available results result items records pages \
        page entries data integrations connectors to load fetch follow exist exists there list \
        response output x",
    by: "more truncated partial incomplete hasnext",
};
/// What says with a no that there is more.
const LAST: Words = Words {
    of: "is last completed complete done finished exhausted exhaustive final eof end whole all page \
        of the list results result loaded reached fully x",
    by: "last complete done finished exhaust final eof end whole loaded",
};
/// What counts the entries.
const TOTAL: Words = Words {
    of: "total count num number of size all full overall available matching matches items item \
        results result entries elements records rows hits objects documents integrations integration \
        connectors connector connections found odata x wp",
    by: "total count num found",
};
/// What counts the pages.
const PAGES: Words = Words {
    of: "total count num number of pages page last max x wp",
    by: "pages pagecount lastpage maxpage totalpage pagetotal numpage",
};
/// What counts the entries that are left.
const LEFT: Words = Words {
    of: "remaining left items results records pages entries count integrations connectors x",
    by: "remaining left",
};
/// What says that a part of the answer failed.
const FAILED: Words = Words {
    of: "error errors failure failures failed partial shards integrations connectors",
    by: "error fail",
};
/// Objects of their own that speak of pages.
const ABOUT: Words = Words {
    of: "pagination paging pager paginator page pages info meta metadata links link cursors cursor \
        result results response search list summary data headers header context status odata \
        envelope",
    by: "pag meta link cursor info result response list summary data header context",
};

/// A family of names, in small letters without anything between their words.
struct Words {
    /// All that the names are made of, with a blank between.
    of: &'static str,
    /// One of these has to be in it.
    by: &'static str,
}

impl Words {
    /// Whether a name is put together of nothing but these words: `nextpageurl` is of [`NEXT`], `nextbillingdate` of none.
    fn have(&self, name: &str) -> bool {
        if name.is_empty() || !self.by.split(' ').any(|word| name.contains(word)) {
            return false;
        }
        // Where the words that are read so far may end.
        let mut ends = vec![false; name.len() + 1];
        ends.first_mut().into_iter().for_each(|start| *start = true);
        for at in 0..name.len() {
            if ends.get(at) == Some(&true) {
                let rest = name.get(at..).unwrap_or_default();
                for word in self.of.split(' ').filter(|word| rest.starts_with(*word)) {
                    ends.get_mut(at + word.len()).into_iter().for_each(|end| *end = true);
                }
            }
        }
        ends.last() == Some(&true)
    }
}

/// Whether a member beside a list of so many says that there is more, whichever way it is written, also where it stands in
/// an object of its own: `has_more`, `nextPageUrl`, `@odata.nextLink`, `"last": false`, a `total` above.
fn says_more(name: &str, value: &Value, listed: usize, depth: usize) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    if name.len() > MAX_NAME {
        return false;
    }
    let is_no = is_no(value);
    let says = |words: &Words| words.have(&name);
    (says(&MORE) || says(&NEXT) || says(&FAILED)) && is_something(value) && !is_no
        || says(&LAST) && is_no && !matches!(value, Value::Number(_))
        || says(&TOTAL) && is_more_than(value, listed)
        || says(&PAGES) && is_more_than(value, 1)
        || says(&LEFT) && is_more_than(value, 0)
        || depth > 0 && says(&ABOUT) && is_about_more(value, listed, depth - 1)
}

/// The same of the members of an object, or of a list of objects: `[{"rel": "next", "href": …}]`.
fn is_about_more(value: &Value, listed: usize, depth: usize) -> bool {
    match value {
        Value::Object(members) => {
            let rel = members.get("rel").and_then(Value::as_str);
            rel.is_some_and(|rel| rel.eq_ignore_ascii_case("next"))
                || members.iter().any(|(name, value)| says_more(name, value, listed, depth))
        }
        Value::Array(all) => depth > 0 && all.iter().any(|value| is_about_more(value, listed, depth - 1)),
        _ => false,
    }
}

/// Whether a field of an answer's head says that there is more than a list of so many: `Link: <…>; rel="next"`,
/// `X-Total-Count`, `Content-Range: items 0-9/40`.
fn head_says_more(name: &str, value: &str, listed: usize) -> bool {
    let value = value.trim();
    match name.to_ascii_lowercase().as_str() {
        "link" => value.split([',', ';']).any(|part| {
            let part: String = part.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
            part.eq_ignore_ascii_case("rel=next")
        }),
        "content-range" => value.rsplit_once('/').is_some_and(|(range, all)| {
            let starts_later = range.rsplit(' ').next().is_some_and(|range| !range.starts_with(['0', '*']));
            starts_later || all.parse::<usize>().is_ok_and(|all| all > listed)
        }),
        name if name.starts_with("x-") => says_more(name, &Value::from(value), listed, 0),
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

/// A no, in the ways that it is written.
fn is_no(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => !yes,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => {
            ["false", "no", "0", "none", "null"].contains(&text.trim().to_ascii_lowercase().as_str())
        }
        _ => false,
    }
}

/// What is no number says nothing that could be relied on, and counts as more.
fn is_more_than(value: &Value, listed: usize) -> bool {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    match number {
        Some(number) => number > listed as f64,
        None => is_something(value) && !is_no(value),
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
            "\"errors\": [], \"error\": null",
            "\"rate_limit\": {\"remaining\": 9}",
            "\"message\": \"more\"",
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
        ] {
            assert!(has_more(200, name, value), "{name}: {value}");
        }
        assert!(has_more(206, "x-cache", "MISS"));
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
