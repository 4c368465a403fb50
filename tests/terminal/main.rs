//! The commands as a person or a script runs them: the binary, real files, real sockets, a real terminal.

mod check;
mod create;
mod support;
