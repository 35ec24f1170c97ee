//! Paths out of lines that carry prose.
//!
//! People write `` `apps/api/x.ts` (new) ``, `fixtures under tests/data/*`, `package.json devDeps: ajv`. Only what is
//! certainly a path is taken: a wrong one would tie a task to a file that it has nothing to do with.

use crate::fields::is_nothing;

/// The paths and globs of one entry of a list of files, in the order of the line. Where backticks mark something,
/// only what they mark is taken; what stands in parentheses after a space is a remark.
pub(crate) fn paths_in(entry: &str) -> Vec<String> {
    /// A longer entry is not a list of paths that somebody wrote.
    const LONGEST: usize = 16 * 1024;
    if entry.len() > LONGEST {
        return Vec::new();
    }
    let mut found = Vec::new();
    let entry = without_remarks(entry);
    let parts = split_list(&entry);
    for part in &parts {
        let part = part.trim();
        if part.contains('`') {
            let marked = part.split('`').skip(1).step_by(2);
            found.extend(marked.filter_map(|word| clean(word).filter(|path| is_path(path, false))));
            continue;
        }
        let words: Vec<&str> = if part.contains('{') { vec![part] } else { part.split_whitespace().collect() };
        let alone = words.len() == 1 && parts.len() == 1;
        let path = words
            .iter()
            .find_map(|word| clean(word).filter(|path| is_path(path, alone) && (alone || !path.contains(' '))));
        found.extend(path);
    }
    found.dedup();
    found
}

/// The paths that a sentence names: words with a folder and an extension.
pub(crate) fn named_in(text: &str) -> Vec<String> {
    let words = text.split_whitespace().map(|word| word.trim_matches(['`', '(', ')', '*', ',', ';']));
    let mut found: Vec<String> = words
        .filter(|word| word.contains('/'))
        .filter_map(clean)
        .filter(|path| is_path(path, false) && path.rsplit('/').next().is_some_and(|name| name.contains('.')))
        .collect();
    found.dedup();
    found
}

/// Splits at commas and semicolons outside brackets and backticks.
pub(crate) fn split_list(text: &str) -> Vec<&str> {
    let (mut depth, mut marked, mut from) = (0_usize, false, 0);
    let mut parts = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'`' => marked = !marked,
            b'(' | b'{' | b'[' if !marked => depth += 1,
            b')' | b'}' | b']' if !marked => depth = depth.saturating_sub(1),
            b',' | b';' if !marked && depth == 0 => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

/// Drops what stands in parentheses, unless they are part of a word (`app/(tabs)/x.tsx`).
fn without_remarks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut depth, mut marked, mut before) = (0_usize, false, ' ');
    for (at, letter) in text.char_indices() {
        let remark = letter == '(' && !marked && (depth > 0 || before.is_whitespace()) && closes(&text[at..]);
        if remark {
            depth += 1;
        }
        if depth == 0 {
            marked ^= letter == '`';
            kept.push(letter);
        } else if letter == ')' {
            depth -= 1;
        }
        before = letter;
    }
    kept
}

/// Whether the parenthesis with which `text` starts closes before a path goes on behind it.
fn closes(text: &str) -> bool {
    text.find(')').is_some_and(|at| !text[at + 1..].starts_with('/'))
}

/// A word as a path: without quotes, `./`, line numbers, closing punctuation and ellipses.
fn clean(word: &str) -> Option<String> {
    let word = word.trim().trim_matches(['"', '\'']);
    let word = word.trim_end_matches([',', ';', ':']);
    let word = word.strip_suffix('…').or_else(|| word.strip_suffix("...")).unwrap_or(word);
    let word = if word.ends_with('.') && !word.ends_with("..") { &word[..word.len() - 1] } else { word };
    let word = without_line(word);
    let word = word.strip_prefix("./").unwrap_or(word).trim_start_matches('/');
    // Spaces are allowed in `{a.ts, b.ts}` only, and mean nothing there.
    let word = if word.contains('{') { word.replace([' ', '\t'], "") } else { word.to_owned() };
    (!word.is_empty()).then_some(word)
}

