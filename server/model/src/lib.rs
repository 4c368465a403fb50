//! Projects, connector files, the catalogue of types and scopes, and the findings made from them.

mod catalogue;
mod finding;
mod structure;

pub use catalogue::{Catalogue, ConnectorType, GraphPermission, Scope, ScopePattern, Sensitivity, Source};
pub use finding::{Code, Command, Finding, Fix, FixAction, Place, Severity, Tag};
pub use structure::{Step, StructuralError, StructuralErrorKind, validate_structure};
