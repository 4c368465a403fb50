//! The language server for Base44 connector files.
