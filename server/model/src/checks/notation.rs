//! A connector that is written as YAML or TOML, or as in the source of a web page, written as JSON.

use connector_catalogue::{decoded, split_list};
use connector_syntax::{TextEdit, TextRange, Tree, parse, quote};

use crate::{Fix, FixAction};

/// A longer text, in bytes, is no connector that somebody wrote in another notation.
const MAX_TEXT: usize = 20_000;

/// The fix that writes the whole text as JSON, where it says a type and scopes and nothing else.
pub(super) fn as_json(tree: &Tree) -> Option<Fix> {
    let text = tree.text();
    let connector = Lines::read(text).filter(|_| text.len() <= MAX_TEXT)?;
    let scopes: Vec<String> =
        connector.scopes.iter().map(|scope| format!("    {}", quote(scope, '"'))).collect();
    let list = if scopes.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", scopes.join(",\n")) };
    let new_text = format!("{{\n  \"type\": {},\n  \"scopes\": {list}\n}}\n", quote(&connector.name?, '"'));
    rewrite("Write it as JSON", text, new_text)
}

/// The fix that writes the signs themselves for their codes: `&quot;`.
pub(super) fn unescaped(tree: &Tree) -> Option<Fix> {
    let text = tree.text();
    let new_text =
        decoded(text).filter(|new_text| text.len() <= MAX_TEXT && parse(new_text).errors().is_empty())?;
    rewrite("Write the signs for their codes", text, new_text)
}

/// The fix that puts another text in the place of the whole.
fn rewrite(title: &str, text: &str, new_text: String) -> Option<Fix> {
    let range = TextRange::new(0, u32::try_from(text.len()).ok()?);
    let action = FixAction::Edit(vec![TextEdit { range, new_text }]);
    Some(Fix { title: title.to_owned(), action, safe: false })
}

/// What the lines of a text say.
#[derive(Default)]
struct Lines {
    name: Option<String>,
    scopes: Vec<String>,
    /// Whether the lines are those of the list of scopes.
    in_scopes: bool,
    /// Whether that list stands between brackets, over several lines.
    in_brackets: bool,
}

impl Lines {
    /// Reads a text; none where a line of it says something else.
    fn read(text: &str) -> Option<Lines> {
        let mut read = Lines::default();
        text.lines().map(str::trim).try_for_each(|line| read.line(line))?;
        Some(read)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let line = without_comment(line);
        if line.is_empty() || line == "---" {
            return Some(());
        }
        if self.in_brackets {
            return self.items(line);
        }
        if let Some(item) = line.strip_prefix("- ").filter(|_| self.in_scopes) {
            self.scopes.push(unquoted(item).to_owned());
            return Some(());
        }
        let (key, value) = line.split_once([':', '='])?;
        let value = value.trim();
        self.in_scopes = false;
        match unquoted(key.trim()) {
            "type" if !value.is_empty() => self.name = Some(unquoted(value).to_owned()),
            "scopes" => {
                self.in_scopes = true;
                match value.strip_prefix('[') {
                    Some(items) => {
                        self.in_brackets = true;
                        return self.items(items);
                    }
                    None => {
                        let parts = split_list(None, unquoted(value));
                        self.scopes.extend(parts.into_iter().map(|part| part.name));
                    }
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// The entries of a list between brackets, as far as they stand on a line.
    fn items(&mut self, line: &str) -> Option<()> {
        let (items, after) = match line.split_once(']') {
            Some((items, after)) => {
                self.in_brackets = false;
                (items, after)
            }
            None => (line, ""),
        };
        let items = items.split(',').map(|item| unquoted(item.trim())).filter(|item| !item.is_empty());
        self.scopes.extend(items.map(str::to_owned));
        after.trim().is_empty().then_some(())
    }
}

/// A line without the comment at its end.
fn without_comment(line: &str) -> &str {
    let comment = line.starts_with('#').then_some(0).or_else(|| line.find(" #"));
    comment.and_then(|at| line.get(..at)).unwrap_or(line).trim_end()
}

/// A value without the quotes around it.
fn unquoted(value: &str) -> &str {
    let inside = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
    inside('"').or_else(|| inside('\'')).unwrap_or(value).trim()
}

#[cfg(test)]
mod tests {
    use connector_syntax::{edit, parse};

    use super::*;

    fn json(text: &str) -> Option<String> {
        let FixAction::Edit(edits) = as_json(&parse(text))?.action else { return None };
        Some(edit::apply(text, &edits).split_whitespace().collect())
    }

    #[test]
    fn what_says_a_type_and_scopes_is_written_as_json() {
        for text in [
            "type: slack\nscopes:\n  - chat:write\n  - users:read # who\n",
            "---\ntype: \"slack\"\nscopes: [chat:write, 'users:read']\n",
            "# ours\ntype = \"slack\"\nscopes = [\n  \"chat:write\",\n  \"users:read\"\n]\n",
            "type=slack\nscopes=chat:write,users:read\n",
        ] {
            let right = "{\"type\":\"slack\",\"scopes\":[\"chat:write\",\"users:read\"]}";
            assert_eq!(json(text).as_deref(), Some(right), "{text}");
        }
    }

    #[test]
    fn codes_for_quotes_are_written_as_quotes() {
        let text = "{&quot;type&quot;: &quot;slack&quot;, &quot;scopes&quot;: [&#34;chat:write&#34;]}";
        let action = unescaped(&parse(text)).map(|fix| fix.action);
        let Some(FixAction::Edit(edits)) = action else { panic!("no fix") };
        assert_eq!(edit::apply(text, &edits), r#"{"type": "slack", "scopes": ["chat:write"]}"#);
        assert!(unescaped(&parse("{&quot;type&quot;")).is_none());
    }

    #[test]
    fn what_says_more_is_left() {
        for text in ["type: slack\nname: ours\n", "scopes:\n  - a\n", "slack", "type: slack\n- chat:write\n"]
        {
            assert_eq!(json(text), None, "{text}");
        }
    }
}
