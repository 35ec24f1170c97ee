//! The secret of a user: only what was written with it counts as kept.
//!
//! Whoever writes a repository can put a folder of results into it that says that nothing is wrong. They do not know the secret, which
//! lies outside of the repository.

use std::io::{self, Read, Write};
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// How many bytes a secret has.
const LENGTH: usize = 32;
/// The file that holds it.
const NAME: &str = "key";

/// The secret with which results are kept.
#[derive(Clone, Copy)]
pub struct CacheKey([u8; LENGTH]);

impl CacheKey {
    /// A secret by its words, as a server that runs checks hands it in.
    #[must_use]
    pub fn of_words(words: &str) -> Self {
        Self(blake3::derive_key("auditlint 2026 words of the key of kept results", words.as_bytes()))
    }

    /// The secret of the user, in a folder of theirs; made where there is none.
    ///
    /// # Errors
    /// Where there is none and none can be made.
    pub fn of_user(folder: &Path) -> io::Result<Self> {
        if let Ok(dir) = Dir::open_ambient_dir(folder, ambient_authority()) {
            match Self::read(&dir) {
                Ok(key) => return Ok(key),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Dir::create_ambient_dir_all(folder, ambient_authority())?;
        Self::make(&Dir::open_ambient_dir(folder, ambient_authority())?)
    }

    fn read(dir: &Dir) -> io::Result<Self> {
        let mut key = Vec::with_capacity(LENGTH + 1);
        let file = dir.open(NAME)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("the key is not a regular file"));
        }
        file.take(LENGTH as u64 + 1).read_to_end(&mut key)?;
        // One that somebody cut short or wrote by hand is not one: a new one takes its place.
        key.try_into().map(Self).map_err(|_| io::ErrorKind::NotFound.into())
    }

    /// Of two runs that make it at one time the last one's stays, and what the other keeps is lost.
    fn make(dir: &Dir) -> io::Result<Self> {
        let mut key = [0; LENGTH];
        getrandom::fill(&mut key).map_err(io::Error::other)?;
        let name = format!("{NAME}.{}", std::process::id());
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = dir.open_with(&name, &options)?;
        file.write_all(&key)?;
        drop(file);
        dir.rename(&name, dir, NAME)?;
        Ok(Self(key))
    }

    /// A key for one purpose.
    pub(crate) fn derive(&self, purpose: &str, more: &[u8]) -> [u8; LENGTH] {
        let mut hash = blake3::Hasher::new_derive_key(purpose);
        hash.update(&self.0).update(more);
        hash.finalize().into()
    }
}

impl std::fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CacheKey")
    }
}
