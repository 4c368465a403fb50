//! Mistakes in scopes.

use std::collections::HashMap;

use connector_catalogue::{Catalogue, ConnectorType, Provider, Resolution, resolve_one, split_words};
use connector_syntax::quote;

use super::slips::{slip, two_slips};
use super::tally::{Mistake, Tally, one_in};

/// A kind of mistake: its name, and what it makes of a scope of a type; none where there is nothing to be got wrong.
/// Those that are called after [`AND_A_SLIP`] have a slip besides.
type Kind = (&'static str, fn(&ConnectorType, &str, &mut fastrand::Rng) -> Option<String>);

const AND_A_SLIP: &str = ", and a slip";

const KINDS: &[Kind] = &[
    ("two slips", |_, name, rng| Some(two_slips(name, rng))),
    ("a slip in a bare name", |_, name, rng| Some(slip(bare(name), rng)).filter(|_| bare(name) != name)),
    ("other separators", |_, name, rng| {
        let separators = [":", ".", "_", "-", "/", " ", ""];
        respelled(name, |words| words.join(separators[rng.usize(..separators.len())]))
    }),
    ("camel case", |_, name, _| respelled(name, |words| words[0].clone() + &capitals(&words[1..]))),
    ("constant", |_, name, _| respelled(name, |words| words.join("_").to_uppercase())),
    ("another form of a word", |_, name, rng| changed_word(name, rng, other_number)),
    ("another verb", |_, name, rng| changed_word(name, rng, other_verb)),
    ("the verb first", |_, name, _| {
        let words = split_words(bare(name));
        let at = words.iter().position(|word| VERBS.iter().any(|(verb, _)| verb == word))?;
        let mut rest = words.clone();
        let verb = rest.remove(at);
        let moved =
            if at == 0 { format!("{}:{verb}", rest.join(".")) } else { format!("{verb}:{}", rest.join("_")) };
        (!rest.is_empty()).then_some(moved)
    }),
    ("thing:verb", dialect),
    ("the first word left out", |_, name, _| {
        let begin = name.len() - bare(name).len();
        let rest = bare(name).split_once(is_separator)?.1;
        Some(format!("{}{rest}", &name[..begin])).filter(|_| !rest.is_empty())
    }),
    ("a word left out", |_, name, rng| {
        let (start, end) = word_at(name, rng)?;
        let cut = format!("{}{}", &name[..start], name[end..].trim_start_matches(is_separator));
        Some(cut.trim_end_matches(is_separator).to_owned()).filter(|cut| !cut.is_empty())
    }),
    ("a word doubled", |_, name, rng| {
        let (start, end) = word_at(name, rng)?;
        let between =
            name[end..].chars().next().or(name[..start].chars().next_back()).filter(|c| is_separator(*c));
        Some(format!("{}{}{}", &name[..end], between.unwrap_or('.'), &name[start..]))
    }),
    ("the service before it", |ty, name, rng| {
        let separators = [":", ".", "/", "_"];
        let services = [ty.name, ty.provider.as_str(), "scope", "scopes", "oauth"];
        Some(format!("{}{}{}", services[rng.usize(..5)], separators[rng.usize(..4)], bare(name)))
    }),
    ("a word cut short", |_, name, rng| changed_word(name, rng, cut_short)),
    ("a word without its vowels", |_, name, rng| changed_word(name, rng, without_vowels)),
    ("a word as others spell it", |_, name, rng| changed_word(name, rng, spelled_elsewhere)),
    ("the words in another order", |_, name, rng| {
        let mut words = split_words(bare(name));
        let between = bare(name).chars().find(|letter| is_separator(*letter)).unwrap_or('.');
        let begin = name.len() - bare(name).len();
        let first = (words.len() > 2).then(|| rng.usize(..words.len() - 1))?;
        words.swap(first, first + 1);
        Some(format!("{}{}", &name[..begin], words.join(&between.to_string())))
    }),
    ("another form of a word, and a slip", |_, name, rng| changed_word(name, rng, other_number)),
    ("thing:verb, and a slip", dialect),
    ("another verb, and other separators", |_, name, rng| {
        let other = changed_word(name, rng, other_verb)?;
        respelled(&other, |words| words.join([":", ".", "_", "-"][rng.usize(..4)]))
    }),
    ("the scheme left out", |_, name, _| name.strip_prefix("https://").map(str::to_owned)),
    ("the service before it, and a slip", |ty, name, rng| {
        Some(format!("{}{}{}", ty.name, [":", ".", "/", "_"][rng.usize(..4)], bare(name)))
    }),
    ("as a page shows it", |_, name, rng| {
        let (before, after) = [
            ("<li>", "</li>"),
            ("**", "**"),
            ("`", "`,"),
            ("\u{201c}", "\u{201d}"),
            ("* ", ""),
            ("\u{2022} ", ""),
            ("[x] ", ""),
            ("", " - required"),
            ("", ": required"),
            ("", " (read)"),
            ("(", ")"),
            ("", "\u{2026}"),
            ("\u{200b}", ""),
            ("", "\u{a0}"),
            ("+", ""),
            ("scope: \"", "\""),
        ][rng.usize(..16)];
        Some(format!("{before}{name}{after}"))
    }),
    ("the address left out", |_, name, rng| {
        let at: Vec<usize> =
            name.match_indices('/').map(|(at, _)| at + 1).filter(|at| *at < name.len()).collect();
        (!at.is_empty()).then(|| name[at[rng.usize(..at.len())]..].trim_start_matches('/').to_owned())
    }),
    ("the address doubled", |ty, name, _| {
        let address = address(ty)?;
        Some(format!(
            "{address}{}",
            if name.contains("://") { name.to_owned() } else { format!("{address}{name}") }
        ))
    }),
    ("another address", |ty, name, rng| {
        let domain = match ty.provider {
            Provider::Google => {
                ["google.com", "googleapi.com", "googleapis.com", "gmail.com"][rng.usize(..4)].to_owned()
            }
            Provider::Microsoft => {
                ["microsoft.com", "office.com", "windows.net", "live.com"][rng.usize(..4)].to_owned()
            }
            provider => format!("{}.com", provider.as_str()),
        };
        let host = ["", "www.", "api.", "graph.", "oauth2.", "accounts."][rng.usize(..6)];
        let path = ["", "auth/", "oauth/", "scopes/", "v1/", "oauth2/v2/"][rng.usize(..6)];
        Some(format!("https://{host}{domain}/{path}{}", bare(name)))
    }),
    ("a slip in the address", |_, name, rng| {
        let end = name.len() - bare(name).len();
        (end > 0).then(|| slip(&name[..end], rng) + bare(name))
    }),
    ("something around it", |_, name, rng| {
        let around = [
            ("\"", "\""),
            ("", ","),
            (" ", " "),
            ("", "/"),
            ("`", "`"),
            ("<", ">"),
            ("", ";"),
            ("'", "'"),
            ("scope=", ""),
            ("", "."),
            ("[", "]"),
            ("- ", ""),
            ("scopes: ", ""),
            ("1. ", ""),
        ];
        let (before, after) = around[rng.usize(..around.len())];
        Some(format!("{before}{name}{after}"))
    }),
    ("as in a query", |_, name, _| {
        let encoded = name.replace(':', "%3A").replace('/', "%2F");
        Some(encoded).filter(|encoded| encoded != name)
    }),
    ("a letter of another script", |_, name, rng| {
        let begin = name.len() - bare(name).len();
        let alike = [('a', 'а'), ('e', 'е'), ('o', 'о'), ('c', 'с'), ('p', 'р'), ('i', 'і'), (':', '：')];
        let alike: Vec<_> = alike.into_iter().filter(|(letter, _)| bare(name).contains(*letter)).collect();
        let (letter, other) = *alike.get(rng.usize(..alike.len().max(1)))?;
        Some(format!("{}{}", &name[..begin], bare(name).replacen(letter, other.encode_utf8(&mut [0; 4]), 1)))
    }),
    ("somebody else's word before it", |_, name, rng| {
        let word = ["user", "urn:oauth", "my", "token"][rng.usize(..4)];
        Some(format!("{word}:{}", bare(name))).filter(|_| name.len() > 3)
    }),
    ("what the docs say of it", |ty, name, _| {
        let summary = ty.find_scope(name)?.summary;
        (!summary.is_empty()).then(|| summary.to_owned())
    }),
    ("some of what the docs say of it", |ty, name, rng| {
        let words: Vec<&str> = ty.find_scope(name)?.summary.split_whitespace().collect();
        let kept = words.len() - rng.usize(..2.min(words.len().max(1)));
        (kept > 1).then(|| words[..kept].join(" ").to_lowercase())
    }),
];

/// Words for what may be done, and what people write in their place.
const VERBS: &[(&str, &[&str])] = &[
    ("read", &["readonly", "view", "get", "list"]),
    ("readonly", &["read", "view", "read_only"]),
    ("write", &["edit", "modify", "update", "create"]),
    ("readwrite", &["write", "edit", "read_write"]),
    ("manage", &["admin", "edit"]),
    ("delete", &["remove"]),
    ("create", &["add"]),
    ("send", &["write", "post"]),
];

fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_separator(letter: char) -> bool {
    !letter.is_alphanumeric()
}

/// A scope's name without the address before it.
fn bare(name: &str) -> &str {
    let end = name.trim_end_matches('/');
    match end.rfind('/').filter(|_| name.contains("://")) {
        Some(slash) => name[slash + 1..].trim_end_matches('/'),
        None => name,
    }
}

/// What stands before the names of a type's scopes, where something does.
fn address(ty: &ConnectorType) -> Option<&'static str> {
    match ty.provider {
        Provider::Google => Some("https://www.googleapis.com/auth/"),
        Provider::Microsoft => Some("https://graph.microsoft.com/"),
        _ => None,
    }
}

