//! Projects, connector files, the catalogue of types and scopes, and the findings made from them.

mod finding;

pub use finding::{Code, Command, Finding, Fix, FixAction, Place, Severity, Tag};
