//! Yes-or-no questions on a terminal, answered with one key.

use connector_boundary::secret::holds_secret;
use inquire::ui::{Attributes, Color, RenderConfig, StyleSheet, Styled};
use inquire::{Confirm, InquireError};

use super::Terminal;

/// What a person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The person said yes.
    Yes,
    /// The person said no.
    No,
    /// The person pressed Esc: this question is passed over.
    Skipped,
    /// Ctrl-C.
    Interrupted,
}

impl Terminal {
    /// Asks a question; only to be called where [`Terminal::asks`]. Blocks until it is answered.
    pub(crate) fn confirm(&self, question: &str, default: bool) -> Answer {
        // Who cannot be shown all of a question cannot agree to it. A project names its own secrets, and may name
        // what it wants to hide.
        if holds_secret(question) {
            self.fail(&format!(
                "{question}\nThis is not asked: part of it is also a secret of the project or the login, and is not shown. Correct .env, or the name."
            ));
            return Answer::No;
        }
        let message = format!("{question} ›");
        let answer = Confirm::new(&message)
            .with_default(default)
            .with_render_config(self.prompt_style())
            .with_formatter(&|yes| if yes { "Yes" } else { "No" }.to_owned())
            .prompt_skippable();
        match answer {
            Ok(Some(true)) => Answer::Yes,
            Ok(Some(false)) => Answer::No,
            Ok(None) | Err(InquireError::OperationCanceled) => Answer::Skipped,
            Err(InquireError::OperationInterrupted) => Answer::Interrupted,
            // A terminal that went away answers nothing.
            Err(_) => Answer::Skipped,
        }
    }

    fn prompt_style(&self) -> RenderConfig<'static> {
        let plain = RenderConfig::empty()
            .with_prompt_prefix(Styled::new("?"))
            .with_answered_prompt_prefix(Styled::new("?"))
            .with_canceled_prompt_indicator(Styled::new("skipped"));
        if !self.color {
            return plain;
        }
        let cyan = |text| Styled::new(text).with_fg(Color::DarkCyan);
        let mut style = plain.with_prompt_prefix(cyan("?")).with_answered_prompt_prefix(cyan("?"));
        style.prompt = StyleSheet::new().with_attr(Attributes::BOLD);
        style.answer = StyleSheet::new().with_fg(Color::DarkCyan);
        style
    }
}
