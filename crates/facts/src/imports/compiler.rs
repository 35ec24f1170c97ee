//! What `tsconfig.json` and its like say about where specifiers lead.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_source::FilePath;

use super::manifest::is_compiler_config;
use super::raw;
use crate::folder::folder_of;
use crate::{Raw, Value};

/// One configuration as it is written.
#[derive(Default)]
struct Written<'r> {
    extends: Vec<&'r str>,
    references: Vec<&'r str>,
    base: Option<&'r str>,
    /// `None` where there are no `paths`.
    paths: Option<Vec<(&'r str, &'r str)>>,
    root_folders: Vec<&'r str>,
    is_broken: bool,
}

/// One configuration with what it inherits.
#[derive(Clone, Default)]
pub(super) struct Config<'r> {
    /// The folder in which names are looked up.
    pub(super) base: Option<FilePath>,
    /// Patterns and the targets that each has, relative to the root of the project.
    pub(super) paths: Vec<(&'r str, Vec<FilePath>)>,
    pub(super) root_folders: Vec<FilePath>,
    /// Whether a part of it is not there to be read.
    pub(super) is_partial: bool,
    /// Whether that part may give names meanings that stand nowhere else.
    pub(super) may_map_more: bool,
}

/// The configurations of every folder that has some.
pub(super) fn configs<'r>(
    raw: &'r [(FilePath, &Raw)],
    of_package: &dyn Fn(&str) -> Option<FilePath>,
) -> BTreeMap<FilePath, Vec<Config<'r>>> {
    let mut written: BTreeMap<FilePath, Written<'r>> = BTreeMap::new();
    for (path, source) in raw.iter().filter(|(path, _)| is_json(path)) {
        written.insert(path.clone(), Written::of(source));
    }
    let mut configs: BTreeMap<FilePath, Vec<Config<'r>>> = BTreeMap::new();
    for (path, own) in written.iter().filter(|(path, _)| is_compiler_config(path)) {
        let in_folder = configs.entry(folder_of(path)).or_default();
        in_folder.push(effective(path, &written, of_package));
        for reference in &own.references {
            let target = folder_of(path).join(reference);
            let named = [target.clone(), target.join("tsconfig.json")];
            // A configuration below speaks for its own folder.
            let apart = named.into_iter().find(|named| written.contains_key(named));
            if let Some(apart) = apart.filter(|apart| folder_of(apart) != folder_of(path)) {
                in_folder.push(effective(&apart, &written, of_package));
            }
        }
    }
    configs
}

/// Configurations may extend any file.
fn is_json(path: &FilePath) -> bool {
    path.name() != "package.json" && super::manifest::is_json(path)
}

impl<'r> Written<'r> {
    fn of(source: &'r Raw) -> Self {
        let mut written = Self { is_broken: !source.gaps.is_empty(), ..Self::default() };
        for row in &source.rows {
            let text = |at: usize| row.values.get(at).map_or("", Value::text);
            match row.relation {
                raw::EXTENDS => written.extends.push(text(0)),
                raw::REFERENCE => written.references.push(text(0)),
                raw::BASE => written.base = Some(text(0)),
                raw::PATH => {
                    let paths = written.paths.get_or_insert_default();
                    if !row.values.is_empty() {
                        paths.push((text(0), text(1)));
                    }
                }
                raw::ROOT_FOLDER => written.root_folders.push(text(0)),
                _ => {}
            }
        }
        written
    }
}

/// A configuration with everything that it inherits: the nearest that says a thing wins, and the last of several that it extends.
fn effective<'r>(
    path: &FilePath,
    written: &BTreeMap<FilePath, Written<'r>>,
    of_package: &dyn Fn(&str) -> Option<FilePath>,
) -> Config<'r> {
    let mut config = Config::default();
    let mut paths: Option<(FilePath, &Vec<(&'r str, &'r str)>)> = None;
    let mut seen = BTreeSet::new();
    let mut left = vec![path.clone()];
    let own_folder = folder_of(path);
    let at = |folder: &FilePath, text: &str| match text.strip_prefix("${configDir}") {
        Some(rest) => own_folder.join(rest.trim_start_matches('/')),
        None => folder.join(text),
    };
    while let Some(path) = left.pop() {
        let Some(own) = written.get(&path).filter(|_| seen.insert(path.clone())) else { continue };
        let folder = folder_of(&path);
        config.is_partial |= own.is_broken;
        config.may_map_more |= own.is_broken;
        if config.base.is_none() {
            config.base = own.base.map(|base| at(&folder, base));
        }
        if let (None, Some(own)) = (&paths, &own.paths) {
            paths = Some((folder.clone(), own));
        }
        if config.root_folders.is_empty() {
            config.root_folders = own.root_folders.iter().map(|root| at(&folder, root)).collect();
        }
        for extended in &own.extends {
            match extended_file(&folder, extended, written, of_package) {
                Some(found) => left.push(found),
                // What a package from outside says cannot be about files of this project.
                None if !extended.starts_with(['.', '/']) => {}
                None => {
                    config.is_partial = true;
                    // SvelteKit writes there what its configuration says.
                    config.may_map_more |= !extended.contains(".svelte-kit/");
                }
            }
        }
    }
    if let Some((folder, written)) = paths {
        let folder = config.base.clone().unwrap_or(folder);
        for (pattern, target) in written {
            let target = at(&folder, target);
            // The targets of one pattern stand together.
            match config.paths.last_mut() {
                Some((known, targets)) if known == pattern => targets.push(target),
                _ => config.paths.push((pattern, vec![target])),
            }
        }
    }
    config
}

fn extended_file(
    folder: &FilePath,
    extended: &str,
    written: &BTreeMap<FilePath, Written<'_>>,
    of_package: &dyn Fn(&str) -> Option<FilePath>,
) -> Option<FilePath> {
    let target = if extended.starts_with('.') { folder.join(extended) } else { of_package(extended)? };
    let named = [target.clone(), FilePath::new(&format!("{}.json", target.as_str())), target.join("tsconfig.json")];
    named.into_iter().find(|named| written.contains_key(named))
}
