//! Files that the recipe of an image puts elsewhere, where other files lie beside them: `COPY apps/web/start.cjs ./start.cjs`.

use auditlint_facts::folder::folder_of;
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;
use rustc_hash::FxHashSet;

use super::fact::{Facts, ModuleFact};

/// Whether a file is such a recipe.
pub(super) fn is_recipe(path: &FilePath) -> bool {
    let name = path.name();
    name.starts_with("Dockerfile") || name.starts_with("Containerfile") || name.ends_with(".Dockerfile")
}

/// Says which modules it moves.
pub(super) fn extract(text: &str, out: &mut Facts) {
    // An instruction goes on behind a backslash.
    let text = text.replace("\\\r\n", " ").replace("\\\n", " ");
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let is_copy = words.next().is_some_and(|word| matches!(word.to_ascii_uppercase().as_str(), "COPY" | "ADD"));
        let paths: Vec<&str> = words.filter(|word| !word.starts_with("--")).collect();
        let Some((target, sources)) = paths.split_last().filter(|_| is_copy) else { continue };
        for source in sources.iter().filter(|source| is_moved(source, target)) {
            let source = source.trim_start_matches("./").trim_start_matches('/');
            out.say(Span::default(), ModuleFact::Moved(source.into()));
        }
    }
}

/// Whether a module lies in another folder in the image.
fn is_moved(source: &str, target: &str) -> bool {
    let source = source.trim_start_matches("./").trim_start_matches('/');
    let path = FilePath::new(source);
    if Language::of_path(&path).is_none_or(|language| !language.is_ecmascript()) || source.contains(['*', '$']) {
        return false;
    }
    let target = target.trim_start_matches("./");
    let is_folder = target.is_empty() || target == "." || target.ends_with('/') || !path_has_extension(target);
    let folder = match is_folder {
        true => target.trim_end_matches('/').trim_end_matches('.'),
        false => target.rsplit_once('/').map_or("", |(folder, _)| folder),
    };
    let own = folder_of(&path);
    match folder.strip_prefix('/') {
        // The folders above the project in the image have any name.
        Some(folder) => !own.is_root() && folder != own.as_str() && !folder.ends_with(&format!("/{own}")),
        None => folder != own.as_str(),
    }
}

fn path_has_extension(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.trim_start_matches('.').contains('.'))
}

/// The modules of a project that are moved: a recipe names them from its folder, or from the root.
pub(super) fn moved(sources: &[(FilePath, &Facts)]) -> FxHashSet<FilePath> {
    let mut found = FxHashSet::default();
    for (path, source) in sources {
        for said in &source.facts {
            if let ModuleFact::Moved(module) = &said.fact {
                found.insert(FilePath::new(module));
                found.insert(folder_of(path).join(module));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_that_lie_elsewhere_in_the_image() {
        for (source, target, expected) in [
            ("apps/web/start.cjs", "./start.cjs", true),
            ("apps/web/start.cjs", ".", true),
            ("apps/web/start.cjs", "/app/", true),
            ("apps/web/start.cjs", "apps/web/start.cjs", false),
            ("apps/web/start.cjs", "./apps/web/", false),
            ("apps/web/start.cjs", "/srv/apps/web/", false),
            ("start.js", "/app/start.js", false),
            ("start.js", "bin/start.js", true),
            ("apps/web", ".", false),
            ("apps/web/a.css", ".", false),
        ] {
            assert_eq!(is_moved(source, target), expected, "{source} {target}");
        }
    }
}
