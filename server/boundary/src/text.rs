//! What of a text from outside may be shown, for every surface: the terminal, JSON, logs, and the labels, messages
//! and previews of an editor.
//!
//! A file, a folder's name, a config or an answer of the platform may hold characters that nobody sees, that turn the
//! text around them, that move a terminal's cursor or that forge a line of their own. They are shown as their escape,
//! `\u{202e}`. Which they are is decided by Unicode's properties, so that no list has to keep up with them.

use std::borrow::Cow;

use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GraphemeExtend};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::secret::secret_across;

/// How many characters of a name (a type, a scope) are shown: every real one is far shorter, and a line still holds it.
pub const MAX_NAME: usize = 200;

/// What draws nothing though no property says so: Braille's cell without a dot, which is a symbol by mistake of history,
/// the blanks of hieroglyphs, the filler of the small Khitan script, and a note's head that is not there.
const BLANKS: [char; 5] = ['\u{2800}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u{1d159}'];

/// How many marks may be stacked on one letter. No language stacks more; a tower of them covers the lines around it.
const MAX_STACKED_MARKS: usize = 4;

/// Text as one line of at most `max` characters: what may not be shown is escaped, line breaks included. No cut goes
/// through a secret: what is left of one could not be told from a word any more when the line leaves.
pub fn printable(text: &str, max: usize) -> String {
    if text.len() <= max && is_plain(text) {
        return text.to_owned();
    }
    let whole = || escape(text, |_| false);
    let Some((cut, _)) = text.char_indices().nth(max) else { return whole() };
    let cut = secret_across(text, cut).map_or(cut, |secret| secret.start);
    text.get(..cut).map_or_else(whole, |text| escape(text, |_| false) + "…")
}

/// A name as it may be shown: [`printable`] with [`MAX_NAME`].
pub fn printable_name(name: &str) -> String {
    printable(name, MAX_NAME)
}

/// Text of several lines, uncut: its line breaks stay, everything else that may not be shown is escaped.
pub fn visible(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    escape(text, |c| c == '\n')
}

/// A label of an editor: [`printable`], and no `$(name)` in it that the editor would draw as an icon.
pub fn printable_label(text: &str, max: usize) -> String {
    let shown = printable(text, max);
    if shown.contains('$') { shown.replace("$(", "$ (") } else { shown }
}

/// A message of an editor: [`visible`], and no `[text](address)` in it that the editor would make a link of.
pub fn printable_message(text: &str) -> String {
    visible(text).replace("](", "] (")
}

/// Lines of an output without what a build server would take for an order to itself: `::error::` at the beginning of a
/// line, and `##[…]`, `##vso[…]` or `##teamcity[…]` anywhere. Some of them set variables and paths of the steps that
/// follow, and who reads the output of a build is not asked.
pub fn without_orders(text: &str) -> Cow<'_, str> {
    if !text.contains("##") && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        let (before, rest) = line.split_at(start);
        shown.push_str(before);
        let order =
            rest.strip_prefix("::").filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
        let rest = match order {
            Some(rest) => {
                shown.push_str(": :");
                rest
            }
            None => rest,
        };
        for (at, c) in rest.char_indices() {
            shown.push(c);
            if c == '#' && is_order(rest.get(at..).unwrap_or_default()) {
                shown.push(' ');
            }
        }
    }
    Cow::Owned(shown)
}

/// Whether a text begins with `##name[`.
fn is_order(text: &str) -> bool {
    let name =
        text.strip_prefix("##").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    name.is_some_and(|rest| rest.starts_with('['))
}

