//! The words by which an answer says that its list is only a part: names of its members, and fields of its head.

use serde_json::Value;

/// Objects in objects that speak of pages are looked into so deep.
const MAX_DEPTH: usize = 3;
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
        response output coming limit size transfer reached exceeded overflow overflowed capped clipped \
        timed out hidden omitted withheld redacted skipped excluded stale still loading x",
    by: "more truncated partial incomplete hasnext limitreached exceeded overflow capped clipped timedout \
        hidden omitted withheld redacted skipped excluded stale loading",
};
/// What says with a no that there is more.
const LAST: Words = Words {
    of: "is last completed complete done finished exhausted exhaustive final eof end whole all page \
        of the list results result loaded reached fully x success successful succeeded ok",
    by: "last complete done finished exhaust final eof end whole loaded success succeeded ok",
};
/// What counts the entries.
const TOTAL: Words = Words {
    of: "total count num number of size all full overall available matching matches items item \
        results result entries elements records rows hits objects documents integrations integration \
        connectors connector connections found odata estimate estimated x wp",
    by: "total count num found estimate",
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
/// What says how many entries an answer has at the most: one that is full may not be the last.
const MOST: Words = Words {
    of: "limit page pages size per items item results result entries records batch max maximum x odata",
    by: "limit pagesize perpage batchsize maxresult maxitem maxentries maxrecords",
};
/// What says where the list begins: behind others, where it is beyond the first.
const BEGINS: Words = Words {
    of: "offset skip start starting from index at page current number x odata",
    by: "offset skip start page",
};
/// What says that a part of the answer failed.
const FAILED: Words = Words {
    of: "error errors failure failures failed partial shards integrations connectors warning warnings \
        forbidden denied unauthorized access x",
    by: "error fail warning forbidden denied unauthorized",
};
/// What says in a word how the answer came about.
const STATE: Words = Words { of: "status state outcome list result answer", by: "status state outcome" };
/// The words by which it is none that is whole.
const NOT_WHOLE: [&str; 14] = [
    "error",
    "failed",
    "failure",
    "partial",
    "incomplete",
    "truncated",
    "degraded",
    "pending",
    "processing",
    "loading",
    "running",
    "timeout",
    "stale",
    "warning",
];
/// What says in a sentence how the answer came about, for people.
const SAID: Words = Words {
    of: "message messages note notes notice detail details description info hint comment reason",
    by: "message note notice detail description info hint comment reason",
};
/// What such a sentence has in it where the list is a part.
const SAID_OF_A_PART: [&str; 7] =
    ["truncat", "partial", "incomplete", "not all", "timed out", "could not be", "unavailable"];
/// Objects of their own that speak of pages.
const ABOUT: Words = Words {
    of: "pagination paging pager paginator page pages info meta metadata links link cursors cursor \
        result results response search list summary data headers header context status odata \
        envelope shards d",
    by: "pag meta link cursor info result response list summary data header context shards d",
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

/// Whether a member beside a list of so many says that there is more.
pub(super) fn beside_says_more(name: &str, value: &Value, listed: usize) -> bool {
    says_more(name, value, listed, MAX_DEPTH)
}

/// Whether entries stand in a place where none is looked for: each is one that the list lacks.
pub(super) fn has_entries(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| letters(name).eq("integrationtype".chars()) || has_entries(value)),
        Value::Array(all) => all.iter().any(has_entries),
        _ => false,
    }
}

/// A name without what differs between ways of writing it.
pub(super) fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

/// Whether a member beside a list of so many says that there is more, whichever way it is written, also where it stands in
/// an object of its own: `has_more`, `nextPageUrl`, `@odata.nextLink`, `"last": false`, a `total` above.
fn says_more(name: &str, value: &Value, listed: usize, depth: usize) -> bool {
    let name: String = letters(name).collect();
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
        || says(&MOST) && number(value).is_some_and(|most| most >= 1.0 && most <= listed as f64)
        || says(&BEGINS) && number(value).is_some_and(|place| place > 1.0)
        || says(&STATE) && is_said(value, &|word| NOT_WHOLE.contains(&word))
        || says(&SAID) && is_said(value, &|text| SAID_OF_A_PART.iter().any(|part| text.contains(part)))
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
pub(super) fn head_says_more(name: &str, value: &str, listed: usize) -> bool {
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
        // Caches and proxies say by it that the answer is old, or that they changed it.
        "warning" => !value.is_empty(),
        name if name.starts_with("x-") => says_more(name, &Value::from(value), listed, 0),
        _ => false,
    }
}

/// Whether a text, or one of a list of texts, says something, in small letters.
fn is_said(value: &Value, says: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => says(&text.trim().to_lowercase()),
        Value::Array(all) => all.iter().any(|value| value.is_string() && is_said(value, says)),
        _ => false,
    }
}

pub(super) fn is_something(value: &Value) -> bool {
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
    match number(value) {
        Some(number) => number > listed as f64,
        None => is_something(value) && !is_no(value),
    }
}

/// A number, also where it is written as a text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}
