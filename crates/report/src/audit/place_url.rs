//! From a place in a file to its address in a browser.

use auditlint_engine::RemoteOrigin;
use auditlint_source::FilePath;

use crate::uri::encoded;

/// The names that may stand between braces in a pattern.
const NAMES: [&str; 3] = ["path", "line", "commit"];

/// A pattern of addresses, `https://host/blob/{commit}/{path}#L{line}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceUrl {
    pattern: String,
    /// What stands before each path: where the root of the run lies in the repository.
    prefix: String,
    commit: Option<String>,
}

impl PlaceUrl {
    /// Reads a pattern that a person wrote.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence that goes on after "the pattern".
    pub fn parse(pattern: &str, prefix: &FilePath, commit: Option<&str>) -> Result<Self, String> {
        if !is_web_address(pattern) {
            return Err("must begin with https:// or http://".to_owned());
        }
        let mut rest = pattern;
        while let Some(start) = rest.find('{') {
            let Some(end) = rest[start..].find('}') else {
                return Err("has a `{` without a `}`".to_owned());
            };
            let name = &rest[start + 1..start + end];
            if !NAMES.contains(&name) {
                return Err(format!(
                    "has `{{{name}}}`; what stands for something is {{path}}, {{line}} and {{commit}}"
                ));
            }
            if name == "commit" && commit.is_none() {
                return Err("has `{commit}`, and no commit is checked out".to_owned());
            }
            rest = &rest[start + end + 1..];
        }
        if !pattern.contains("{path}") {
            return Err("has no `{path}`, so every place would have the same address".to_owned());
        }
        Ok(Self { pattern: pattern.to_owned(), prefix: prefix_of(prefix), commit: commit.map(str::to_owned) })
    }

    /// The pattern of the server that a repository was cloned from; `None` where nobody can tell how its addresses look.
    #[must_use]
    pub fn detect(origin: &RemoteOrigin, prefix: &FilePath) -> Option<Self> {
        let between = match kind_of(&origin.host)? {
            ServerKind::Github => "blob",
            ServerKind::Gitlab => "-/blob",
        };
        let (host, path) = (encoded_host(&origin.host)?, encoded(&origin.path));
        Some(Self {
            pattern: format!("https://{host}/{path}/{between}/{{commit}}/{{path}}#L{{line}}"),
            prefix: prefix_of(prefix),
            commit: Some(origin.commit.clone()),
        })
    }

    /// The address of a line of a file.
    #[must_use]
    pub fn of(&self, path: &FilePath, line: u32) -> String {
        let mut url = String::with_capacity(self.pattern.len() + path.as_str().len());
        let mut rest = self.pattern.as_str();
        while let Some(start) = rest.find('{') {
            url.push_str(&rest[..start]);
            let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
            match &rest[start..end] {
                "{path}" => {
                    url.push_str(&self.prefix);
                    url.push_str(&encoded(path.as_str()));
                }
                "{line}" => url.push_str(&line.to_string()),
                _ => url.push_str(self.commit.as_deref().unwrap_or_default()),
            }
            rest = &rest[end..];
        }
        url.push_str(rest);
        url
    }
}

/// Whether an address may be a link: a pattern of the configuration could hold a script.
pub(crate) fn is_web_address(url: &str) -> bool {
    let begins = |scheme: &str| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (begins("https://") || begins("http://")) && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

enum ServerKind {
    Github,
    Gitlab,
}

/// What runs on a host: the two public servers, and hosts that carry the name of one (`gitlab.example.org`).
fn kind_of(host: &str) -> Option<ServerKind> {
    let name = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
    let mut labels = name.split('.');
    if labels.clone().any(|label| label == "github") {
        Some(ServerKind::Github)
    } else if labels.any(|label| label == "gitlab") {
        Some(ServerKind::Gitlab)
    } else {
        None
    }
}

/// The host as it stands in an address; `None` where it is not one.
fn encoded_host(host: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    (!host.is_empty() && host.chars().all(is_plain)).then_some(host)
}

fn prefix_of(prefix: &FilePath) -> String {
    if prefix.is_root() { String::new() } else { format!("{}/", encoded(prefix.as_str())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(host: &str, path: &str) -> RemoteOrigin {
        RemoteOrigin { host: host.to_owned(), path: path.to_owned(), commit: "abc123".to_owned() }
    }

    #[track_caller]
    fn check_detected(host: &str, path: &str, expected: Option<&str>) {
        let urls = PlaceUrl::detect(&origin(host, path), &FilePath::new("apps/api"));
        let url = urls.map(|urls| urls.of(&FilePath::new("src/a b#1.ts"), 12));
        assert_eq!(url.as_deref(), expected, "{host} {path}");
    }

    #[test]
    fn servers() {
        let github = "https://github.com/o/r/blob/abc123/apps/api/src/a%20b%231.ts#L12";
        check_detected("github.com", "o/r", Some(github));
        let gitlab = "https://gitlab.com/g/s/r/-/blob/abc123/apps/api/src/a%20b%231.ts#L12";
        check_detected("gitlab.com", "g/s/r", Some(gitlab));
        let own = "https://gitlab.example.org:8443/g/r/-/blob/abc123/apps/api/src/a%20b%231.ts#L12";
        check_detected("gitlab.example.org:8443", "g/r", Some(own));
        check_detected("git.example.org", "g/r", None);
        check_detected("notgithub.com", "o/r", None);
        check_detected("github.com\"><script>", "o/r", None);
        let hostile = "https://github.com/o%22%3E%3Cscript%3E/r/blob/abc123/apps/api/src/a%20b%231.ts#L12";
        check_detected("github.com", "o\"><script>/r", Some(hostile));
    }

    #[track_caller]
    fn check_pattern(pattern: &str, expected: Result<&str, &str>) {
        let urls = PlaceUrl::parse(pattern, &FilePath::root(), Some("abc"));
        let url = urls.map(|urls| urls.of(&FilePath::new("ü/%.ts"), 3));
        assert_eq!(url.as_deref().map_err(String::as_str), expected, "{pattern}");
    }

    #[test]
    fn patterns() {
        check_pattern("https://x/{commit}/{path}#{line}", Ok("https://x/abc/%C3%BC/%25.ts#3"));
        check_pattern("HTTP://x/{path}", Ok("HTTP://x/%C3%BC/%25.ts"));
        check_pattern("javascript:alert('{path}')", Err("must begin with https:// or http://"));
        check_pattern("https://x/{line}", Err("has no `{path}`, so every place would have the same address"));
        check_pattern("https://x/{path", Err("has a `{` without a `}`"));
        check_pattern(
            "https://x/{path}/{column}",
            Err("has `{column}`; what stands for something is {path}, {line} and {commit}"),
        );
        let without = PlaceUrl::parse("https://x/{path}/{commit}", &FilePath::root(), None);
        assert_eq!(without, Err("has `{commit}`, and no commit is checked out".to_owned()));
    }

    #[test]
    fn what_may_be_a_link() {
        for (url, may) in [
            ("https://a/b", true),
            ("HTTPS://a", true),
            ("javascript:alert(1)", false),
            (" https://a", false),
            ("https://a b", false),
            ("data:text/html,x", false),
            ("é", false),
        ] {
            assert_eq!(is_web_address(url), may, "{url}");
        }
    }
}