fn capitals(words: &[String]) -> String {
    words.iter().map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// A bare name with its words put together in another way, if it has several.
fn respelled(name: &str, join: impl FnOnce(&[String]) -> String) -> Option<String> {
    let words = split_words(bare(name));
    (words.len() > 1).then(|| join(&words))
}

/// Where some word of the bare name stands, if there are several.
fn word_at(name: &str, rng: &mut fastrand::Rng) -> Option<(usize, usize)> {
    let begin = name.len() - bare(name).len();
    let mut words = Vec::new();
    let mut start = begin;
    for (at, letter) in name.char_indices().skip_while(|(at, _)| *at < begin).chain([(name.len(), '.')]) {
        if is_separator(letter) {
            if at > start {
                words.push((start, at));
            }
            start = at + letter.len_utf8();
        }
    }
    (words.len() > 1).then(|| words[rng.usize(..words.len())])
}

/// A name with one of its words changed.
fn changed_word(
    name: &str,
    rng: &mut fastrand::Rng,
    change: fn(&str, &mut fastrand::Rng) -> Option<String>,
) -> Option<String> {
    let (start, end) = word_at(name, rng)?;
    Some(format!("{}{}{}", &name[..start], change(&name[start..end], rng)?, &name[end..]))
}

/// The plural of a word, or its singular.
fn other_number(word: &str, _: &mut fastrand::Rng) -> Option<String> {
    let lower = word.to_lowercase();
    if VERBS.iter().any(|(verb, _)| *verb == lower) || word.len() < 4 {
        return None;
    }
    Some(match word {
        _ if word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if word.ends_with('s') => word[..word.len() - 1].to_owned(),
        _ if word.ends_with('y') => format!("{}ies", &word[..word.len() - 1]),
        _ => format!("{word}s"),
    })
}

fn other_verb(word: &str, rng: &mut fastrand::Rng) -> Option<String> {
    let lower = word.to_lowercase();
    let (_, others) = VERBS.iter().find(|(verb, _)| *verb == lower)?;
    let other = others[rng.usize(..others.len())];
    Some(if word != lower { other[..1].to_uppercase() + &other[1..] } else { other.to_owned() })
}

/// The beginning of a longer word.
fn cut_short(word: &str, rng: &mut fastrand::Rng) -> Option<String> {
    (word.len() > 5).then(|| word[..3 + rng.usize(..3)].to_owned())
}

/// A longer word without the vowels behind its first letter.
fn without_vowels(word: &str, _: &mut fastrand::Rng) -> Option<String> {
    let is_kept = |(index, letter): &(usize, char)| *index == 0 || !"aeiouAEIOU".contains(*letter);
    (word.len() > 5).then(|| word.char_indices().filter(is_kept).map(|(_, letter)| letter).collect())
}

/// A word in British spelling for American, or the other way round.
fn spelled_elsewhere(word: &str, _: &mut fastrand::Rng) -> Option<String> {
    let spellings = [
        ("ization", "isation"),
        ("ize", "ise"),
        ("yze", "yse"),
        ("yzer", "yser"),
        ("center", "centre"),
        ("color", "colour"),
        ("favor", "favour"),
        ("behavior", "behaviour"),
        ("license", "licence"),
        ("catalog", "catalogue"),
        ("dialog", "dialogue"),
        ("program", "programme"),
        ("enrollment", "enrolment"),
        ("fulfillment", "fulfilment"),
        ("installment", "instalment"),
        ("canceled", "cancelled"),
        ("cancelation", "cancellation"),
        ("labeled", "labelled"),
        ("check", "cheque"),
        ("judgment", "judgement"),
        ("defense", "defence"),
        ("practice", "practise"),
    ];
    let change = |(one, other): &(&str, &str)| {
        let other_way = || word.contains(other).then(|| word.replacen(other, one, 1));
        word.contains(one)
            .then(|| word.replacen(one, other, 1))
            .filter(|_| !word.contains(other))
            .or_else(other_way)
    };
    spellings.iter().find_map(change)
}

/// What most providers would call a scope: the thing, a colon, and what may be done.
fn dialect(ty: &ConnectorType, name: &str, rng: &mut fastrand::Rng) -> Option<String> {
    let mut words = split_words(bare(name));
    words.retain(|word| word != "all");
    let verb = match words
        .iter()
        .position(|word| matches!(word.as_str(), "read" | "readonly" | "write" | "readwrite"))
    {
        Some(at) if words.get(at + 1).is_some_and(|word| word == "write") => {
            words.drain(at..at + 2);
            "write".to_owned()
        }
        Some(at) => words.remove(at).replace("readonly", "read").replace("readwrite", "write"),
        // Google's names without a verb are for reading and writing.
        None if ty.provider == Provider::Google && name.contains("/auth/") => "write".to_owned(),
        None => return None,
    };
    let between = ["_", ".", ""][rng.usize(..3)];
    (!words.is_empty()).then(|| format!("{}:{verb}", words.join(between)))
}

/// Whether another scope has all words of a name, too: what was left out of which, nobody can tell.
fn has_words_of_another(ty: &ConnectorType, written: &str, meant: &str) -> bool {
    let words = split_words(bare(written));
    let has_all = |name: &str| {
        let other = split_words(bare(name));
        words.iter().all(|word| other.contains(word))
    };
    ty.scopes.iter().any(|other| other.name != meant && has_all(other.name))
}

/// Whether the end of one word was left out of another scope, too.
fn is_cut_from_another(ty: &ConnectorType, written: &str, meant: &str) -> bool {
    let is_cut = |other: &str| {
        let same = written.bytes().zip(other.bytes()).take_while(|(left, right)| left == right).count();
        let (start, end) = written.split_at(same);
        let cut = other.len().checked_sub(end.len()).and_then(|to| other.get(start.len()..to));
        other.ends_with(end) && cut.is_some_and(|cut| !cut.contains(is_separator))
    };
    ty.scopes.iter().any(|other| other.name != meant && is_cut(other.name))
}

fn file(ty: &ConnectorType, scope: &str) -> String {
    format!("{{\"type\": \"{}\", \"scopes\": [{}]}}", ty.name, quote(scope, '"'))
}

#[test]
fn what_is_written_for_a_scope_leads_to_it() {
    let one_in = one_in(80);
    let mut tally = Tally::default();
    for (kind, make) in KINDS {
        let mut rng = fastrand::Rng::with_seed(14);
        for ty in Catalogue::get().types() {
            // By letters alone: which of them a separator stands between tells no more.
            let mut meant_by: HashMap<String, Vec<&'static str>> = HashMap::new();
            for scope in ty.scopes {
                meant_by.entry(letters(scope.name)).or_default().push(scope.name);
            }
            let mut made = Vec::new();
            for scope in ty.scopes.iter().filter(|scope| !scope.deprecated) {
                let Some(written) = make(ty, scope.name, &mut rng) else { continue };
                let plain = letters(&written);
                meant_by.entry(plain.clone()).or_default().push(scope.name);
                let written = if kind.ends_with(AND_A_SLIP) { slip(&written, &mut rng) } else { written };
                made.push((written, plain, scope.name));
            }
            made.retain(|_| rng.usize(..one_in) == 0);
            for (written, plain, meant) in made {
                // What the same mistake makes of two scopes, and what is a scope itself, tells of none of them.
                let others = &meant_by[&plain];
                let others = others.iter().chain(meant_by.get(&letters(&written)).into_iter().flatten());
                let is_other = |other: &&str| !ty.is_same_scope(other, meant);
                let is_scope = matches!(
                    resolve_one(ty, &written),
                    Resolution::Known(_) | Resolution::Pattern | Resolution::KnownElsewhere(_)
                );
                let is_ambiguous = (kind.ends_with("left out") && has_words_of_another(ty, &written, meant))
                    || (*kind == "a word cut short" && is_cut_from_another(ty, &written, meant));
                if is_scope || is_ambiguous || others.copied().any(|other| is_other(&other)) {
                    continue;
                }
                let same = ty.scopes.iter().filter(|scope| ty.is_same_scope(scope.name, meant));
                let same: Vec<String> = same
                    .map(|scope| ty.in_form_of(scope.name, &written).into_owned())
                    .chain([meant.to_owned()])
                    .collect();
                tally.try_one(&Mistake {
                    kind,
                    text: file(ty, &written),
                    written: format!("{}: {written}", ty.name),
                    right: same.iter().map(|name| file(ty, name)).collect(),
                    meant: vec![meant.to_owned()],
                });
            }
        }
    }
    tally.print("scopes", 96.0, 93.0);
}

#[test]
fn two_scopes_in_one_text_are_split() {
    let one_in = one_in(80);
    let mut tally = Tally::default();
    let mut rng = fastrand::Rng::with_seed(14);
    for ty in Catalogue::get().types() {
        let scopes: Vec<&str> =
            ty.scopes.iter().filter(|scope| !scope.deprecated).map(|scope| scope.name).collect();
        for pair in scopes.windows(2) {
            let [left, right] = pair else { continue };
            if rng.usize(..one_in) > 0 {
                continue;
            }
            let separators = [
                ", ", ",", " ", ";", "; ", "|", " | ", "\n", " and ", " & ", "+", "%20", "\t", ",\n  ",
                "\", \"",
            ];
            let between = separators[rng.usize(..separators.len())];
            let written = format!("{left}{between}{right}");
            let both = |left: &str, right: &str| {
                let list = format!("{}, {}", quote(left, '"'), quote(right, '"'));
                format!("{{\"type\": \"{}\", \"scopes\": [{list}]}}", ty.name)
            };
            tally.try_one(&Mistake {
                kind: "two in one text",
                text: file(ty, &written),
                written: format!("{}: {written:?}", ty.name),
                right: vec![both(left, right)],
                meant: vec![(*left).to_owned(), (*right).to_owned()],
            });
        }
    }
    tally.print("scopes", 96.0, 93.0);
}

/// What the services' own pages and consent screens say, which is not what the schemas do.
const CONSENT_SCREENS: &[(&str, &str, &str)] = &[
    ("gmail", "Send email on your behalf", "gmail.send"),
    ("gmail", "Read messages", "gmail.readonly"),
    ("gmail", "Send messages", "gmail.send"),
    ("outlook", "Send messages", "Mail.Send"),
    ("googledrive", "Read files", "drive.readonly"),
    ("googletasks", "View tasks", "tasks.readonly"),
    ("googlecalendar", "Read events", "calendar.events.readonly"),
    ("slack", "Read messages", "channels:history"),
    ("github", "Read organization", "read:org"),
    ("discord", "Read messages", "messages.read"),
    ("hubspot", "Read contacts", "crm.objects.contacts.read"),
    ("typeform", "Read responses", "responses:read"),
    ("gmail", "View your email messages and settings", "gmail.readonly"),
    ("gmail", "Manage drafts and send emails", "gmail.compose"),
    ("gmail", "Read, compose, and send emails from your Gmail account", "gmail.modify"),
    ("gmail", "See and edit your email labels", "gmail.labels"),
    ("googlecalendar", "View and edit events on all your calendars", "calendar.events"),
    ("googlecalendar", "View events on all your calendars", "calendar.events.readonly"),
    (
        "googlecalendar",
        "See and download any calendar you can access using your Google Calendar",
        "calendar.readonly",
    ),
    ("googledrive", "See and download all your Google Drive files", "drive.readonly"),
    (
        "googledrive",
        "See, edit, create, and delete only the specific Google Drive files you use with this app",
        "drive.file",
    ),
    ("googlesheets", "See all your Google Sheets spreadsheets", "spreadsheets.readonly"),
    ("googlesheets", "See, edit, create, and delete all your Google Sheets spreadsheets", "spreadsheets"),
    ("googletasks", "View your tasks", "tasks.readonly"),
    ("outlook", "Read user mail", "Mail.Read"),
    ("outlook", "Send mail as a user", "Mail.Send"),
    ("outlook", "Read and write access to user mail", "Mail.ReadWrite"),
    ("outlook", "Have full access to user calendars", "Calendars.ReadWrite"),
    ("outlook", "Read user calendars", "Calendars.Read"),
    ("one_drive", "Read all files that user can access", "Files.Read.All"),
    ("slack", "Send messages on a user's behalf", "chat:write"),
    ("slack", "View people in a workspace", "users:read"),
    ("slack", "View basic information about public channels in a workspace", "channels:read"),
    ("slackbot", "Add and edit emoji reactions", "reactions:write"),
    ("github", "Full control of private repositories", "repo"),
    ("github", "Read all user profile data", "read:user"),
    ("github", "Delete repositories", "delete_repo"),
    ("hubspot", "View properties and other details about contacts", "crm.objects.contacts.read"),
    ("hubspot", "View details about owners assigned to a CRM record", "crm.objects.owners.read"),
    (
        "linkedin",
        "Create, modify, and delete posts, comments, and reactions on your behalf",
        "w_member_social",
    ),
    ("airtable", "See the data in records", "data.records:read"),
    ("asana", "Read access to tasks", "tasks:read"),
    ("dropbox", "View content of your Dropbox files and folders", "files.content.read"),
];

#[test]
fn what_a_consent_screen_says_leads_to_the_scope() {
    let mut lost = Vec::new();
    for (ty, written, meant) in CONSENT_SCREENS {
        let ty = Catalogue::get().find(ty).unwrap();
        let resolution = resolve_one(ty, written);
        let (Resolution::Description(found) | Resolution::Misspelt { suggestions: found, .. }) = &resolution
        else {
            panic!("{written}: {resolution:?}");
        };
        if found.first().is_none_or(|first| first.name.rsplit('/').next() != Some(meant)) {
            lost.push(format!("{}: {written}: {found:?}", ty.name));
        }
    }
    println!(
        "summary: consent screens: of {} first right {}",
        CONSENT_SCREENS.len(),
        CONSENT_SCREENS.len() - lost.len()
    );
    assert!(4 * lost.len() <= CONSENT_SCREENS.len(), "{lost:#?}");
}
