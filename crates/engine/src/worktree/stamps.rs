//! What the file system says of a file without reading it.

use auditlint_source::{Moment, Stamp};
use cap_std::fs::Metadata;

/// The stamp of a file.
#[cfg(unix)]
pub(super) fn stamp_of(meta: &Metadata) -> Stamp {
    use cap_std::fs::MetadataExt;

    let moment =
        |seconds, nanoseconds: i64| Moment { seconds, nanoseconds: u32::try_from(nanoseconds).unwrap_or_default() };
    Stamp {
        size: meta.len(),
        modified: moment(meta.mtime(), meta.mtime_nsec()),
        changed: moment(meta.ctime(), meta.ctime_nsec()),
        inode: meta.ino(),
    }
}

/// The stamp of a file; when anything about it was changed, no call tells here.
#[cfg(not(unix))]
pub(super) fn stamp_of(meta: &Metadata) -> Stamp {
    let since = meta.modified().ok().map(cap_std::time::SystemTime::into_std);
    let since = since.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let modified = since.map_or(Moment::default(), |since| Moment {
        seconds: since.as_secs() as i64,
        nanoseconds: since.subsec_nanos(),
    });
    Stamp { size: meta.len(), modified, changed: modified, inode: 0 }
}
