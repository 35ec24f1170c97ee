//! Sources of Rust whose path says "test" or "build script" though they ship: a command named `test`, a command named `build`.

use auditlint_source::{FilePath, Files};

/// How much is read of a file that may declare a module.
const LIMIT: u64 = 1 << 20;

/// Whether a file is a build script, or a module of one: a `build.rs` beside a `Cargo.toml`, or what lies in the
/// folder that its key `build` names.
pub(crate) fn is_build_script(files: &dyn Files, path: &FilePath) -> bool {
    if path.name() == "build.rs" && files.kind(&folder_of(path).join("Cargo.toml")).is_some() {
        return true;
    }
    let text = path.as_str();
    // Only a folder of that name is worth a look at the manifest.
    let start = if text.starts_with("build/") { Some(0) } else { text.find("/build/").map(|at| at + 1) };
    let Some(start) = start.filter(|start| !text[..*start].split('/').any(|folder| folder == "src")) else {
        return false;
    };
    let manifest = FilePath::new(&text[..start]).join("Cargo.toml");
    files.read(&manifest, LIMIT).is_ok_and(|manifest| {
        String::from_utf8_lossy(&manifest).lines().any(|line| {
            let value = line.trim().strip_prefix("build").and_then(|rest| rest.trim_start().strip_prefix('='));
            value.is_some_and(|value| value.trim().trim_start_matches(['"', '\'', '.', '/']).starts_with("build/"))
        })
    })
}

/// Whether a file that is a test by its path is a module that ships: below `src`, the module that gives it the name is declared
/// without `cfg(test)`, and the file itself says nothing about tests.
pub(crate) fn ships(files: &dyn Files, path: &FilePath) -> bool {
    let Some((parent, module)) = named_module(path) else { return false };
    let declared = declaring_files(&parent).find_map(|file| {
        let text = files.read(&file, LIMIT).ok()?;
        declares(&String::from_utf8_lossy(&text), &module)
    });
    declared == Some(CompiledWhen::Always)
        && files.read(path, LIMIT).is_ok_and(|text| !tests_itself(&String::from_utf8_lossy(&text)))
}

fn folder_of(path: &FilePath) -> FilePath {
    path.parent().unwrap_or_else(FilePath::root)
}

/// The folder and the name of the outermost module below `src` that makes a path one of tests.
fn named_module(path: &FilePath) -> Option<(FilePath, String)> {
    let text = path.as_str();
    if path.extension() != Some("rs") {
        return None;
    }
    let at = if text.starts_with("src/") { 0 } else { text.find("/src/")? + 1 };
    let mut folder = FilePath::new(&text[..at + "src".len()]);
    for name in text[at + "src/".len()..].split('/') {
        let module = name.strip_suffix(".rs").unwrap_or(name);
        // What these names promise is help for tests, which may well be compiled always.
        let is_command =
            matches!(module, "test" | "tests" | "spec" | "specs" | "bench" | "benches" | "e2e" | "cypress");
        if is_command || (name.len() > module.len() && (module.ends_with("_test") || module.ends_with("_tests"))) {
            return Some((folder, module.to_owned()));
        }
        folder = folder.join(name);
    }
    None
}

/// The files that may declare the modules of a folder.
fn declaring_files(folder: &FilePath) -> impl Iterator<Item = FilePath> {
    let beside = folder.parent().map(|above| above.join(&format!("{}.rs", folder.name())));
    ["mod.rs", "lib.rs", "main.rs"].into_iter().map(|name| folder.join(name)).chain(beside)
}

/// When a module is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CompiledWhen {
    Always,
    ForTests,
}

/// How a text declares a module, if it does.
fn declares(text: &str, module: &str) -> Option<CompiledWhen> {
    let mut gate = CompiledWhen::Always;
    for line in text.lines().map(str::trim) {
        let mut rest = line;
        while let Some(attribute) = rest.strip_prefix("#[") {
            let Some(end) = attribute.find(']') else { break };
            if is_for_tests(&attribute[..end]) {
                gate = CompiledWhen::ForTests;
            }
            rest = attribute[end + 1..].trim_start();
        }
        if rest.is_empty() || rest.starts_with("//") {
            continue;
        }
        let item = match rest.strip_prefix("pub") {
            Some(item) if item.starts_with('(') => item.split_once(')').map_or(item, |(_, item)| item),
            Some(item) => item,
            None => rest,
        };
        let name = item.trim_start().strip_prefix("mod ").and_then(|name| name.trim_end().strip_suffix(';'));
        if name.is_some_and(|name| name.trim() == module) {
            return Some(gate);
        }
        gate = CompiledWhen::Always;
    }
    None
}

fn is_for_tests(attribute: &str) -> bool {
    attribute.starts_with("cfg")
        && attribute.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "test")
        && !attribute.contains("not(test")
}

/// Whether a file holds tests outside of an inner module for them, or is compiled for tests only.
fn tests_itself(text: &str) -> bool {
    let is_whole = text.lines().any(|line| line.trim_start().strip_prefix("#![").is_some_and(is_for_tests));
    let own = text.find("#[cfg(test)]").map_or(text, |inner| &text[..inner]);
    is_whole || own.contains("#[test]") || own.contains("::test]") || own.contains("::test(")
}

#[cfg(test)]
mod tests {
    use auditlint_source::MemoryFiles;

    use super::*;

    #[test]
    fn modules_that_ship() {
        for (path, text, parent, declaration, expected) in [
            ("src/commands/test.rs", "pub fn run() {}", "src/commands/mod.rs", "pub mod test;", true),
            ("a/src/commands/test.rs", "pub fn run() {}", "a/src/commands.rs", "pub(crate) mod test;", true),
            ("src/cli/test/run.rs", "pub fn run() {}", "src/cli/mod.rs", "mod build;\nmod test;", true),
            ("src/bench/mod.rs", "pub fn run() {}", "src/main.rs", "mod bench;", true),
            (
                "src/test.rs",
                "fn run() {}\n#[cfg(test)]\nmod tests {\n #[test]\n fn a() {} }",
                "src/lib.rs",
                "mod test;",
                true,
            ),
            ("src/test.rs", "fn a() {}", "src/lib.rs", "#[cfg(test)]\nmod test;", false),
            ("src/test.rs", "fn a() {}", "src/lib.rs", "#[cfg(any(test, feature = \"x\"))] mod test;", false),
            ("src/test.rs", "#[test]\nfn a() {}", "src/lib.rs", "mod test;", false),
            ("src/test.rs", "#![cfg(test)]\nfn a() {}", "src/lib.rs", "mod test;", false),
            ("src/test.rs", "fn a() {}", "src/lib.rs", "// mod test;", false),
            ("src/test_utils.rs", "pub fn a() {}", "src/lib.rs", "pub mod test_utils;", false),
            ("tests/test.rs", "fn a() {}", "tests/main.rs", "mod test;", false),
        ] {
            let files = MemoryFiles::new([(path, text), (parent, declaration)]);
            assert_eq!(ships(&files, &FilePath::new(path)), expected, "{path}: {declaration}");
        }
    }
}
