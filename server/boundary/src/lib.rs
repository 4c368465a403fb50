//! What comes in and goes out, made safe once for every room: files are read within bounds and
//! written whole, ids are checked, only
//! our own names are taken from `.env`, and text from outside is shown so that nothing acts on it.
//!
//! Nothing here knows connectors, findings or the network.

mod app_id;
mod dotenv;
pub mod folder;
pub mod lock;
pub mod owner;
pub mod read;
pub mod secret;
pub mod system;
pub mod text;
pub mod write;

pub use app_id::{AppId, AppIdError};
pub use dotenv::EnvFile;
