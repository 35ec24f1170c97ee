//! Whether a project can have sealed a value that nobody can follow: whether anything of it encrypts, or hashes such things.
//!
//! What is used again can only be encrypted. What is compared may be hashed, by whatever makes digests of things of its name.

use auditlint_facts::ProjectScope;
use auditlint_source::FilePath;
use rustc_hash::FxHashSet;

use super::fact::{ColumnFact, Facts, SealGuard};
use super::names::is_used_again;
use super::seal::subject_of;

/// Files of which one stands in every program in a language that is not read.
const OTHER_PROGRAMS: &[&str] =
    &["build.gradle", "build.gradle.kts", "composer.json", "Gemfile", "go.mod", "mix.exs", "pom.xml", "pubspec.yaml"];

/// Extensions of such files.
const OTHER_PROJECTS: &[&str] = &["csproj", "fsproj", "sln"];

/// What a project encrypts and hashes.
pub(super) struct Protection<'r> {
    /// Something encrypts, or may where nobody looked.
    encrypts: bool,
    /// What digests are made of; empty is anything.
    hashes: FxHashSet<&'r str>,
}

impl<'r> Protection<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'_>) -> Self {
        let is_other = |path: &FilePath| {
            OTHER_PROGRAMS.contains(&path.name())
                || path.extension().is_some_and(|extension| OTHER_PROJECTS.contains(&extension))
        };
        let is_unseen = !scope.unread().is_empty() || scope.files().iter().any(is_other);
        let mut protection = Self { encrypts: is_unseen, hashes: FxHashSet::default() };
        for said in sources.iter().flat_map(|(_, source)| &source.facts) {
            match &said.fact {
                ColumnFact::Guards(SealGuard::Encrypts) => protection.encrypts = true,
                ColumnFact::Guards(SealGuard::Hashes(subject)) => {
                    protection.hashes.insert(subject);
                }
                _ => {}
            }
        }
        protection
    }

    /// Why a value in a column cannot be sealed, though nobody can follow it; nothing where it may be.
    pub(super) fn lacks(&self, column: &str) -> Option<&'static str> {
        if self.encrypts {
            return None;
        }
        if is_used_again(column) {
            return Some("nothing in this project encrypts");
        }
        let may_be_hashed = self.hashes.contains("") || subject_of(column).is_none_or(|of| self.hashes.contains(of));
        (!may_be_hashed).then_some("nothing in this project encrypts, or hashes such a value")
    }
}
