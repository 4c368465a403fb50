//! Whose a file is, on systems where several people share a disk.

use std::path::Path;

/// Whether a file that was found above a folder may speak for that folder: it belongs to the person, to the system's owner,
/// or to whom the folder itself belongs. Anybody may put one into `/tmp`, above whatever others have there.
///
/// A link is whose it is itself. What cannot be looked at may not.
#[cfg(unix)]
pub fn may_speak_for(file: &Path, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    const ROOT: u32 = 0;
    let Ok(owner) = file.symlink_metadata().map(|metadata| metadata.uid()) else { return false };
    owner == ROOT
        || owner == rustix::process::geteuid().as_raw()
        || folder.metadata().is_ok_and(|folder| folder.uid() == owner)
}

/// Elsewhere a person's folders lie in their own, where nobody else writes.
#[cfg(not(unix))]
pub fn may_speak_for(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{chown, lchown, symlink};

    use super::*;

    #[test]
    fn what_another_user_put_above_a_folder_does_not_speak_for_it() {
        let place = tempfile::tempdir().unwrap();
        let (file, folder) = (place.path().join("config.jsonc"), place.path().join("mine"));
        std::fs::write(&file, "").unwrap();
        std::fs::create_dir(&folder).unwrap();
        symlink(&file, place.path().join("link")).unwrap();
        assert!(may_speak_for(&file, &folder));
        assert!(!may_speak_for(&place.path().join("missing"), &folder));
        // Only root can give files away.
        if chown(&file, Some(12_345), None).is_ok() {
            assert!(!may_speak_for(&file, &folder));
            assert!(may_speak_for(&place.path().join("link"), &folder));
            lchown(place.path().join("link"), Some(12_345), None).unwrap();
            assert!(!may_speak_for(&place.path().join("link"), &folder));
            chown(&folder, Some(12_345), None).unwrap();
            assert!(may_speak_for(&file, &folder));
        }
    }
}
