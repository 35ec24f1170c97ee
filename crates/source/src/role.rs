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

    /// Globs of paths that give a role without any configuration. `*` crosses folders.
    const BY_GLOB: &[(Self, &[&str])] = &[
        (
            Self::Generated,
            &[
                "**/{generated,__generated__,.next,.nuxt,.svelte-kit}/**",
                "**/*.{generated,gen,pb,min}.{ts,tsx,mts,cts,js,mjs,cjs,jsx,rs}",
                "**/*_pb.{ts,js}",
                "**/*_pb2.{py,pyi}",
                "**/*_pb2_grpc.{py,pyi}",
            ],
        ),
        (
            Self::Test,
            &[
                "**/{test,tests,__tests__,__test__,__mocks__,__fixtures__,e2e,spec,specs,cypress,benches,bench}/**",
                "**/{test,tests,testing}{-,_}{util,utils,helper,helpers,support,kit,fixtures,setup}/**",
                "**/{testkit,testutil,testutils,testUtils,testHelpers,testhelpers,testdata}/**",
                "**/*.{test,spec,e2e,cy,bench,stories,test-d}.{ts,tsx,mts,cts,js,mjs,cjs,jsx}",
                "**/*.{client,server,unit,int,integration,api,db,e2e,browser}{test,spec}.{ts,tsx,mts,cts,js,mjs,cjs,jsx}",
                "**/*.{client,server,unit,int,integration,api,db,e2e,browser}{-,_}{test,spec}.{ts,tsx,mts,cts,js,mjs,cjs,jsx}",
                "**/{test,tests}{-,_}{util,utils,helper,helpers,support,kit,fixtures,setup}.{ts,tsx,mts,cts,js,mjs,cjs,jsx,rs}",
                "**/{testUtils,testHelpers,setupTests,testkit}.{ts,tsx,mts,cts,js,mjs,cjs,jsx}",
                "**/*_test.{ts,tsx,mts,js,mjs}",
                "**/{test,tests,testing}.rs",
                "**/*_{test,tests}.rs",
                "**/{vitest,jest}.setup.{ts,js,mjs,cjs}",
                "**/{test_*,*_test,*_tests,test,tests,conftest}.{py,pyi}",
            ],
        ),
        (
            Self::Config,
            &[
                "**/*.config.{ts,mts,cts,js,mjs,cjs}",
                "**/*.config.*.{ts,mts,cts,js,mjs,cjs}",
                "**/.*rc.{js,cjs,mjs,ts}",
                "**/{gulpfile,Gruntfile}.{js,ts}",
                "**/{setup,noxfile,fabfile,gunicorn.conf,gunicorn_conf,hatch_build,conanfile}.py",
                "**/{doc,docs,sphinx}/conf.py",
                "**/{doc,docs,sphinx}/source/conf.py",
            ],
        ),
        (Self::Script, &["**/{scripts,script,examples,example}/**", "{.ci,.dev,.husky,.scripts,.tools}/**"]),
    ];

    /// What of a path gives it its role; nothing for a source, which is what no pattern covers.
    #[must_use]
    pub fn by_default_because(path: &FilePath) -> Option<String> {
        let role = Self::by_default(path);
        let globs = Self::BY_GLOB.iter().filter(|(of, _)| *of == role).flat_map(|(_, globs)| globs.iter());
        let matches = |glob: &&&str| Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(path.as_str()));
        if let Some(glob) = globs.into_iter().find(matches) {
            return Some(format!("the pattern `{glob}`"));
        }
        let folders = path.as_str().split('/').filter(|folder| *folder != path.name());
        (role != Self::Source).then(|| match folders.into_iter().find(|folder| is_named_for(folder, role)) {
            Some(folder) => format!("the folder `{folder}`"),
            None => format!("the name `{}`", path.name()),
        })
    }

    /// The role that a path has without any configuration. Of several that it could have, a generated file is that, then a test, then
    /// configuration.
    #[must_use]
    pub fn by_default(path: &FilePath) -> Self {
        static GLOBS: OnceLock<(GlobSet, Vec<Role>)> = OnceLock::new();
        let (globs, roles) = GLOBS.get_or_init(|| {
            let each = Self::BY_GLOB.iter().flat_map(|(role, globs)| globs.iter().map(|glob| (*role, *glob)));
            let mut set = GlobSetBuilder::new();
            let mut roles = Vec::new();
            for (role, glob) in each {
                set.add(Glob::new(glob).expect("the default globs are valid"));
                roles.push(role);
            }
            (set.build().expect("the default globs are valid"), roles)
        });
        let by_glob = globs.matches(path.as_str()).into_iter().min().map(|first| roles[first]);
        let by_place = by_place(path.as_str());
        let order = [Self::Generated, Self::Test, Self::Config, Self::Script];
        order.into_iter().find(|role| by_glob == Some(*role) || by_place == Some(*role)).unwrap_or_default()
    }

    /// The word as it is written in rules, configuration and output.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// The role by names that say something outside of a package's sources only: below `src`, `tools` and `build.rs` are named after what
