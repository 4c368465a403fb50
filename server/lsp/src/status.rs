//! Status.
use crate::world::World;
use serde_json::{Value, json};
impl World {
    pub(crate) fn status(&self) -> Value {
        json!({"projects": []})
    }
}
