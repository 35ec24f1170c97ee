//! What part a source plays in its project.

use std::sync::{Mutex, PoisonError};

use auditlint_rules::{FileGlob, FileGlobs, ProjectFolders, Role};
use auditlint_source::{FilePath, Files};
use rustc_hash::FxHashMap;

use crate::git_attributes::GitAttributes;
use crate::role_markers::{imports_test_runner, is_marked_generated, is_minified};
use crate::role_modules::{is_build_script, ships};
use crate::role_neighbours::{
    is_bundle_folder, is_fixture_of_codemod, is_module_of_package, manifest_beside_tools, source_of_compiled,
    vendored_package,
};

/// The patterns of the configuration that give roles.
pub(crate) struct RolePatterns {
    patterns: FileGlobs,
    /// The role of each pattern, and whether it takes files out of those of its role.
    roles: Vec<(Role, bool)>,
    /// Each pattern as it is written.
    texts: Vec<String>,
    /// The roles that paths have without any of them: from state to state of a project most paths stay.
    by_default: Mutex<FxHashMap<FilePath, Role>>,
}

impl RolePatterns {
    #[must_use]
    pub(crate) fn new(configured: &[(Role, FileGlob)]) -> Self {
        Self {
            patterns: FileGlobs::new(configured.iter().map(|(_, glob)| glob)),
            roles: configured.iter().map(|(role, glob)| (*role, glob.is_negated())).collect(),
            texts: configured.iter().map(|(_, glob)| glob.pattern.clone()).collect(),
            by_default: Mutex::default(),
        }
    }

    /// The role that a path has without configuration, by its names alone.
    fn by_default(&self, path: &FilePath) -> Role {
        let known = || self.by_default.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(role) = known().get(path) {
            return *role;
        }
        let role = Role::by_default(path);
        known().insert(path.clone(), role);
        role
    }
}

/// The role that a path has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PathRole {
    pub(crate) role: Role,
    /// Whether the configuration or an attribute gave it, so that no content changes it.
    pub(crate) is_final: bool,
    /// Whether a minifier can have written the file: it writes nothing but JavaScript.
    pub(crate) may_be_minified: bool,
}

/// From path and content to role.
pub(crate) struct Roles<'p> {
    /// By number of the project.
    patterns: &'p [RolePatterns],
    folders: &'p ProjectFolders,
    files: &'p dyn Files,
    attributes: GitAttributes,
}

impl<'p> Roles<'p> {
    /// Roles by patterns and by the attributes of a state of the files.
    #[must_use]
    pub(crate) fn new(
        patterns: &'p [RolePatterns],
        folders: &'p ProjectFolders,
        files: &'p dyn Files,
        attributes: GitAttributes,
    ) -> Self {
        Self { patterns, folders, files, attributes }
    }

    /// The patterns that hold for a path.
    fn patterns_of(&self, path: &FilePath) -> &'p RolePatterns {
        &self.patterns[self.folders.of(path) as usize]
    }

    /// The role of a path.
    #[must_use]
    pub(crate) fn of_path(&self, path: &FilePath) -> PathRole {
        let of_project = self.patterns_of(path);
        let RolePatterns { patterns, roles, .. } = of_project;
        let mut matched = Vec::new();
        patterns.matches_into(path, &mut matched);
        let is_out = |role: Role| matched.iter().any(|number| roles[*number] == (role, true));
        let given = matched.iter().map(|number| roles[*number]).find(|(role, _)| !is_out(*role));
        let (role, configured) = match given {
            Some((role, _)) => (role, true),
            None => (self.by_default(path, of_project.by_default(path)), false),
        };
        let (role, is_final) = match self.attributes.generated(path) {
            Some(true) if !configured => (Role::Generated, true),
            Some(false) if !configured && role == Role::Generated => (Role::Source, true),
            Some(false) => (role, true),
            _ => (role, configured),
        };
        let may_be_minified = matches!(path.extension(), Some("js" | "mjs" | "cjs"));
        PathRole { role, is_final, may_be_minified }
    }

    /// The role that a path has without configuration. Where its name alone would decide, the files around it are asked.
    fn by_default(&self, path: &FilePath, role: Role) -> Role {
        if role != Role::Generated && (is_bundle_folder(path) || vendored_package(self.files, path).is_some()) {
            return Role::Generated;
        }
        match role {
            Role::Source | Role::Test if source_of_compiled(self.files, path).is_some() => Role::Generated,
            Role::Test if ships(self.files, path) => Role::Source,
            Role::Config if path.name() == "build.rs" && !is_build_script(self.files, path) => Role::Source,
            // A module of a package, not what builds one.
            Role::Config if path.name() == "setup.py" && is_module_of_package(self.files, path) => Role::Source,
            Role::Source if path.extension() == Some("rs") && is_build_script(self.files, path) => Role::Config,
            Role::Source if is_fixture_of_codemod(self.files, path) => Role::Test,
            Role::Source if manifest_beside_tools(self.files, path).is_some() => Role::Script,
            role => role,
        }
    }

    /// The role of a source. Markers in its first lines make a file generated, unless the configuration or an attribute gave its role.
    #[must_use]
    pub(crate) fn of(&self, path: &FilePath, text: &[u8]) -> Role {
        self.of_path(path).with(text)
    }
}

