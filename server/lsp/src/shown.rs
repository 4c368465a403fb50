//! What an editor shows of an answer, without the secrets of this process. What it writes into a file stays as it is: an
//! edit that was masked would change what stands there.

use std::borrow::Cow;
use std::path::PathBuf;

use connector_boundary::secret::{mask_in_use, mask_json};
use serde_json::Value;
use tower_lsp::ls_types::{
    CodeActionOrCommand, CodeLens, Command, CompletionItem, CompletionResponse, DocumentLink, DocumentSymbol,
    DocumentSymbolResponse, Documentation, FoldingRange, GotoDefinitionResponse, Hover, HoverContents,
    Location, MarkedString, SelectionRange, SymbolInformation, TextEdit,
};

/// An answer of which something is shown to the person.
pub(crate) trait Shown {
    /// Takes out of what is shown whatever is a secret of this process.
    fn hide_secrets(&mut self);
}

/// What is shown of these are places in files, or nothing.
macro_rules! nothing_is_shown {
    ($($answer:ty),* $(,)?) => {
        $(impl Shown for $answer {
            fn hide_secrets(&mut self) {}
        })*
    };
}

nothing_is_shown![FoldingRange, GotoDefinitionResponse, Location, SelectionRange, TextEdit];

/// Files that are read for an answer.
impl<T> Shown for (T, PathBuf) {
    fn hide_secrets(&mut self) {}
}

impl Shown for String {
    fn hide_secrets(&mut self) {
        if let Cow::Owned(masked) = mask_in_use(self) {
            *self = masked;
        }
    }
}

impl Shown for Cow<'_, str> {
    fn hide_secrets(&mut self) {
        if let Cow::Owned(masked) = mask_in_use(self) {
            *self = Cow::Owned(masked);
        }
    }
}

impl Shown for Value {
    fn hide_secrets(&mut self) {
        mask_json(self);
    }
}

impl<T: Shown> Shown for Option<T> {
    fn hide_secrets(&mut self) {
        self.iter_mut().for_each(Shown::hide_secrets);
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn hide_secrets(&mut self) {
        self.iter_mut().for_each(Shown::hide_secrets);
    }
}

impl Shown for Hover {
    fn hide_secrets(&mut self) {
        let of_marked = |marked: &mut MarkedString| match marked {
            MarkedString::String(text) => text.hide_secrets(),
            MarkedString::LanguageString(code) => code.value.hide_secrets(),
        };
        match &mut self.contents {
            HoverContents::Markup(markup) => markup.value.hide_secrets(),
            HoverContents::Scalar(marked) => of_marked(marked),
            HoverContents::Array(all) => all.iter_mut().for_each(of_marked),
        }
    }
}

impl Shown for CompletionResponse {
    fn hide_secrets(&mut self) {
        match self {
            CompletionResponse::Array(items) => items.hide_secrets(),
            CompletionResponse::List(list) => list.items.hide_secrets(),
        }
    }
}

impl Shown for CompletionItem {
    fn hide_secrets(&mut self) {
        let label = self.label.clone();
        self.label.hide_secrets();
        // By its label it would be found, and written where there is no edit.
        if self.label != label {
            self.filter_text.get_or_insert_with(|| label.clone());
            if self.text_edit.is_none() {
                self.insert_text.get_or_insert(label);
            }
        }
        self.detail.hide_secrets();
        if let Some(details) = &mut self.label_details {
            details.detail.hide_secrets();
            details.description.hide_secrets();
        }
        match &mut self.documentation {
            Some(Documentation::String(text)) => text.hide_secrets(),
            Some(Documentation::MarkupContent(markup)) => markup.value.hide_secrets(),
            None => {}
        }
    }
}

impl Shown for Command {
    fn hide_secrets(&mut self) {
        self.title.hide_secrets();
    }
}

impl Shown for CodeLens {
    fn hide_secrets(&mut self) {
        self.command.hide_secrets();
    }
}

impl Shown for CodeActionOrCommand {
    fn hide_secrets(&mut self) {
        match self {
            CodeActionOrCommand::Command(command) => command.hide_secrets(),
            CodeActionOrCommand::CodeAction(action) => {
                action.title.hide_secrets();
                action.command.hide_secrets();
            }
        }
    }
}

impl Shown for DocumentLink {
    fn hide_secrets(&mut self) {
        self.tooltip.hide_secrets();
    }
}

impl Shown for DocumentSymbolResponse {
    fn hide_secrets(&mut self) {
        match self {
            DocumentSymbolResponse::Flat(symbols) => symbols.hide_secrets(),
            DocumentSymbolResponse::Nested(symbols) => symbols.hide_secrets(),
        }
    }
}

impl Shown for SymbolInformation {
    fn hide_secrets(&mut self) {
        self.name.hide_secrets();
        self.container_name.hide_secrets();
    }
}

impl Shown for DocumentSymbol {
    fn hide_secrets(&mut self) {
        self.name.hide_secrets();
        self.detail.hide_secrets();
        self.children.hide_secrets();
    }
}

#[cfg(test)]
mod tests {
    use connector_boundary::secret::{Secret, holds_secret};
    use serde_json::{Value, json};
    use tower_lsp::ls_types::{CodeActionOrCommand, CompletionItem, DocumentSymbolResponse, Hover};

    use super::Shown;

    const SECRET: &str = "b44k_Xq7w2LmZp9Rt4VnB";

    fn hidden<T: Shown + serde::Serialize + serde::de::DeserializeOwned>(answer: Value) -> Value {
        Secret::new(SECRET);
        let mut answer: T = serde_json::from_value(answer).unwrap();
        answer.hide_secrets();
        serde_json::to_value(answer).unwrap()
    }

    #[test]
    fn what_is_shown_has_no_secret_and_what_is_written_keeps_it() {
        let hover =
            hidden::<Hover>(json!({"contents": {"kind": "markdown", "value": format!("`{SECRET}`")}}));
        assert!(!holds_secret(&hover.to_string()), "{hover}");

        let edit = json!({"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "newText": SECRET});
        let item = hidden::<CompletionItem>(json!({
            "label": SECRET, "detail": SECRET, "documentation": SECRET, "textEdit": edit,
        }));
        assert_eq!((&item["textEdit"]["newText"], &item["filterText"]), (&json!(SECRET), &json!(SECRET)));
        for key in ["label", "detail", "documentation"] {
            assert!(!holds_secret(&item[key].to_string()), "{item}");
        }
        let bare = hidden::<CompletionItem>(json!({"label": SECRET}));
        assert_eq!((&bare["insertText"], &bare["label"]), (&json!(SECRET), &json!("…")));

        let action = hidden::<CodeActionOrCommand>(json!({
            "title": format!("Change to {SECRET}"), "edit": {"changes": {"file:///a": [edit]}},
        }));
        assert_eq!(action["title"], "Change to …");
        assert_eq!(action["edit"]["changes"]["file:///a"][0]["newText"], SECRET);

        let range = edit["range"].clone();
        let symbol = json!({"name": SECRET, "kind": 1, "range": range, "selectionRange": range});
        let symbols = hidden::<DocumentSymbolResponse>(json!([{
            "name": "a", "detail": SECRET, "kind": 1, "range": range, "selectionRange": range, "children": [symbol],
        }]));
        assert!(!holds_secret(&symbols.to_string()), "{symbols}");
    }
}
