//! Which files run something, by their paths.

use auditlint_source::FilePath;

use crate::conventions::{has_code, is_in_scripts};

/// A kind of file that runs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A workflow of GitHub, or of those that took its format over.
    Workflow,
    /// A composite action.
    Action,
    /// A pipeline of GitLab.
    Gitlab,
    /// A pipeline of another system, of which only the commands are read.
    Pipeline,
    /// A pipeline in a language of its own, of which only words are read.
    Jenkins,
    /// A `package.json`.
    Package,
    /// A `pnpm-workspace.yaml`.
    Workspace,
    /// A `turbo.json`, or a `project.json` of nx.
    TaskRunner,
    /// A shell script.
    Shell,
    /// A hook of git that is a shell script.
    Hook,
    /// What lists commands of hooks.
    HookList,
    /// A `Makefile`.
    Make,
    /// A `justfile`.
    Just,
    /// What builds or starts containers.
    Container,
    /// Code, of which only names of scripts are read.
    Code,
}

impl FileKind {
    pub(crate) fn of(path: &FilePath) -> Option<Self> {
        let (whole, name) = (path.as_str(), path.name());
        let folder = whole.strip_suffix(name).unwrap_or_default();
        let is_in =
            |wanted: &str| folder == wanted || (folder.ends_with(wanted) && folder.ends_with(&format!("/{wanted}")));
        let extension = path.extension().unwrap_or_default();
        if matches!(extension, "yml" | "yaml") {
            return match name {
                "action.yml" | "action.yaml" => Some(Self::Action),
                "pnpm-workspace.yaml" => Some(Self::Workspace),
                "lefthook.yml" | "lefthook.yaml" | ".pre-commit-config.yaml" => Some(Self::HookList),
                ".travis.yml"
                | "bitbucket-pipelines.yml"
                | ".drone.yml"
                | ".woodpecker.yml"
                | ".woodpecker.yaml"
                | "appveyor.yml"
                | ".appveyor.yml"
                | "cloudbuild.yaml"
                | "cloudbuild.yml"
                | ".cirrus.yml"
                | "bitrise.yml"
                | "buildspec.yml"
                | "buildspec.yaml"
                | "codefresh.yml"
                | "codemagic.yaml"
                | "wercker.yml" => Some(Self::Pipeline),
                _ if is_workflows(folder) => Some(Self::Workflow),
                _ if name.contains("gitlab-ci")
                    || folder.contains(".gitlab/ci/")
                    || is_in(".gitlab/")
                    || is_in(".gitlab-ci/") =>
                {
                    Some(Self::Gitlab)
                }
                _ if name.starts_with("azure-pipelines")
                    || is_in(".circleci/")
                    || is_in(".azure/")
                    || is_in(".azuredevops/")
                    || is_in(".azure-pipelines/")
                    || is_in(".drone/")
                    || is_in(".harness/")
                    || is_in(".semaphore/")
                    || is_in(".tekton/")
                    || is_in(".buildkite/")
                    || is_in(".woodpecker/") =>
                {
                    Some(Self::Pipeline)
                }
                _ if name.contains("compose") => Some(Self::Container),
                _ if name.starts_with(".lintstagedrc") => Some(Self::HookList),
                _ => None,
            };
        }
        match name {
            "package.json" => return Some(Self::Package),
            "turbo.json" | "turbo.jsonc" | "project.json" => return Some(Self::TaskRunner),
            "Makefile" | "makefile" | "GNUmakefile" => return Some(Self::Make),
            "justfile" | "Justfile" | ".justfile" => return Some(Self::Just),
            "Jenkinsfile" => return Some(Self::Jenkins),
            _ => {}
        }
        if is_in(".husky/") || is_in(".githooks/") {
            return (path.extension().is_none()).then_some(Self::Hook);
        }
        match extension {
            "sh" | "bash" | "zsh" => Some(Self::Shell),
            "mk" => Some(Self::Make),
            _ if name.starts_with(".lintstagedrc") || name.starts_with("lint-staged.config.") => Some(Self::HookList),
            _ if name.starts_with("Dockerfile") || name.ends_with(".Dockerfile") => Some(Self::Container),
            _ if has_code(path) => Some(Self::Code),
            "" if is_in_scripts(path) && !name.starts_with('.') => Some(Self::Shell),
            _ => None,
        }
    }
}

/// Whether a folder holds workflows: GitHub and those that took its format over each have a hidden folder for them, as in
/// `.github/workflows` and `.depot/workflows`.
fn is_workflows(folder: &str) -> bool {
    let mut parts = folder.trim_end_matches('/').rsplit('/');
    parts.next() == Some("workflows")
        && parts.next().is_some_and(|provider| provider.len() > 1 && provider.starts_with('.'))
}