impl Roles<'_> {
    /// The role of a source, and by what it was given; nothing for a source that nothing makes something else.
    pub(crate) fn explain(&self, path: &FilePath, text: &[u8]) -> (Role, Option<String>) {
        let by_path = self.of_path(path);
        let role = by_path.with(text);
        let RolePatterns { patterns, roles, texts, .. } = self.patterns_of(path);
        let mut matched = Vec::new();
        patterns.matches_into(path, &mut matched);
        if let Some(number) =
            matched.iter().find(|number| roles[**number] == (by_path.role, false)).filter(|_| by_path.is_final)
        {
            return (role, Some(format!("the pattern `{}` of `[roles]`", texts[*number])));
        }
        let by_default = Role::by_default(path);
        let because = match role {
            _ if by_path.is_final => Some("`linguist-generated` in `.gitattributes`".to_owned()),
            Role::Generated if by_path.role == Role::Generated && by_default != Role::Generated => {
                Some(match (vendored_package(self.files, path), source_of_compiled(self.files, path)) {
                    (Some(package), _) => format!("the package of somebody else in `{package}`"),
                    (None, Some(source)) if !is_bundle_folder(path) => format!("`{source}`, from which it is compiled"),
                    _ => "the folder `dist`".to_owned(),
                })
            }
            Role::Generated if by_path.role != Role::Generated => {
                Some("what its text says of a program that wrote it".to_owned())
            }
            Role::Test if by_path.role != Role::Test => Some("an import of what tests are written with".to_owned()),
            Role::Test if by_default == Role::Source => Some("the file beside it with what becomes of it".to_owned()),
            Role::Config if path.name() == "build.rs" => Some("the `Cargo.toml` beside it".to_owned()),
            Role::Config if by_default == Role::Source => Some("`build` of the `Cargo.toml` above it".to_owned()),
            Role::Source if by_default == Role::Test => Some("the module that declares it for all builds".to_owned()),
            Role::Source if by_default == Role::Config && path.extension() == Some("py") => {
                Some("the `__init__.py` beside it".to_owned())
            }
            Role::Source if by_default == Role::Config => Some("that no `Cargo.toml` lies beside it".to_owned()),
            Role::Script if by_default == Role::Source => manifest_beside_tools(self.files, path)
                .map(|manifest| format!("the folder `tools` beside `{manifest}`")),
            _ => Role::by_default_because(path),
        };
        (role, because)
    }
}

impl PathRole {
    /// The same where the content is known.
    pub(crate) fn with(self, text: &[u8]) -> Role {
        match self {
            Self { role, is_final: true, .. } => role,
            Self { role, .. } if role == Role::Generated || is_marked_generated(text) => Role::Generated,
            Self { may_be_minified: true, .. } if is_minified(text) => Role::Generated,
            Self { role: Role::Source, .. } if imports_test_runner(text) => Role::Test,
            Self { role, .. } => role,
        }
    }
}

#[cfg(test)]
mod tests {
    use auditlint_source::{MemoryFiles, Span};

    use super::*;

