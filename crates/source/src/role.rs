//! What part a source plays in its project.

use std::fmt;
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use crate::FilePath;

/// What part a source plays in its project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    /// Code that ships.
    #[default]
    Source,
    /// Code that tests other code.
    Test,
    /// Configuration written as code.
    Config,
    /// Scripts, tools, examples.
    Script,
    /// Written by a program.
    Generated,
}

impl Role {
    /// Every role and its word.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("source", Self::Source),
        ("test", Self::Test),
        ("config", Self::Config),
        ("script", Self::Script),
        ("generated", Self::Generated),
    ];

    /// Globs of paths that give a role without any configuration; the first role that has a matching one wins. `*` crosses folders.
    pub const DEFAULTS: &[(Self, &[&str])] = &[
        (
            Self::Generated,
            &[
                "**/{generated,__generated__,.next,.nuxt,.svelte-kit}/**",
                "**/*.{generated,gen,pb,min}.{ts,tsx,mts,cts,js,mjs,cjs,jsx,rs}",
                "**/*_pb.{ts,js}",
            ],
        ),
        (
            Self::Test,
            &[
                "**/{test,tests,__tests__,__test__,__mocks__,__fixtures__,e2e,spec,specs,cypress,benches,bench}/**",
                "**/*.{test,spec,e2e,cy,bench,stories,test-d}.{ts,tsx,mts,cts,js,mjs,cjs,jsx}",
                "**/{test,tests,test_utils,testing}.rs",
                "**/*_{test,tests}.rs",
                "**/{vitest,jest}.setup.{ts,js,mjs,cjs}",
            ],
        ),
        (
            Self::Config,
            &[
                "**/*.config.{ts,mts,cts,js,mjs,cjs}",
                "**/*.config.*.{ts,mts,cts,js,mjs,cjs}",
                "**/.*rc.{js,cjs,mjs,ts}",
                "**/{gulpfile,Gruntfile}.{js,ts}",
                "**/build.rs",
            ],
        ),
        (Self::Script, &["**/{scripts,script,tools,examples,example,xtask}/**"]),
    ];

    /// The role that a path has without any configuration.
    #[must_use]
    pub fn by_default(path: &FilePath) -> Self {
        static GLOBS: OnceLock<(GlobSet, Vec<Role>)> = OnceLock::new();
        let (globs, roles) = GLOBS.get_or_init(|| {
            let each = Self::DEFAULTS.iter().flat_map(|(role, globs)| globs.iter().map(|glob| (*role, *glob)));
            let mut set = GlobSetBuilder::new();
            let mut roles = Vec::new();
            for (role, glob) in each {
                set.add(Glob::new(glob).expect("the default globs are valid"));
                roles.push(role);
            }
            (set.build().expect("the default globs are valid"), roles)
        });
        globs.matches(path.as_str()).into_iter().min().map_or(Self::Source, |first| roles[first])
    }

    /// The word as it is written in rules, configuration and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_in_the_order_of_the_roles() {
        for (index, (word, role)) in Role::WORDS.into_iter().enumerate() {
            assert_eq!((role as usize, role.name()), (index, word));
        }
    }

    #[test]
    fn paths_have_roles() {
        for (path, role) in [
            ("src/a.ts", Role::Source),
            ("src/a.test.ts", Role::Test),
            ("vite.config.ts", Role::Config),
            ("scripts/a.ts", Role::Script),
            ("src/__tests__/generated/a.ts", Role::Generated),
        ] {
            assert_eq!(Role::by_default(&FilePath::new(path)), role, "{path}");
        }
    }
}
