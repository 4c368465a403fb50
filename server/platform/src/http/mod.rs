//! HTTP as the platform speaks it: bounded in time and size, repeated only where that is safe, never redirected
//! with a credential to another place.

mod answer;
mod client;
mod failure;
mod send;

pub(crate) use answer::{Answer, words};
pub(crate) use client::Http;
pub(crate) use send::{Attempts, Authorization, Body, Call};
