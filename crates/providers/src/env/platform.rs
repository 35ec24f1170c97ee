//! Variables that nobody sets for the project.

use auditlint_source::FilePath;

/// Variables that are there without anybody setting them for the project.
const PLATFORM: &[&str] = &[
    "ALLUSERSPROFILE",
    "ALL_PROXY",
    "APPDATA",
    "APPVEYOR",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "BASE_URL",
    "BROWSER",
    "BUN_INSTALL",
    "CI",
    "COLORTERM",
    "COLUMNS",
    "COMMONPROGRAMFILES",
    "COMPUTERNAME",
    "COMSPEC",
    "DEBUG",
    "DISPLAY",
    "DYNO",
    "EDITOR",
    "EXPO_OS",
    "FORCE_COLOR",
    "FORCE_HYPERLINK",
    "FUNCTIONS_EMULATOR",
    "GCLOUD_PROJECT",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "HISTFILE",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "HOSTNAME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "INIT_CWD",
    "K_SERVICE",
    "LANG",
    "LC_ALL",
    "LESSCLOSE",
    "LESSOPEN",
    "LOCALAPPDATA",
    "LOGNAME",
    "LOGONSERVER",
    "MSYSTEM",
    "NEXT_MANUAL_SIG_HANDLE",
    "NEXT_PHASE",
    "NODE_DEBUG",
    "NODE_ENV",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "NODE_V8_COVERAGE",
    "NOTIFY_SOCKET",
    "NO_COLOR",
    "NO_PROXY",
    "NUMBER_OF_PROCESSORS",
    "OS",
    "OUT_DIR",
    "PAGER",
    "PATH",
    "PATHEXT",
    "PORT",
    "PROCESSOR_ARCHITECTURE",
    "PROCESSOR_ARCHITEW6432",
    "PROCESSOR_IDENTIFIER",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PSModulePath",
    "PUBLIC_URL",
    "PWD",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SHELL",
    "SHLVL",
    "SITE",
    "SOURCE_DATE_EPOCH",
    "SUDO_USER",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "TEST",
    "TF_BUILD",
    "TMP",
    "TMPDIR",
    "TMUX",
    "TZ",
    "USER",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
    "UV_THREADPOOL_SIZE",
    "VISUAL",
    "VTE_VERSION",
    "WAYLAND_DISPLAY",
    "WEB_CONCURRENCY",
    "WINDIR",
    "ZDOTDIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// What the names of such variables begin with.
const PLATFORMS: &[&str] = &[
    "ACTIONS_",
    "AWS_LAMBDA_",
    "BITBUCKET_",
    "BUILDKITE",
    "CARGO_",
    "CF_PAGES",
    "CIRCLE",
    "CODEBUILD_",
    "CODESPACES",
    "DBUS_",
    "ECS_",
    "ELECTRON_",
    "FLY_",
    "GITHUB_",
    "GITLAB_",
    "GITPOD_",
    "HEROKU_",
    "JENKINS_",
    "JEST_",
    "KUBERNETES_",
    "LC_",
    "NETLIFY",
    "NEXT_PUBLIC_VERCEL",
    "NEXT_RUNTIME",
    "OTEL_",
    "PLAYWRIGHT_",
    "RAILWAY_",
    "RENDER_",
    "RUNNER_",
    "SSH_",
    "STORYBOOK",
    "TAURI_",
    "TEAMCITY_",
    "TRAVIS",
    "VERCEL",
    "VITEST",
    "VITE_DEV_SERVER_URL",
    "VUE_ROUTER_",
    "WEBSITE_",
    "WORKERS_CI",
    "WSL_",
    "XDG_",
    "__NEXT_",
    "npm_",
];

/// A service that sets variables whose names say nothing of it, so that they count only where its own file says that the project uses it.
struct Host {
    files: &'static [&'static str],
    names: &'static [&'static str],
    starts: &'static [&'static str],
}

const HOSTS: &[Host] = &[
    // Netlify
    Host {
        files: &["netlify.toml"],
        names: &[
            "BRANCH",
            "BUILD_ID",
            "CACHED_COMMIT_REF",
            "COMMIT_REF",
            "CONTEXT",
            "DEPLOY_ID",
            "DEPLOY_PRIME_URL",
            "DEPLOY_URL",
            "HEAD",
            "PULL_REQUEST",
            "REPOSITORY_URL",
            "REVIEW_ID",
            "SITE_ID",
            "SITE_NAME",
            "URL",
        ],
        starts: &["INCOMING_HOOK_"],
    },
    // Render
    Host { files: &["render.yaml", "render.yml"], names: &["IS_PULL_REQUEST"], starts: &[] },
    // Heroku
    Host { files: &["Procfile"], names: &["SOURCE_VERSION", "STACK"], starts: &[] },
    // Fly
    Host { files: &["fly.toml"], names: &["PRIMARY_REGION"], starts: &[] },
    // GitLab
    Host { files: &[".gitlab-ci.yml", ".gitlab-ci.yaml"], names: &[], starts: &["CI_"] },
];

/// The services of which a project has a file.
pub(super) struct Hosts(Vec<&'static Host>);

impl Hosts {
    pub(super) fn of(files: &[FilePath]) -> Self {
        let uses = |host: &&Host| files.iter().any(|path| host.files.contains(&path.name()));
        Self(HOSTS.iter().filter(uses).collect())
    }

    /// Whether one of them sets a variable.
    pub(super) fn set(&self, name: &str) -> bool {
        self.0.iter().any(|host| host.names.contains(&name) || host.starts.iter().any(|start| name.starts_with(start)))
    }
}

/// What the names of variables that projects choose begin with in `import.meta.env`; the others are those of Vite.
pub(super) const CHOSEN: &[&str] = &["VITE_", "PUBLIC_", "NEXT_PUBLIC_", "NUXT_", "REACT_APP_", "VUE_APP_"];

/// Whether a system, a runtime or a service sets a variable for every program.
pub(super) fn is_of_platform(name: &str) -> bool {
    PLATFORM.contains(&name) || PLATFORMS.iter().any(|start| name.starts_with(start))
}
