//! `cache-rule-matches-excluded-path`: a rule of a cache that takes in a path which must not be cached.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};
use regex::{Regex, RegexBuilder};

use super::super::view::RuleView;

/// this rule of the cache takes in a path that must not be cached
///
/// ## Why
///
/// A pattern for all of a part of the API takes in the routes that say how things stand right now: health, status, who is signed in. Their
/// answers come from the cache after the state has changed.
///
/// ## Instead
///
/// Write the pattern so that it leaves the path out, or put the path where no pattern of the cache leads.
///
/// ## Note
///
/// The option `paths` lists paths that must not be cached. Looked at are strings that begin like a path (`/`, `^/`) in what is
/// named after a cache: the value of a name with `cache` in it, an argument of that name or of a call of that name. They are read as regular expressions, those without `^` from
/// the beginning of the path, and as paths with `*` at the end where they hold nothing else that means something to an expression. Not reported: names that say that
/// something is left out (`exclude`, `skip`, `bypass`, `no_cache`); expressions that look ahead or behind, which are not evaluated; whether another rule leaves the path
/// out again.
///
/// ## Bad
///
/// ```python {paths: ["/spotify/status", "/health"]}
/// DEFAULT_CACHEABLE_PATH_PATTERNS = (
///     "^/$|30|120",
///     "^/activity$|60|180",
///     «"^/spotify(?:/.*)?$|45|180"»,
/// )
/// ```
///
/// ```python {paths: ["/health"]}
/// import re
/// rules = [CacheRule(pattern=«r"^/h\w+$"», ttl=3), CacheRule(pattern=r"^/users/\d+$")]
/// app.add_middleware(Middleware, cache_paths=[«"/*"», "/users/*", «"/health"»])
/// ```
///
/// ## Good
///
/// ```python {paths: ["/spotify/status"]}
/// CACHEABLE = ("^/spotify/playlists(?:/.*)?$", "/users", "/spotify/")
/// CACHE_EXCLUDED_PATHS = ["^/spotify/status$"]
/// ROUTES = ["^/spotify/.*$"]
/// CACHE_PREFIX = f"{prefix}/.*"
/// ```
///
/// ```python
/// CACHEABLE = ["^/.*$"]
/// ```
#[derive(Rule)]
#[rule(
    id = "cache-rule-matches-excluded-path",
    languages(Python),
    severity = "error",
    roles(source, config),
    option(name = "paths", about = "Paths that must not be cached: `/health`.", default()),
    url = "https://docs.python.org/3/library/re.html#regular-expression-syntax",
    since = "0.1.0"
)]
pub(super) struct CacheRuleMatchesExcludedPath;

/// Words of names that leave something out.
const LEFT_OUT: &[&str] = &[
    "exclu",
    "skip",
    "bypass",
    "ignore",
    "no_cache",
    "nocache",
    "uncache",
    "non_cache",
    "never",
    "deny",
    "denied",
    "invalidat",
];

/// How large an expression may become.
const MOST_BYTES: usize = 1 << 20;

impl NativeRule for CacheRuleMatchesExcludedPath {
    fn may_match(&self, options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
        !options.texts("paths").is_empty() && (has("ache") || has("ACHE"))
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let paths = options.texts("paths");
        let view = RuleView::new(analysis);
        let mut end = 0;
        for holder in view.nodes(&["assignment", "call", "keyword_argument"]) {
            // What stands in such a value is looked at once.
            if holder.0 < end {
                continue;
            }
            let named = |field: &str| view.field(holder, field).map(|name| view.text(name)).unwrap_or_default();
            let (name, value) = match view.kind(holder) {
                "assignment" => (named("left"), view.field(holder, "right")),
                "call" => (named("function"), view.field(holder, "arguments")),
                _ => (named("name"), view.field(holder, "value")),
            };
            let name = name.to_ascii_lowercase();
            let Some(value) = value.filter(|_| name.contains("cache")) else { continue };
            end = view.end(value);
            if LEFT_OUT.iter().any(|word| name.contains(word)) {
                continue;
            }
            for text in view.nodes_in(value, &["string"]) {
                let Some(pattern) = plain(view, text) else { continue };
                if paths.iter().any(|path| takes_in(pattern, path)) {
                    emit(NativeMatch::of(analysis, text));
                }
            }
        }
    }
}

/// The text of a string without code in it.
fn plain(view: RuleView<'_>, node: NodeId) -> Option<&str> {
    let mut content = None;
    for part in view.named(node) {
        match view.kind(part) {
            "string_start" | "string_end" => {}
            "string_content" if content.is_none() => content = Some(part),
            _ => return None,
        }
    }
    content.map(|content| view.text(content))
}

/// Whether a pattern of paths takes in a path.
fn takes_in(pattern: &str, path: &str) -> bool {
    if !pattern.starts_with(['/', '^']) {
        return false;
    }
    let means = |c: char| matches!(c, '^' | '$' | '(' | ')' | '[' | ']' | '+' | '?' | '|' | '\\' | '{');
    if !pattern.contains(means) && !pattern.contains(".*") {
        return match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => pattern == path,
        };
    }
    expression(pattern).is_some_and(|expression| expression.is_match(path))
}

fn expression(pattern: &str) -> Option<Regex> {
    let anchored = if pattern.starts_with('^') { pattern.to_owned() } else { format!("^(?:{pattern})") };
    RegexBuilder::new(&anchored).size_limit(MOST_BYTES).build().ok()
}
