//! Where a repository was cloned from, and which commit is checked out.

use gix::bstr::ByteSlice as _;

use super::repository::Repository;

/// The server that a repository was cloned from, with what is checked out here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteOrigin {
    /// The host, with a port where pages are served at another one than usual.
    pub host: String,
    /// The path of the repository on it, `owner/name`.
    pub path: String,
    /// The checked-out commit.
    pub commit: String,
}

/// The checked-out commit of a repository, and where it was cloned from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedOut {
    /// The commit; `None` where there is none yet.
    pub commit: Option<String>,
    /// `origin`, or the only remote that there is; `None` where it is a folder or nobody can tell.
    pub origin: Option<RemoteOrigin>,
}

impl Repository {
    /// What is checked out, and where it was cloned from. Only the repository's own configuration is read.
    ///
    /// # Errors
    /// Why the repository cannot be read.
    pub fn checked_out(&self) -> Result<CheckedOut, String> {
        let repository = self.open()?;
        let mut head = repository.head().map_err(|_| "HEAD cannot be read".to_owned())?;
        if head.is_unborn() {
            return Ok(CheckedOut::default());
        }
        let commit = head.peel_to_commit().map_err(|_| "the commit of HEAD cannot be read".to_owned())?;
        let commit = commit.id.to_string();
        let snapshot = repository.config_snapshot();
        let url = snapshot.string("remote.origin.url").or_else(|| {
            let mut names = snapshot.plumbing().sections_by_name("remote").into_iter().flatten();
            let only = names.next()?.header().subsection_name()?.to_str().ok()?.to_owned();
            let has_more = names.any(|section| section.header().subsection_name().is_some_and(|name| name != only));
            if has_more { None } else { snapshot.string(format!("remote.{only}.url").as_str()) }
        });
        let url = url.and_then(|url| url.to_str().ok().map(str::to_owned));
        let server = url.as_deref().and_then(server_of);
        let origin = server.map(|(host, path)| RemoteOrigin { host, path, commit: commit.clone() });
        Ok(CheckedOut { commit: Some(commit), origin })
    }
}

/// Host and path of the address of a remote, without the names and secrets that it may carry; `None` for a folder.
fn server_of(url: &str) -> Option<(String, String)> {
    let (host, path) = match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/')?;
            let host = authority.rsplit('@').next().unwrap_or(authority);
            match scheme.to_ascii_lowercase().as_str() {
                "https" | "http" => (host, path),
                // The port is that of the shell or of git, and pages are served at another one.
                "ssh" | "git" | "git+ssh" | "ssh+git" => (host.split(':').next().unwrap_or(host), path),
                _ => return None,
            }
        }
        // `git@host:owner/name`; a letter alone before the colon is a drive.
        None => {
            let (authority, path) = url.split_once(':')?;
            let host = authority.rsplit('@').next().unwrap_or(authority);
            if authority.contains('/') || authority.len() < 2 {
                return None;
            }
            (host, path)
        }
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && path.contains('/')).then(|| (host.to_owned(), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<(&str, &str)>) {
        let found = server_of(url);
        assert_eq!(found.as_ref().map(|(host, path)| (host.as_str(), path.as_str())), expected, "{url}");
    }

    #[test]
    fn addresses_of_remotes() {
        check("https://github.com/o/r.git", Some(("github.com", "o/r")));
        check("https://github.com/o/r/", Some(("github.com", "o/r")));
        check("https://me:secret@gitlab.example.org:8443/g/s/r", Some(("gitlab.example.org:8443", "g/s/r")));
        check("git@github.com:o/r.git", Some(("github.com", "o/r")));
        check("github.com:o/r", Some(("github.com", "o/r")));
        check("ssh://git@gitlab.com:2222/o/r.git", Some(("gitlab.com", "o/r")));
        check("git://github.com/o/r", Some(("github.com", "o/r")));
        check("file:///srv/o/r.git", None);
        check("/srv/o/r.git", None);
        check("../o/r", None);
        check("C:/o/r", None);
        check("./a:b/c", None);
        check("https://github.com/r", None);
        check("", None);
    }
}