    #[test]
    fn reads_the_path() {
        let glob = |pattern: &str| FileGlob::new(pattern, Span::default()).unwrap();
        let tools = [(Role::Source, glob("tools/app/**")), (Role::Source, glob("!tools/app/x.ts"))];
        let (patterns, folders) = ([RolePatterns::new(&tools)], ProjectFolders::default());
        let files = MemoryFiles::new([("Cargo.toml", "")]);
        let roles = Roles::new(&patterns, &folders, &files, GitAttributes::default());
        for (path, role) in [
            ("src/a.ts", Role::Source),
            ("a.ts", Role::Source),
            ("src/a.test.ts", Role::Test),
            ("tests/a.rs", Role::Test),
            ("src/foo_test.rs", Role::Test),
            ("src/contest.rs", Role::Source),
            ("vite.config.ts", Role::Config),
            ("build.rs", Role::Config),
            ("commands/build.rs", Role::Source),
            ("scripts/a.ts", Role::Script),
            ("tools/a.ts", Role::Script),
            ("tools/app/a.ts", Role::Source),
            ("tools/app/x.ts", Role::Script),
            ("src/generated/a.ts", Role::Generated),
            ("src/__tests__/generated/a.ts", Role::Generated),
            (".github/actions/a/dist/index.js", Role::Generated),
            ("src/dist/a.ts", Role::Source),
        ] {
            assert_eq!(roles.of_path(&FilePath::new(path)).role, role, "{path}");
        }
    }

    #[test]
    fn what_is_compiled_and_committed_is_generated() {
        let (patterns, folders) = ([RolePatterns::new(&[])], ProjectFolders::default());
        let paths = [
            "src/lib/a.ts",
            "build/lib/a.js",
            "build/lib/b.js",
            "src/index.ts",
            "build/index.js",
            "web/src/main.ts",
            "web/out/main.js",
            "web/out/main.js.map",
            "build/utils.js",
            "utils.ts",
            "src/build/c.ts",
            "src/c.ts",
            "api/x/d.ts",
            "api/build/x/d.js",
        ];
        let files = MemoryFiles::new(paths.map(|path| (path, "")));
        let roles = Roles::new(&patterns, &folders, &files, GitAttributes::default());
        for (path, because) in [
            ("build/lib/a.js", Some("`src/lib/a.ts`, from which it is compiled")),
            ("web/out/main.js", Some("`web/src/main.ts`, from which it is compiled")),
            ("api/build/x/d.js", Some("`api/x/d.ts`, from which it is compiled")),
            ("build/lib/b.js", None),
            ("build/index.js", None),
            ("build/utils.js", None),
            ("src/build/c.ts", None),
        ] {
            let (role, why) = roles.explain(&FilePath::new(path), b"");
            let why = why.filter(|_| role == Role::Generated);
            assert_eq!(why.as_deref(), because, "{path}");
        }
    }

    #[test]
    fn says_by_what_a_role_was_given() {
        let pattern = FileGlob::new("qa/**", Span::default()).unwrap();
        let (patterns, folders) = ([RolePatterns::new(&[(Role::Test, pattern)])], ProjectFolders::default());
        let files = MemoryFiles::new([("Cargo.toml", ""), ("src/main.rs", "mod test;"), ("src/test.rs", "")]);
        let roles = Roles::new(&patterns, &folders, &files, GitAttributes::default());
        for (path, text, role, because) in [
            ("src/a.ts", "", Role::Source, None),
            ("qa/a.ts", "", Role::Test, Some("the pattern `qa/**` of `[roles]`")),
            ("src/a.ts", "import { it } from 'vitest';", Role::Test, Some("an import of what tests are written with")),
            (
                "src/a.ts",
                "// @generated by a program",
                Role::Generated,
                Some("what its text says of a program that wrote it"),
            ),
            ("build.rs", "", Role::Config, Some("the `Cargo.toml` beside it")),
            ("commands/build.rs", "", Role::Source, Some("that no `Cargo.toml` lies beside it")),
            ("src/test.rs", "", Role::Source, Some("the module that declares it for all builds")),
            ("tools/a.ts", "", Role::Script, Some("the folder `tools`")),
        ] {
            let found = roles.explain(&FilePath::new(path), text.as_bytes());
            assert_eq!((found.0, found.1.as_deref()), (role, because), "{path}: {text}");
        }
    }

