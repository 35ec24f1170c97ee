//! What shows that a name is that of a crate where a macro might have declared it: lock files, manifests of the project, and the
//! definitions of messages from which a macro makes its modules.

use auditlint_facts::Source;
use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashSet;

use super::code::snake_case;
use super::fact::{CargoFact, Facts};
use super::packages::{CargoPackages, in_code};

/// The file in which Cargo writes down the packages that it uses.
const LOCK: &str = "Cargo.lock";

/// Macros that make their modules from definitions of messages.
const OF_MESSAGES: [&str; 2] = ["include_proto", "include_file_descriptor_set"];

/// Whether a file is one of those.
pub(super) fn is_evidence(path: &FilePath) -> bool {
    is_lock(path) || path.extension() == Some("proto")
}

/// Whether a file only says which names are crates.
pub(super) fn is_lock(path: &FilePath) -> bool {
    path.name() == LOCK
}

/// The names in such a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let text = source.text();
    if is_lock(source.path) {
        let names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        out.say(Span::default(), CargoFact::Locked(names.map(|name| in_code(name).into()).collect()));
        return;
    }
    let words = text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).filter(|word| !word.is_empty());
    let names: std::collections::BTreeSet<String> = words.map(snake_case).collect();
    out.say(Span::default(), CargoFact::Messages(names.into_iter().map(Into::into).collect()));
}

/// Names that are known.
#[derive(Default)]
pub(super) struct KnownNames<'r> {
    locked: FxHashSet<&'r str>,
    declared: FxHashSet<String>,
    /// The words of all definitions of messages; nothing where the project has none.
    messages: Option<FxHashSet<&'r str>>,
}

impl<'r> KnownNames<'r> {
    pub(super) fn of(sources: &[(FilePath, &'r Facts)], packages: &CargoPackages<'_>) -> Self {
        let mut known = Self::default();
        for said in sources.iter().flat_map(|(_, source)| &source.facts) {
            match &said.fact {
                CargoFact::Locked(names) => known.locked.extend(names.iter().map(|name| &**name)),
                CargoFact::Messages(names) => {
                    known.messages.get_or_insert_default().extend(names.iter().map(|name| &**name));
                }
                _ => {}
            }
        }
        let dependencies = packages.all().flat_map(|package| &package.dependencies);
        known.declared.extend(dependencies.map(|dependency| in_code(dependency.name)));
        known
    }

    /// Whether a package of that very name is in use, so that no other one's library has the name.
    pub(super) fn is_locked(&self, name: &str) -> bool {
        self.locked.contains(name)
    }

    /// Whether a name is that of a crate in this project.
    pub(super) fn is_crate(&self, name: &str) -> bool {
        self.locked.contains(name) || self.declared.contains(name)
    }

    /// Whether a macro of another crate may declare a name.
    pub(super) fn may_declare(&self, call: &str, name: &str) -> bool {
        let last = call.rsplit("::").next().unwrap_or_default().trim();
        let Some(messages) = self.messages.as_ref().filter(|_| OF_MESSAGES.contains(&last)) else { return true };
        messages.contains(name) || ["_client", "_server"].iter().any(|ending| name.ends_with(ending))
    }
}
