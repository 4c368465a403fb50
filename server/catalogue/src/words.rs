// The words of a scope's name; shared with the build script, which collects each provider's.

/// Splits a name where a separator stands or an upper-case letter begins a word, in lower case.
///
/// `Mail.ReadWrite.All` has the words `mail`, `read`, `write`, `all`.
pub fn split_words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower_case = false;
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && after_lower_case;
        if !word.is_empty() && (begins || !letter.is_alphanumeric()) {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        after_lower_case = letter.is_lowercase() || letter.is_numeric();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Whether a word is a version: `v2`, `2024`, `v1beta`, `beta`.
#[allow(dead_code, reason = "the build script, which shares this file, has no use for it")]
pub fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix(['v', 'V']).unwrap_or(word);
    let rest = digits.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let stage = matches!(rest, "beta" | "alpha" | "rc");
    (rest.len() < digits.len() && (rest.is_empty() || stage)) || (stage && rest == word)
}
