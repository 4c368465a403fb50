//! The session's edges: standard streams, frames, and the manners of a message.

mod aside;
mod bypass;
mod frames;
mod gate;
mod params;
mod stdio;

pub(crate) use aside::Aside;
pub(crate) use bypass::{Bypass, WithBypass, Written};
pub(crate) use frames::FrameFilter;
pub(crate) use gate::{Gate, Session};
pub(crate) use stdio::{input, output};
