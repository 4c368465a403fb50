use connector_syntax::Encoding;
use tower_lsp::ls_types::CompletionTextEdit;

use super::writer::plain;
use super::*;
use crate::documents::cursor;

fn caps() -> ClientCaps {
    ClientCaps {
        snippets: true,
        completion_markdown: true,
        completion_deprecated_tag: true,
        ..ClientCaps::default()
    }
}

fn items_at(fixture: &str) -> (String, Vec<CompletionItem>) {
    let (text, offset) = cursor(fixture);
    let items = items(&Document::for_test(&text), offset, None, &caps());
    (text, items)
}

fn labels(fixture: &str) -> Vec<String> {
    items_at(fixture).1.into_iter().map(|item| item.label).collect()
}

/// The text after the item of this name is accepted.
fn accept(fixture: &str, label: &str) -> String {
    let (text, items) = items_at(fixture);
    let item = items.iter().find(|item| item.label == label).expect("the item is offered");
    let Some(CompletionTextEdit::Edit(edit)) = &item.text_edit else {
        panic!("an item without an edit");
    };
    let document = Document::for_test(&text);
    let edits: Vec<connector_syntax::TextEdit> = std::iter::once(edit)
        .chain(item.additional_text_edits.iter().flatten())
        .map(|edit| connector_syntax::TextEdit {
            range: document.text.text_range(edit.range, Encoding::Utf16),
            new_text: edit.new_text.clone(),
        })
        .collect();
    connector_syntax::edit::apply(&text, &edits)
}

#[test]
fn an_empty_file_gets_a_whole_connector_the_one_of_its_name_first() {
    let (_, items) = items_at("$0");
    let first = items.iter().min_by_key(|item| item.sort_text.clone()).unwrap();
    assert_eq!(first.label, "slack");
    assert_eq!(accept("$0", "slack"), "{\n  \"type\": \"slack\",\n  \"scopes\": [\n    $0\n  ]\n}");
}

