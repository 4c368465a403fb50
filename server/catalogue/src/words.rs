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
