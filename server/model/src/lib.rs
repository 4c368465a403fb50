//! Projects, connector files, the catalogue of types and scopes, and the findings made from them.

pub mod checks;
pub mod create;
pub mod files;
mod finding;
pub mod fixes;
pub mod ignores;
pub mod index;
pub mod load;
pub mod project;
pub mod report;
pub mod severities;
mod structure;
mod syntax_words;

pub use finding::{Code, Command, Finding, Fix, FixAction, Place, Severity, Tag};
pub use structure::{Step, StructuralError, StructuralErrorKind, validate_structure};
