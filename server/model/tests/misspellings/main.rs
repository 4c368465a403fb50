//! How well what people write is led back to what they meant: scopes, types and keys, beyond a single wrong letter.
//!
//! Every kind of mistake is made by a rule, of every scope, type and key that there is; nothing here is a list of
//! examples. One in so many is tried; with `SLIPS_ONE_IN=1` in the environment all are, and with `SLIPS_SHOW=KIND` what
//! was missed is printed.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod keys;
mod scopes;
mod slips;
mod tally;
mod types;