    #[test]
    fn asks_the_files_around() {
        let files = MemoryFiles::new([
            ("Cargo.toml", "[package]\nbuild = \"build/main.rs\"\n"),
            ("src/proto/Cargo.toml", ""),
            ("src/a.input.ts", ""),
            ("src/a.output.ts", ""),
            ("src/create.input.ts", ""),
            ("vendor/parser/Cargo.toml", ""),
            ("app/__init__.py", ""),
            ("vendor/@b/c/package.json", ""),
            ("apps/vendor/package.json", ""),
            ("server/api/package.json", ""),
            ("packages/nodes/package.json", ""),
        ]);
        let (patterns, folders) = ([RolePatterns::new(&[])], ProjectFolders::default());
        let roles = Roles::new(&patterns, &folders, &files, GitAttributes::default());
        for (path, role, because) in [
            ("build/main.rs", Role::Config, Some("`build` of the `Cargo.toml` above it")),
            ("build/assets/mod.rs", Role::Config, Some("`build` of the `Cargo.toml` above it")),
            ("src/proto/build.rs", Role::Config, Some("the `Cargo.toml` beside it")),
            ("src/build.rs", Role::Source, None),
            (
                "setup.py",
                Role::Config,
                Some("the pattern `**/{setup,noxfile,fabfile,gunicorn.conf,gunicorn_conf,hatch_build,conanfile}.py`"),
            ),
            ("app/setup.py", Role::Source, Some("the `__init__.py` beside it")),
            (
                "app/deep/setup.py",
                Role::Config,
                Some("the pattern `**/{setup,noxfile,fabfile,gunicorn.conf,gunicorn_conf,hatch_build,conanfile}.py`"),
            ),
            ("src/build/main.rs", Role::Source, None),
            ("src/a.input.ts", Role::Test, Some("the file beside it with what becomes of it")),
            ("src/a.output.ts", Role::Test, Some("the file beside it with what becomes of it")),
            ("src/create.input.ts", Role::Source, None),
            ("vendor/parser/src/lib.rs", Role::Generated, Some("the package of somebody else in `vendor/parser`")),
            ("vendor/@b/c/a.ts", Role::Generated, Some("the package of somebody else in `vendor/@b/c`")),
            ("vendor/orders.ts", Role::Source, None),
            ("apps/vendor/src/orders.ts", Role::Source, None),
            ("a/dist/index.js", Role::Generated, Some("the folder `dist`")),
            ("server/api/tools/a.ts", Role::Script, Some("the folder `tools` beside `server/api/package.json`")),
            ("server/api/agents/tools/a.ts", Role::Source, None),
            ("server/api/src/tools/a.ts", Role::Source, None),
            ("server/api/tools.ts", Role::Source, None),
            ("packages/nodes/ai/tools/search/core.ts", Role::Source, None),
            ("packages/nodes/tools/a.ts", Role::Script, Some("the folder `tools`")),
        ] {
            let found = roles.explain(&FilePath::new(path), b"");
            assert_eq!((found.0, found.1.as_deref()), (role, because), "{path}");
        }
    }

    #[test]
    fn reads_markers() {
        let (patterns, folders) = ([RolePatterns::new(&[])], ProjectFolders::default());
        let files = MemoryFiles::default();
        let roles = Roles::new(&patterns, &folders, &files, GitAttributes::default());
        let of = |text: &str| roles.of(&FilePath::new("src/a.ts"), text.as_bytes());
        assert_eq!(of("// @generated by a program\n"), Role::Generated);
        assert_eq!(of("/**\n * @generated\n */\n"), Role::Generated);
        assert_eq!(of("// Code generated by a program. DO NOT EDIT.\n"), Role::Generated);
        assert_eq!(of("\u{feff}// @generated by a program\n"), Role::Generated);
        assert_eq!(of("// how `@generated` files are found\n"), Role::Source);
        assert_eq!(of("const marker = '@generated';\n"), Role::Source);
        assert_eq!(of("import { it } from 'vitest';\n"), Role::Test);
        assert_eq!(of("/******/ (() => { // webpackBootstrap\n"), Role::Generated);
        assert_eq!(of("module.exports =\n/******/ (function(modules, runtime) {\n"), Role::Generated);
        assert_eq!(of("var __create = Object.create;\nvar __defProp = Object.defineProperty;\n"), Role::Generated);
        assert_eq!(of("/****** settings ******/\nconst a = 1;\n"), Role::Source);
    }
}
