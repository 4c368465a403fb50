//! Letters and signs of other scripts and keyboards that look like those names are made of.

/// A text with the plain letters and signs that its others look like; none where it has no such others, or where some
/// look like nothing that a name has.
pub fn as_ascii(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    text.chars().map(|letter| if letter.is_ascii() { Some(letter) } else { looks_like(letter) }).collect()
}

/// What a letter or sign looks like.
fn looks_like(letter: char) -> Option<char> {
    // The forms as wide as a Chinese character stand in the order of ASCII.
    if let '\u{ff01}'..='\u{ff5e}' = letter {
        return char::from_u32(u32::from(letter) - 0xfee0);
    }
    let row = ALIKE.iter().find(|(_, others)| others.contains(letter));
    row.map(|(plain, _)| *plain)
}

/// Plain letters and signs, and those of Cyrillic, Greek and others that look like them.
const ALIKE: &[(char, &str)] = &[
    ('a', "аαɑ"),
    ('c', "сϲ"),
    ('d', "ԁ"),
    ('e', "еє"),
    ('g', "ɡ"),
    ('h', "һ"),
    ('i', "іιıɩ"),
    ('j', "јϳ"),
    ('k', "кκ"),
    ('l', "ӏ"),
    ('m', "м"),
    ('n', "п"),
    ('o', "оοσ"),
    ('p', "рρ"),
    ('q', "ԛ"),
    ('s', "ѕ"),
    ('t', "тτ"),
    ('u', "υ"),
    ('v', "ν"),
    ('w', "ԝω"),
    ('x', "хχ"),
    ('y', "уγ"),
    ('A', "АΑ"),
    ('B', "ВΒ"),
    ('C', "СϹ"),
    ('E', "ЕΕ"),
    ('H', "НΗ"),
    ('I', "ІΙӀ"),
    ('J', "Ј"),
    ('K', "КΚ"),
    ('M', "МΜ"),
    ('N', "Ν"),
    ('O', "ОΟ"),
    ('P', "РΡ"),
    ('S', "Ѕ"),
    ('T', "ТΤ"),
    ('X', "ХΧ"),
    ('Y', "ҮΥ"),
    ('Z', "Ζ"),
    ('-', "‐‑‒–—―−"),
    (':', "∶ː꞉"),
    ('.', "․。"),
    ('/', "⁄∕"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_read_as_what_it_looks_like() {
        for (written, meant) in [
            ("gmаil", Some("gmail")),
            ("chat：write", Some("chat:write")),
            ("ｓｌａｃｋ", Some("slack")),
            ("search–console", Some("search-console")),
            ("slack", None),
            ("日本", None),
        ] {
            assert_eq!(as_ascii(written).as_deref(), meant, "{written}");
        }
    }
}
