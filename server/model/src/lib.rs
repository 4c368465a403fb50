//! Projects, connector files, the catalogue of types and scopes, and the findings made from them.

mod catalogue;
pub mod checks;
pub mod create;
pub mod files;
mod finding;
pub mod fixes;
pub mod ignores;
pub mod index;
pub mod load;
pub mod nearest;
pub mod project;
pub mod report;
pub mod scopes;
pub mod severities;
mod structure;

pub use catalogue::{Catalogue, ConnectorType, GraphPermission, Scope, ScopePattern, Sensitivity, Source};
pub use finding::{Code, Command, Finding, Fix, FixAction, Place, Severity, Tag};
pub use structure::{Step, StructuralError, StructuralErrorKind, validate_structure};