/// the program does. Folders `tools` in the midst of sources are too: those for the tools of a package lie beside its manifest, which
/// a path can only promise.
fn by_place(path: &str) -> Option<Role> {
    let mut folders = path.split('/');
    let file = folders.next_back();
    let (mut is_source, mut is_route, mut found) = (false, false, None);
    let (mut above, mut beyond) = ("", "");
    for (depth, folder) in folders.enumerate() {
        is_source |= matches!(folder, "src" | "lib");
        is_route |= matches!(folder, "app" | "pages" | "routes");
        if is_source {
            break;
        }
        // A package of that name may be what others test with.
        let is_tests_of_tool = matches!(folder, "playwright" | "testcontainers") && above != "packages";
        if !is_route && (is_test_package(folder) || is_tests_of_tool) {
            return Some(Role::Test);
        }
        let is_top = depth == 0 || (depth == 2 && HOLDS_PACKAGES.contains(&beyond));
        // The schema of a database is that of the program, wherever it stands.
        let is_schema = file.is_some_and(|file| file.ends_with(".prisma"));
        if folder == "xtask" || (folder == "tools" && is_top && !is_schema) {
            found = Some(Role::Script);
        }
        (beyond, above) = (above, folder);
    }
    if file == Some("build.rs") && !path.split('/').any(|folder| folder == "src") { Some(Role::Config) } else { found }
}

/// Whether a folder outside of sources gives a role by its name.
fn is_named_for(folder: &str, role: Role) -> bool {
    match role {
        Role::Test => is_test_package(folder) || matches!(folder, "playwright" | "testcontainers"),
        Role::Script => is_for_tools(folder),
        Role::Source | Role::Config | Role::Generated => false,
    }
}

/// Folders whose folders are packages.
const HOLDS_PACKAGES: &[&str] = &["packages", "apps", "crates", "libs", "services", "plugins"];

fn is_for_tools(folder: &str) -> bool {
    matches!(folder, "tools" | "xtask")
}

/// Whether a package of that name helps tests.
fn is_test_package(name: &str) -> bool {
    let is_part = |part: &str| matches!(part, "testkit" | "testing" | "fixtures" | "e2e" | "testlib");
    let (mut parts, first) = (name.split(['-', '_']), name.split(['-', '_']).next());
    let last = parts.next_back();
    let has_several = last.is_some_and(|last| last.len() < name.len());
    is_part(name)
        || first.is_some_and(is_part)
        || last.is_some_and(is_part)
        || (has_several && (matches!(first, Some("test" | "tests")) || last == Some("tests")))
        || ["-test-utils", "-test-helpers", "-test-support", "_test_utils", "_test_helpers", "_test_support"]
            .iter()
            .any(|end| name.ends_with(end))
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
            (".dev/icons.js", Role::Script),
            (".development/icons.js", Role::Source),
            ("src/.dev/icons.js", Role::Source),
            ("src/__tests__/generated/a.ts", Role::Generated),
            ("build.rs", Role::Config),
            ("crates/a/build.rs", Role::Config),
            ("src/commands/build.rs", Role::Source),
            ("tools/release.ts", Role::Script),
            ("tools/release/src/a.ts", Role::Script),
            ("tools/prisma/schema.prisma", Role::Source),
            ("src/mcp/tools/a.ts", Role::Source),
            ("packages/app/tools/release.ts", Role::Script),
            ("packages/components/nodes/tools/a.ts", Role::Source),
            ("packages/tools/index.ts", Role::Source),
            ("server/agent/tools/a.ts", Role::Source),
            ("server/agent/xtask/a.rs", Role::Script),
            ("src/scripts/seed.ts", Role::Script),
            ("packages/test-helpers/src/a.ts", Role::Test),
            ("src/test-utils/a.ts", Role::Test),
            ("src/test_utils.rs", Role::Test),
            ("src/test-utils.tsx", Role::Test),
            ("testkit/src/lib.rs", Role::Test),
            ("crates/app-testkit/src/lib.rs", Role::Test),
            ("packages/test-server/index.ts", Role::Test),
            ("packages/fixtures/src/a.ts", Role::Test),
            ("apps/web-e2e/src/a.ts", Role::Test),
            ("apps/web/playwright/mail.ts", Role::Test),
            ("internal-packages/testcontainers/src/a.ts", Role::Test),
            ("packages/playwright/src/a.ts", Role::Source),
            ("src/playwright/a.ts", Role::Source),
            ("src/fixtures/matches.ts", Role::Source),
            ("app/test-results/page.tsx", Role::Source),
            ("src/test-results/a.ts", Role::Source),
            ("packages/latest/a.ts", Role::Source),
            ("src/button.clienttest.tsx", Role::Test),
            ("src/a.latest.ts", Role::Source),
            ("src/a_test.ts", Role::Test),
            ("tests/a.py", Role::Test),
            ("app/test_orders.py", Role::Test),
            ("app/orders_test.py", Role::Test),
            ("app/conftest.py", Role::Test),
            ("polls/tests.py", Role::Test),
            ("app/contest.py", Role::Source),
            ("app/latest_orders.py", Role::Source),
            ("app/attest.py", Role::Source),
            ("setup.py", Role::Config),
            ("noxfile.py", Role::Config),
            ("docs/conf.py", Role::Config),
            ("app/conf.py", Role::Source),
            ("app/migrations/0001_initial.py", Role::Source),
            ("app/orders_pb2.py", Role::Generated),
            ("app/orders_pb2_grpc.pyi", Role::Generated),
            ("app/scripts/seed.py", Role::Script),
        ] {
            assert_eq!(Role::by_default(&FilePath::new(path)), role, "{path}");
            assert_eq!(Role::by_default_because(&FilePath::new(path)).is_some(), role != Role::Source, "{path}");
        }
    }

    #[test]
    fn roles_have_reasons() {
        for (path, because) in [
            ("scripts/a.ts", "the pattern `**/{scripts,script,examples,example}/**`"),
            ("packages/test-server/index.ts", "the folder `test-server`"),
            ("tools/release.ts", "the folder `tools`"),
            ("build.rs", "the name `build.rs`"),
        ] {
            assert_eq!(Role::by_default_because(&FilePath::new(path)).as_deref(), Some(because), "{path}");
        }
    }
}
