//! What of the settings the server is started with.

use serde_json::Value;

/// Where the server looks for its options: at the top, or in its section.
const PLACES: [&str; 2] = ["", "/base44Connectors"];

/// The options without the platform's address. Settings of a project count among those that Zed gives, and a project must
/// not say where the person's login is sent: `BASE44_API_URL` in the person's own environment says it.
pub fn without_address(mut options: Value) -> Value {
    for place in PLACES {
        if let Some(members) = options.pointer_mut(place).and_then(Value::as_object_mut) {
            members.remove("apiUrl");
        }
    }
    options
}