/// JSON that means the same, with everything escaped that may not be shown: JSON itself asks that only of a few. Nothing
/// in it is an order to a build server either.
pub fn visible_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for (at, c) in json.char_indices() {
        if c == '#' && is_order(json.get(at..).unwrap_or_default()) {
            shown.push_str("\\u0023");
            continue;
        }
        if c != '\n' && is_unprintable(c) {
            let mut units = [0; 2];
            c.encode_utf16(&mut units).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a character is invisible, turns the text around it, or makes a terminal or an editor do something.
///
/// These are the properties Default_Ignorable_Code_Point and Bidi_Control, the categories of controls, formats, line
/// and paragraph separators, what is for private use, and every blank but the space: one that draws nothing can hide
/// text or forge a name.
pub fn is_unprintable(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let by_category = matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::SpaceSeparator
            // Nothing, a box, or whatever a font has put there: an icon of the editor's own, a mark of success.
            | GeneralCategory::PrivateUse
    );
    by_category
        || BLANKS.contains(&c)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<BidiControl>().contains(c)
        || is_noncharacter(c)
}

/// Two at the end of each plane and a row of 32: Unicode promises that they are never characters, and many fonts
/// draw nothing for them.
fn is_noncharacter(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// Nothing but letters, digits, punctuation and spaces of ASCII, as nearly every text is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(is_plain_byte)
}

fn is_plain_byte(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> String {
    let marks = CodePointSetData::new::<GraphemeExtend>();
    let mut shown = String::with_capacity(text.len());
    // A mark at the very beginning would sit on whatever is written before the text.
    let mut stacked = MAX_STACKED_MARKS;
    let mut rest = text;
    loop {
        // Nearly all of a message is plain, and is taken over as one piece.
        let plain = rest.bytes().position(|byte| !is_plain_byte(byte)).unwrap_or(rest.len());
        let (start, after) = rest.split_at(plain);
        if plain > 0 {
            shown.push_str(start);
            stacked = 0;
        }
        let mut chars = after.chars();
        let Some(c) = chars.next() else { return shown };
        rest = chars.as_str();
        stacked = if !c.is_ascii() && marks.contains(c) { stacked + 1 } else { 0 };
        if (is_unprintable(c) && !keep(c)) || stacked > MAX_STACKED_MARKS {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_is_shown_instead() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}", 40), "a\\u{1b}[2Jb\\u{202e}");
        assert_eq!(printable("abcdef", 3), "abc…");
        assert_eq!(printable("a\nb", 40), "a\\u{a}b");
        assert_eq!(visible("a\u{9b}\nb\r"), "a\\u{9b}\nb\\u{d}");
    }

    #[test]
    fn letters_digits_and_pictures_of_any_script_are_shown_as_they_are() {
        for text in
            ["Größe", "日本語", "שלום", "مرحبا", "हिन्दी", "ไทย", "🚀", "a — “b” … · ●", "Việt", "한국어"]
        {
            assert_eq!(printable(text, 40), text);
        }
    }

    #[test]
    fn what_draws_nothing_or_turns_the_text_is_escaped_by_its_property() {
        let unseen = [
            // Bidirectional controls and isolates.
            '\u{61c}',
            '\u{200e}',
            '\u{202a}',
            '\u{2066}',
            // For private use.
            '\u{e000}',
            '\u{f8ff}',
            '\u{f0000}',
            // Default ignorable: joiners, fillers, variation selectors, tags, invisible operators, reserved ones.
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{180e}',
            '\u{200d}',
            '\u{2064}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff0}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0041}',
            '\u{e01ef}',
            '\u{e0fff}',
            // Formats that are not ignorable, separators, blanks.
            '\u{600}',
            '\u{fff9}',
            '\u{2028}',
            '\u{2029}',
            '\u{a0}',
            '\u{2007}',
            '\u{2800}',
            '\u{3000}',
            '\u{13441}',
            '\u{13442}',
            '\u{16fe4}',
            '\u{1d159}',
            '\u{fdd0}',
            '\u{1ffff}',
        ];
        for c in unseen {
            assert_eq!(printable(&format!("a{c}b"), 40), format!("a{}b", c.escape_unicode()));
        }
    }

    #[test]
    fn marks_neither_pile_up_nor_sit_on_what_stands_before() {
        assert_eq!(printable("\u{301}a", 40), "\\u{301}a");
        let tower = format!("a{}", "\u{301}".repeat(6));
        assert_eq!(printable(&tower, 40), "a\u{301}\u{301}\u{301}\u{301}\\u{301}\\u{301}");
    }

    #[test]
    fn an_editor_draws_no_icon_and_no_link_of_a_text_from_outside() {
        assert_eq!(printable_label("$(check) Authorized", 40), "$ (check) Authorized");
        assert_eq!(printable_label("$\u{200b}(check)", 40), "$\\u{200b}(check)");
        let text = "No. [Sign in](command:workbench.action.quit)\nmore\u{1b}[2J";
        assert_eq!(printable_message(text), "No. [Sign in] (command:workbench.action.quit)\nmore\\u{1b}[2J");
        let harmless = "slack (2 scopes): https://a.example/x";
        assert_eq!(printable_message(harmless), harmless);
    }

    #[test]
    fn json_means_the_same_with_everything_escaped_that_a_terminal_acts_on() {
        let text = "a\u{9b}2J\u{202e}\u{e0041}\u{7f}\u{1b}é";
        let json = serde_json::to_string_pretty(&[text]).unwrap_or_default();
        let shown = visible_json(&json);
        assert!(shown.chars().all(|c| c == '\n' || !is_unprintable(c)), "{shown:?}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap_or_default(), [text]);
    }

    #[test]
    fn a_build_server_takes_no_order_from_a_text() {
        for (text, shown) in [
            ("::set-output name=a::b\n", ": :set-output name=a::b\n"),
            ("ok\n  ::add-mask::e", "ok\n  : :add-mask::e"),
            ("slack: ##[set-env name=PATH]/x", "slack: # #[set-env name=PATH]/x"),
            ("###vso[task.setvariable variable=a]b", "## #vso[task.setvariable variable=a]b"),
            ("##teamcity[x] ##[y]", "# #teamcity[x] # #[y]"),
        ] {
            assert_eq!(without_orders(text), shown);
            assert_eq!(without_orders(shown), shown);
        }
        for harmless in
            ["## Title [x]", "a::b", "  ::: slack.jsonc:1:2", "# [x] #[y]", "https://a.example/##"]
        {
            assert_eq!(without_orders(harmless), harmless);
        }
        let shown = visible_json("[\"##[set-env name=A]b ##vso[c]\"]");
        assert!(!shown.contains("##"), "{shown}");
        assert_eq!(
            serde_json::from_str::<Vec<String>>(&shown).unwrap_or_default(),
            ["##[set-env name=A]b ##vso[c]"]
        );
    }

    #[test]
    fn nothing_that_is_shown_is_unprintable_whatever_the_text() {
        // The planes that have characters: the basic and supplementary ones, the ideographs' edges, the tags.
        let planes = ('\0'..='\u{20000}').chain('\u{e0000}'..='\u{e0fff}').collect::<Vec<char>>();
        for chars in planes.chunks(1_000) {
            let shown = printable(&chars.iter().collect::<String>(), 1_000);
            let hidden = shown.chars().find(|c| is_unprintable(*c));
            assert_eq!(hidden, None);
        }
    }
}
