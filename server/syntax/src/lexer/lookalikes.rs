//! Characters of other scripts and keyboards that stand where JSON has its own.

/// Whether the character stands around text in some language, but not in JSON.
pub(crate) fn is_quote(c: char) -> bool {
    !c.is_ascii() && (is_double_quote(c) || is_single_quote(c))
}

fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂' | '″' | '〃' | '「' | '」' | '『' | '』')
}

fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '‚' | '‛' | '‹' | '›' | '＇' | '´' | '′' | 'ʼ')
}

/// Whether a text that began with the one may end with the other.
pub(super) fn closes(open: char, c: char) -> bool {
    (is_double_quote(open) && is_double_quote(c)) || (is_single_quote(open) && is_single_quote(c))
}

/// The punctuation that a character of another script looks like.
pub(super) fn look_alike(c: char) -> Option<char> {
    Some(match c {
        '：' | '﹕' | '︰' => ':',
        '，' | '、' | '､' | '﹐' | '；' => ',',
        '｛' => '{',
        '｝' => '}',
        '［' | '【' | '〔' => '[',
        '］' | '】' | '〕' => ']',
        _ => return None,
    })
}

/// Whether nobody sees the character, and no word begins with it.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}
