//! The user's browser.

use connector_platform::SafeLink;

/// The browser could not be started; the link has to be shown instead.
#[derive(Debug, thiserror::Error)]
#[error("The browser did not open: {0}. Open the link yourself.")]
pub struct OpenError(String);

/// Opens a link in the user's browser and does not wait for it.
///
/// # Errors
/// [`OpenError`] where nothing on this machine opens links.
pub fn open(link: &SafeLink) -> Result<(), OpenError> {
    let named = std::env::var("BROWSER").unwrap_or_default();
    // Windows and macOS know one browser; elsewhere the person names theirs, several with a colon between.
    let own =
        named.split(':').filter(|program| !program.is_empty() && cfg!(all(unix, not(target_os = "macos"))));
    for program in own {
        if open::with_detached(link.as_str(), program).is_ok() {
            return Ok(());
        }
    }
    open::that_detached(link.as_str()).map_err(|error| {
        // The error's own text may repeat the command with its link.
        OpenError(match error.kind() {
            std::io::ErrorKind::NotFound => "no program for links was found".to_owned(),
            kind => kind.to_string(),
        })
    })
}
