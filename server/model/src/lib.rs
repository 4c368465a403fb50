//! Projects, their connector files and what the platform said of them, as one state, and the findings made from it.

pub mod checks;
pub mod code;
pub mod create;
pub mod difference;
pub mod facts;
pub mod files;
mod finding;
pub mod fixes;
pub mod ignores;
pub mod index;
pub mod load;
mod positions;
pub mod project;
pub mod report;
pub mod severities;
pub mod standing;
pub mod state;
mod structure;
mod syntax_words;
mod vocabulary;

pub use finding::{Code, Command, FINDINGS_PAGE, Finding, Fix, FixAction, Place, Severity, Tag};
pub use positions::Positions;
