//! Mistakes in types.

use connector_catalogue::{Catalogue, ConnectorType, Provider, split_words};

use super::slips::{slip, two_slips};
use super::tally::{Mistake, Tally, one_in};

/// A kind of mistake: its name, and what it makes of a type; none where there is nothing to be got wrong.
type Kind = (&'static str, fn(&ConnectorType, &mut fastrand::Rng) -> Option<String>);

const KINDS: &[Kind] = &[
    ("a slip", |ty, rng| (ty.name.len() > 3).then(|| slip(ty.name, rng))),
    ("two slips", |ty, rng| (ty.name.len() > 5).then(|| two_slips(ty.name, rng))),
    ("the product's name", |ty, _| Some(ty.display_name.to_owned())),
    ("the product's name in small letters", |ty, _| Some(ty.display_name.to_lowercase())),
    ("the product's name with a slip", |ty, rng| {
        (ty.display_name.len() > 5).then(|| slip(ty.display_name, rng))
    }),
    ("other separators", |ty, rng| {
        let words = split_words(ty.display_name);
        Some(words.join(["-", "_", ".", " ", "", "/"][rng.usize(..6)]))
    }),
    ("camel case", |ty, _| {
        let words = split_words(ty.display_name);
        Some(words.iter().map(|word| word[..1].to_uppercase() + &word[1..]).collect())
    }),
    ("the company before it", |ty, rng| {
        let company = company(ty)?;
        Some(format!("{company}{}{}", ["-", "_", ".", " ", ""][rng.usize(..5)], product(ty)))
    }),
    ("without the company", |ty, _| {
        let product = product(ty);
        // Of these names others have one, too, or it says nothing.
        let says_nothing =
            ["ads", "contacts", "photos", "business", "user", "forms"].contains(&product.as_str());
        (product != ty.name && !says_nothing && !product.is_empty()).then_some(product)
    }),
    ("a version", |ty, rng| {
        let version =
            ["v1", "v2", " v3", "-v4", "_v2", " API v3", " 2.0", "-2024", "_v1beta", "/v1"][rng.usize(..10)];
        Some(format!("{}{version}", [ty.name, ty.display_name][rng.usize(..2)]))
    }),
    ("what it is", |ty, rng| {
        let word = ["connector", "integration", "api", "oauth", "app", "account", "client"][rng.usize(..7)];
        let separator = ["-", "_", " ", ""][rng.usize(..4)];
        let name = [ty.name, ty.display_name][rng.usize(..2)];
        Some(match rng.bool() {
            true => format!("{name}{separator}{word}"),
            false => format!("{word}{separator}{name}"),
        })
    }),
    ("blanks and quotes", |ty, rng| {
        let (before, after) =
            [(" ", ""), ("", " "), ("'", "'"), ("", ","), ("\t", ""), ("", "."), ("@", ""), ("", ".com")]
                [rng.usize(..8)];
        Some(format!("{before}{}{after}", ty.name))
    }),
    ("a file's name", |ty, rng| {
        Some(format!("{}{}", ty.name, [".json", ".jsonc", ".JSON", ".json5"][rng.usize(..4)]))
    }),
    ("whose it is, or for what", |ty, rng| {
        let (before, after) = [
            ("base44_", ""),
            ("@base44/", ""),
            ("my-", ""),
            ("the ", ""),
            ("", "_prod"),
            ("", "-dev"),
            ("", " beta"),
            ("type: ", ""),
            ("connectors/", ""),
        ][rng.usize(..9)];
        Some(format!("{before}{}{after}", ty.name))
    }),
    ("the words the other way round", |ty, rng| {
        let mut words = split_words(ty.display_name);
        words.reverse();
        (words.len() > 1).then(|| words.join(["-", "_", " "][rng.usize(..3)]))
    }),
    ("a letter of another script", |ty, rng| {
        let alike = [('a', 'а'), ('e', 'е'), ('o', 'о'), ('c', 'с'), ('p', 'р'), ('i', 'і')];
        let alike: Vec<_> = alike.into_iter().filter(|(letter, _)| ty.name.contains(*letter)).collect();
        let (letter, other) = *alike.get(rng.usize(..alike.len().max(1)))?;
        Some(ty.name.replacen(letter, other.encode_utf8(&mut [0; 4]), 1))
    }),
    ("its address", |ty, rng| {
        let name = split_words(ty.name).concat();
        let (before, after) = [
            ("https://", ".com"),
            ("https://api.", ".com/v1"),
            ("www.", ".com"),
            ("https://www.", ".com/"),
            ("", ".io"),
            ("npm:", ""),
            ("https://developers.", ".com/docs"),
        ][rng.usize(..7)];
        Some(format!("{before}{name}{after}"))
    }),
    ("a version of the company's product", |ty, rng| {
        let company = company(ty).unwrap_or(ty.name);
        let company = company[..1].to_uppercase() + &company[1..];
        let product = product(ty).replace('_', " ");
        let version = [" v2", " API v3", " 2.0", " (v1)", " 2024", " API", " REST API"][rng.usize(..7)];
        Some(if company.to_lowercase() == product {
            format!("{company}{version}")
        } else {
            format!("{company} {product}{version}")
        })
    }),
    ("the number of a word", |ty, rng| {
        let words = split_words(ty.display_name);
        let at = rng.usize(..words.len());
        let mut other = words.clone();
        other[at] = match words[at].strip_suffix('s') {
            Some(one) if one.len() > 2 => one.to_owned(),
            _ => format!("{}s", words[at]),
        };
        (words[at].len() > 3).then(|| other.join(["-", "_", " ", ""][rng.usize(..4)]))
    }),
    ("as a page shows it", |ty, rng| {
        let (before, after) = [
            ("**", "**"),
            ("`", "`"),
            ("\u{201c}", "\u{201d}"),
            ("* ", ""),
            ("\u{2022} ", ""),
            ("(", ")"),
            ("", ":"),
            ("", " (beta)"),
            ("", "\u{2122}"),
            ("\u{200b}", ""),
            ("", "\u{a0}"),
            ("", ";"),
        ][rng.usize(..12)];
        Some(format!("{before}{}{after}", [ty.name, ty.display_name][rng.usize(..2)]))
    }),
    ("case", |ty, rng| {
        Some(match rng.bool() {
            true => ty.name.to_uppercase(),
            false => ty.name[..1].to_uppercase() + &ty.name[1..],
        })
    }),
    ("what people call it", |ty, rng| {
        (!ty.aliases.is_empty()).then(|| ty.aliases[rng.usize(..ty.aliases.len())].to_owned())
    }),
    ("what people call it, with a slip", |ty, rng| {
        let long: Vec<&&str> = ty.aliases.iter().filter(|alias| alias.len() > 5).collect();
        (!long.is_empty()).then(|| slip(long[rng.usize(..long.len())], rng))
    }),
];

/// Who makes it, where that is not its name.
fn company(ty: &ConnectorType) -> Option<&'static str> {
    match ty.provider {
        Provider::Google => Some("google"),
        Provider::Microsoft => Some("microsoft"),
        Provider::Facebook | Provider::Meta => Some("meta"),
        _ => None,
    }
}

/// What it is called without who makes it.
fn product(ty: &ConnectorType) -> String {
    let words = split_words(ty.display_name);
    let company = company(ty);
    words.into_iter().filter(|word| Some(word.as_str()) != company).collect::<Vec<_>>().join("_")
}

fn file(ty: &str) -> String {
    format!("{{\"type\": {}, \"scopes\": []}}", connector_syntax::quote(ty, '"'))
}

#[test]
fn what_is_written_for_a_type_leads_to_it() {
    let times = 40 / one_in(20).min(40);
    let mut tally = Tally::default();
    for (kind, make) in KINDS {
        let mut rng = fastrand::Rng::with_seed(14);
        for ty in Catalogue::get().types().iter().cycle().take(Catalogue::get().types().len() * times.max(1))
        {
            let Some(written) = make(ty, &mut rng) else { continue };
            if Catalogue::get().find(&written).is_some() {
                continue;
            }
            tally.try_one(&Mistake {
                kind,
                text: file(&written),
                right: vec![file(ty.name)],
                meant: vec![ty.name.to_owned()],
                written,
            });
        }
    }
    tally.print("types", 97.0, 95.0);
}