/// Drops `:35`, `:35-40`, `:35:7` and `#L35`.
fn without_line(word: &str) -> &str {
    let is_place = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || "-–:,L".contains(c))
    };
    match word.find(':').or_else(|| word.find("#L").map(|at| at + 1)) {
        Some(at) if is_place(word[at + 1..].trim_start_matches('L')) => {
            &word[..at - usize::from(word[..at].ends_with('#'))]
        }
        _ => word.find("#L").map_or(word, |at| &word[..at]),
    }
}

/// Whether a cleaned word is certainly a path or glob. `alone` says that it is a whole entry of a list of files,
/// where a plain name (`Makefile`, `src/lib`) is one too.
fn is_path(word: &str, alone: bool) -> bool {
    let odd = |c: char| c.is_whitespace() || "()<>|\"'`=;$&".contains(c);
    // `app/(tabs)/x.tsx` is a folder of Next.js and Expo routers.
    let plain = word.replace("/(", "/").replace(")/", "/");
    if word.contains("://") || word.starts_with(['@', '-', '#']) || plain.contains(odd) || is_nothing(word) {
        return false;
    }
    if !word.contains(|c: char| c.is_alphanumeric()) {
        return false;
    }
    let name = word.rsplit('/').next().unwrap_or_default();
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix);
    let has_extension = suffix.is_some_and(|suffix| {
        let suffix = suffix.trim_end_matches('}');
        (1..=12).contains(&suffix.len())
            && suffix.chars().all(|c| c.is_ascii_alphanumeric() || c == '*')
            && suffix.starts_with(|c: char| c.is_ascii_alphabetic() || c == '*')
    });
    let is_glob = word.contains('/') && word.contains(['*', '{']);
    let is_folder = word.ends_with('/') && word.len() > 1;
    has_extension && !is_abbreviation(word) || is_glob || is_folder || alone
}

/// `e.g`, `i.e`, and calls such as `foo.bar` cannot be told from names; the two common ones are.
fn is_abbreviation(word: &str) -> bool {
    matches!(word, "e.g" | "i.e" | "etc")
}

#[cfg(test)]
mod tests {
    use super::paths_in;

    #[track_caller]
    fn check(entry: &str, expected: &[&str]) {
        assert_eq!(paths_in(entry), expected, "{entry}");
    }

    #[test]
    fn takes_the_path_and_leaves_the_prose() {
        check("src/lib/store.ts (replace the Map)", &["src/lib/store.ts"]);
        check("`src/a.ts` (new), `src/b.ts`", &["src/a.ts", "src/b.ts"]);
        check("`src/a.ts` → new `lib/domain/a.ts` (or `utils/`)", &["src/a.ts", "lib/domain/a.ts"]);
        check("`src/jobs.ts` + related", &["src/jobs.ts"]);
        check("(optional) .tool.toml", &[".tool.toml"]);
        check("package.json devDeps: one, two", &["package.json"]);
        check("fixtures under tests/data/*", &["tests/data/*"]);
        check("test fixtures under tests/data/...", &["tests/data/"]);
        check("migrations/… (a table if needed)", &["migrations/"]);
        check("./src/a.ts:35-40", &["src/a.ts"]);
        check("src/a.ts#L10-L20", &["src/a.ts"]);
        check("\"src/a.ts\"", &["src/a.ts"]);
        check("Makefile", &["Makefile"]);
    }

    #[test]
    fn keeps_globs_and_router_folders() {
        check("sql/{one.sql, two.sql}", &["sql/{one.sql,two.sql}"]);
        check("src/{m3u.ts,xspf.ts} (both)", &["src/{m3u.ts,xspf.ts}"]);
        check("packages/**/*.test.ts", &["packages/**/*.test.ts"]);
        check("app/(tabs)/lists.tsx", &["app/(tabs)/lists.tsx"]);
        check("app/list/[id].tsx", &["app/list/[id].tsx"]);
        check("`apps/api/src/routes/*.ts` (all route files)", &["apps/api/src/routes/*.ts"]);
    }

    #[test]
    fn takes_nothing_that_may_be_prose() {
        check("WebSocket file", &[]);
        check("Telemetry route/file using raw `fetch()`", &[]);
        check("Auth-related route files", &[]);
        check("None.", &[]);
        check("see https://example.org/a.ts", &[]);
        check("the package `@scope/name`", &[]);
    }
}