#[test]
fn a_type_replaces_what_stands_there() {
    for (before, after) in [
        (r#"{"type": "sl$0xx"}"#, r#"{"type": "slack"}"#),
        (r#"{"type": sl$0}"#, r#"{"type": "slack"}"#),
        (r#"{"type": $0}"#, r#"{"type": "slack"}"#),
        (r#"{'type': '$0'}"#, r#"{'type': 'slack'}"#),
        ("{type: 's$0\n}", "{type: 'slack'\n}"),
    ] {
        assert_eq!(accept(before, "slack"), after);
    }
}

#[test]
fn scopes_in_the_list_are_not_offered_again() {
    let offered = labels(r#"{"type": "slack", "scopes": ["chat:write", "$0"]}"#);
    assert!(!offered.contains(&"chat:write".to_owned()));
    assert!(offered.contains(&"channels:read".to_owned()));
}

#[test]
fn the_scope_under_the_cursor_is_still_offered() {
    assert!(labels(r#"{"type": "slack", "scopes": ["chat:wr$0ite"]}"#).contains(&"chat:write".to_owned()));
}

#[test]
fn a_scope_brings_its_quotes_and_commas() {
    for (before, after) in [
        (r#"{"type": "slack", "scopes": [$0]}"#, r#"{"type": "slack", "scopes": ["chat:write"]}"#),
        (r#"{"type": "slack", "scopes": ["a" ch$0]}"#, r#"{"type": "slack", "scopes": ["a", "chat:write"]}"#),
        (r#"{"type": "slack", "scopes": [$0 "a"]}"#, r#"{"type": "slack", "scopes": ["chat:write", "a"]}"#),
        ("{type: 'slack', scopes: ['ch$0\n]}", "{type: 'slack', scopes: ['chat:write'\n]}"),
    ] {
        assert_eq!(accept(before, "chat:write"), after);
    }
}

#[test]
fn a_scope_where_the_list_lacks_brings_its_brackets() {
    for (before, after) in [
        (r#"{"type": "slack", "scopes": "ch$0"}"#, r#"{"type": "slack", "scopes": ["chat:write"]}"#),
        (r#"{"type": "slack", "scopes": "ch$0"#, r#"{"type": "slack", "scopes": ["chat:write"]"#),
        (r#"{"type": "slack", "scopes": ch$0}"#, r#"{"type": "slack", "scopes": ["chat:write"]}"#),
    ] {
        assert_eq!(accept(before, "chat:write"), after);
    }
}

#[test]
fn a_scope_is_offered_in_the_form_that_was_begun() {
    let long = "https://graph.microsoft.com/Mail.Send";
    assert_eq!(
        accept("{type: 'outlook', scopes: ['https://graph.microsoft.com/Ma$0']}", long),
        format!("{{type: 'outlook', scopes: ['{long}']}}")
    );
    let (_, items) = items_at("{type: 'gmail', scopes: ['gmail.re$0']}");
    let filters: Vec<&str> = items.iter().filter_map(|item| item.filter_text.as_deref()).collect();
    assert!(filters.contains(&"gmail.readonly"), "{filters:?}");
}

#[test]
fn a_broad_scope_tells_what_it_makes_redundant() {
    let fixture =
        r#"{"type": "googlecalendar", "scopes": ["https://www.googleapis.com/auth/calendar.readonly", $0]}"#;
    let (_, items) = items_at(fixture);
    let broad = items.iter().find(|item| item.label == "calendar").unwrap();
    assert!(
        broad
            .detail
            .as_deref()
            .unwrap()
            .contains("makes https://www.googleapis.com/auth/calendar.readonly redundant")
    );
}

#[test]
fn a_scope_in_another_of_its_spellings_is_in_the_list_too() {
    let offered = labels("{type: 'outlook', scopes: ['https://graph.microsoft.com/mail.send', '$0']}");
    assert!(!offered.contains(&"Mail.Send".to_owned()) && offered.contains(&"Mail.Read".to_owned()));
}

#[test]
fn a_scope_that_a_broader_one_includes_comes_later_and_says_so() {
    let fixture = "{type: 'googlecalendar', scopes: ['https://www.googleapis.com/auth/calendar', '$0']}";
    let (_, items) = items_at(fixture);
    let item = items.iter().find(|item| item.label == "calendar.readonly").unwrap();
    assert!(item.sort_text.as_deref().unwrap().starts_with('1'));
    assert!(item.detail.as_deref().unwrap().contains("already included in"), "{item:?}");
}

#[test]
fn keys_that_stand_already_are_not_offered() {
    assert_eq!(labels("{\"type\": \"slack\",\n  $0\n}"), ["scopes", "$schema"]);
    assert_eq!(labels("{$0}"), ["type", "scopes", "$schema"]);
    assert_eq!(accept("{\"type\": \"slack\", sc$0}", "scopes"), "{\"type\": \"slack\", \"scopes\": [$0]}");
    assert_eq!(accept("{\"sc$0\": []}", "scopes"), "{\"scopes\": []}");
}

#[test]
fn a_key_comes_as_a_pair_in_every_state_of_its_quotes_and_colon() {
    for (before, after) in [
        (r#"{"type": "slack", "sc$0"}"#, r#"{"type": "slack", "scopes": [$0]}"#),
        (r#"{"type":"slack","scopes$0"}"#, r#"{"type":"slack","scopes": [$0]}"#),
        (r#"{"type":"slack","$0"}"#, r#"{"type":"slack","scopes": [$0]}"#),
        (r#"{'type':'slack','$0'}"#, r#"{'type':'slack','scopes': [$0]}"#),
        (r#"{"type":"slack","sc$0}"#, r#"{"type":"slack","scopes": [$0]}"#),
        (r#"{"type":"slack","sc$0":}"#, r#"{"type":"slack","scopes": [$0]}"#),
        (r#"{"type":"slack","sc$0" : }"#, r#"{"type":"slack","scopes": [$0] }"#),
        (r#"{"type":"slack",sc$0:}"#, r#"{"type":"slack","scopes": [$0]}"#),
        (r#"{"type":"slack" "sc$0"}"#, r#"{"type":"slack", "scopes": [$0]}"#),
        (r#"{"type":"slack" sc$0}"#, r#"{"type":"slack", "scopes": [$0]}"#),
        ("{\"type\": \"slack\"\n  sc$0\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
        ("{\"type\": \"slack\"\n  \"sc$0\"\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
        ("{\"type\": \"slack\"\n  $0\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
        ("{\"type\": \"slack\"\n  \"$0\"\n}", "{\"type\": \"slack\",\n  \"scopes\": [$0]\n}"),
        (r#"{"$0" "type": "slack"}"#, r#"{"scopes": [$0], "type": "slack"}"#),
        (r#"{"sc$0", "type": "slack"}"#, r#"{"scopes": [$0], "type": "slack"}"#),
        (r#"{"type": "slack", "sc$0", "x": 1}"#, r#"{"type": "slack", "scopes": [$0], "x": 1}"#),
    ] {
        assert_eq!(accept(before, "scopes"), after, "{before}");
    }
    assert_eq!(accept(r#"{"$0"}"#, "type"), r#"{"type": "$1"$0}"#);
    assert_eq!(accept(r#"{"ty$0"}"#, "type"), r#"{"type": "$1"$0}"#);
}

#[test]
fn what_is_inserted_gives_a_file_without_errors() {
    for fixture in [
        r#"{"type": "slack", "scopes": ["a" $0"b"]}"#,
        r#"{"type": "slack", "scopes": ["a"$0 "b"]}"#,
        r#"{"type": "slack", "scopes":$0 ["a"]}"#,
        r#"{"type": "slack", "scopes": $0["a"]}"#,
        r#"{"type":$0 "slack", "scopes": []}"#,
        r#"{"type"$0: "slack", "scopes": []}"#,
        r#"{"type" $0: "slack"}"#,
        "{\"type\": \"slack\"\n $0\n}",
        "{\"type\": \"slack\" // why\n $0\n}",
        r#"{$0"type": "slack"}"#,
        r#"{ $0 "type": "slack"}"#,
    ] {
        let (_, items) = items_at(fixture);
        for item in items {
            let after = plain(&accept(fixture, &item.label));
            assert_eq!(connector_syntax::parse(&after).errors(), [], "{fixture} -> {after}");
        }
    }
}

#[test]
fn nothing_is_offered_where_nothing_belongs() {
    for fixture in [
        r#"{"type": "slack", "scopes":$0 ["a"]}"#,
        r#"{"type":$0 "slack"}"#,
        r#"{"type"$0: "slack"}"#,
        r#"{"scopes"$0: []}"#,
        r#"{"scopes" $0: []}"#,
        r#"{"type": "slack", "scopes"$0}"#,
    ] {
        assert_eq!(labels(fixture), Vec::<String>::new(), "{fixture}");
    }
}

#[test]
fn a_blank_opens_a_list_only_where_a_value_has_to_follow() {
    let opens = |fixture: &str| {
        let (text, offset) = cursor(fixture);
        opens_after_blank(Document::for_test(&text).tree(), offset)
    };
    for fixture in [r#"{"type": $0}"#, r#"{"scopes": $0}"#, r#"{"scopes": ["a", $0]}"#] {
        assert!(opens(fixture), "{fixture}");
    }
    for fixture in ["{ $0}", r#"{"type": "a $0"}"#, r#"{"scopes": [ $0]}"#, r#"{"type": "a", $0}"#, " $0"] {
        assert!(!opens(fixture), "{fixture}");
    }
}

#[test]
fn scopes_come_in_the_order_of_every_list_and_are_called_by_their_tails() {
    let (_, mut items) = items_at("{type: 'gmail', scopes: ['$0']}");
    items.sort_by_key(|item| item.sort_text.clone());
    let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels[..4], ["gmail.send", "gmail.readonly", "gmail.compose", "gmail.modify"]);
    let place = |label: &str| labels.iter().position(|other| *other == label).unwrap();
    assert!(place("gmail.labels") < place("https://mail.google.com/"), "{labels:?}");
}

#[test]
fn an_unknown_type_offers_no_scopes() {
    assert_eq!(labels(r#"{"type": "nonsense", "scopes": [$0]}"#), Vec::<String>::new());
}

#[test]
fn a_client_without_snippets_gets_plain_text() {
    let (text, offset) = cursor("$0");
    let items = items(&Document::for_test(&text), offset, None, &ClientCaps::default());
    assert!(items.iter().all(|item| item.insert_text_format.is_none()));
    let Some(CompletionTextEdit::Edit(edit)) = &items[0].text_edit else { panic!() };
    assert!(!edit.new_text.contains('$'));
}

#[test]
fn the_schema_key_brings_the_address_of_its_types_schema() {
    let accepted = accept("{'type': 'slack', $0}", "$schema");
    assert!(accepted.starts_with("{'type': 'slack', '\\$schema': 'https://"), "{accepted}");
    assert!(accepted.ends_with("/schemas/slack.schema.json'}"), "{accepted}");
}

#[test]
fn a_list_without_a_type_gets_the_scopes_of_the_type_that_the_file_is_named_after() {
    assert!(labels("{scopes: ['$0']}").contains(&"chat:write".to_owned()));
}

#[test]
fn the_platforms_own_list_decides_which_types_are_offered() {
    let known = KnownTypes { names: vec!["slack".to_owned(), "brandnew".to_owned()] };
    let (text, offset) = cursor("{type: '$0'}");
    let items = items(&Document::for_test(&text), offset, Some(&known), &caps());
    let labels: Vec<&str> = items.iter().map(|item| item.label.as_str()).collect();
    // Stripe is never in the list, and there all the same.
    assert_eq!(labels, ["slack", "stripe", "brandnew"]);
    assert!(items[0].documentation.is_some());
}

#[test]
fn the_sensitivity_of_a_scope_is_told() {
    let (_, items) = items_at("{type: 'gmail', scopes: ['$0']}");
    let restricted = items.iter().find(|item| item.label == "https://mail.google.com/").unwrap();
    assert!(restricted.detail.as_deref().unwrap().ends_with("— restricted"), "{restricted:?}");
}

#[test]
fn codes_are_offered_in_a_comment_that_silences() {
    let offered = labels("// base44-ignore un$0\n{}");
    assert!(offered.contains(&"unknown-scope".to_owned()));
    assert!(!offered.contains(&"syntax-error".to_owned()), "what stops a push cannot be silenced");
    let more = labels("// base44-ignore unknown-scope, $0\n{}");
    assert!(!more.contains(&"unknown-scope".to_owned()) && more.contains(&"unknown-key".to_owned()));
}

#[test]
fn a_comment_can_begin_to_silence() {
    assert_eq!(labels("// ba$0\n{}"), ["base44-ignore", "base44-ignore-file"]);
    assert_eq!(accept("// ba$0\n{}", "base44-ignore"), "// base44-ignore \n{}");
}
