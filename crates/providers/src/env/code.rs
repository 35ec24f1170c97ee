//! Reads in code.

use auditlint_matcher::Analysis;
use auditlint_names::Target;
use auditlint_syntax::{Family, NodeId};

use super::fact::{EnvFact, Facts, Setter};
use crate::kinds::Kinds;

/// Variables that are there without anybody setting them for the project.
const PLATFORM: &[&str] = &[
    "APPDATA",
    "APPVEYOR",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "BASE_URL",
    "BUN_INSTALL",
    "CI",
    "COLORTERM",
    "COLUMNS",
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
    "HOME",
    "HOSTNAME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "INIT_CWD",
    "K_SERVICE",
    "LANG",
    "LC_ALL",
    "LOCALAPPDATA",
    "LOGNAME",
    "NEXT_PHASE",
    "NODE_ENV",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "NODE_PATH",
    "NOTIFY_SOCKET",
    "NO_COLOR",
    "NO_PROXY",
    "OUT_DIR",
    "PATH",
    "PATHEXT",
    "PORT",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PUBLIC_URL",
    "PWD",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "SHELL",
    "SITE",
    "SUDO_USER",
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
    "USERPROFILE",
    "UV_THREADPOOL_SIZE",
    "VISUAL",
    "VTE_VERSION",
    "WAYLAND_DISPLAY",
    "WEB_CONCURRENCY",
    "WINDIR",
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
    "WSL_",
    "XDG_",
    "npm_",
];

/// What the names of variables that projects choose begin with in `import.meta.env`; the others are those of Vite.
const CHOSEN: &[&str] = &["VITE_", "PUBLIC_", "NEXT_PUBLIC_", "NUXT_", "REACT_APP_", "VUE_APP_"];

fn is_of_platform(name: &str) -> bool {
    PLATFORM.contains(&name) || PLATFORMS.iter().any(|start| name.starts_with(start))
}

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let (is_rust, kinds) = match tree.language().family() {
        Family::Rust => (true, RUST.of(tree.language())),
        Family::Ecmascript => (false, ECMASCRIPT.of(tree.language())),
        Family::Shell => return,
    };
    for node in (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        let found = if is_rust { rust(analysis, node) } else { ecmascript(analysis, node) };
        if let Some(name) = found.filter(|name| is_name(name.as_bytes())) {
            let is_of_vite = tree.text(node, analysis.text()).starts_with(b"import.meta")
                && !CHOSEN.iter().any(|start| name.starts_with(start));
            let is_given = is_of_vite || is_of_platform(&name);
            if is_changed(analysis, node) {
                out.say(tree.span(node), EnvFact::Set { name: name.into(), by: Setter::Code });
                continue;
            }
            out.say(tree.span(node), EnvFact::Read { name: name.into(), is_given });
        }
    }
}

/// Whether a text is the name of a variable as projects choose them: capital letters, digits, `_`. Others are those of systems.
fn is_name(text: &[u8]) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    text.first().is_some_and(|first| is_letter(*first))
        && text.iter().all(|byte| is_letter(*byte) || byte.is_ascii_digit())
}

/// Kinds of nodes that may read a variable.
static ECMASCRIPT: Kinds =
    Kinds::new(&["member_expression", "subscript_expression", "shorthand_property_identifier_pattern", "pair_pattern"]);
static RUST: Kinds = Kinds::new(&["call_expression"]);

/// `process.env.NAME`, `const { NAME } = process.env`, `import.meta.env.NAME`
fn ecmascript(analysis: &Analysis<'_>, node: NodeId) -> Option<String> {
    let tree = analysis.tree();
    // What is spelled with a name is looked up only where that may be one of a variable.
    let spelled = match tree.kind_name(node) {
        "member_expression" => Some(NodeId(tree.subtree_end(node) - 1)),
        "shorthand_property_identifier_pattern" => Some(node),
        _ => None,
    };
    if spelled.is_some_and(|spelled| !is_name(tree.text(spelled, analysis.text()))) {
        return None;
    }
    let text = str::from_utf8(tree.text(node, analysis.text())).ok()?;
    if let Some(name) = text.strip_prefix("import.meta.env.") {
        return Some(name.to_owned());
    }
    let target = analysis.target(node);
    let Target::Global(_) = target else { return None };
    let path = target.path(analysis.text(), ".")?.to_string();
    path.strip_prefix("process.env.").map(str::to_owned)
}

/// Whether a place is assigned or deleted.
fn is_changed(analysis: &Analysis<'_>, node: NodeId) -> bool {
    let tree = analysis.tree();
    let Some(parent) = tree.parent(node) else { return false };
    match tree.kind_name(parent) {
        "assignment_expression" | "augmented_assignment_expression" => {
            tree.language().field("left").is_some_and(|left| tree.node(node).field() == Some(left))
        }
        "unary_expression" => tree.children(parent).any(|child| tree.kind_name(child) == "delete"),
        _ => false,
    }
}

/// `std::env::var("NAME")`
fn rust(analysis: &Analysis<'_>, node: NodeId) -> Option<String> {
    let tree = analysis.tree();
    if tree.kind_name(node) != "call_expression" {
        return None;
    }
    let field = |name: &str| tree.child_by_field_name(node, name);
    let path = analysis.target(field("function")?).path(analysis.text(), "::")?.to_string();
    matches!(path.as_str(), "std::env::var" | "std::env::var_os").then_some(())?;
    let argument = tree.named_children(field("arguments")?).next()?;
    (tree.kind_name(argument) == "string_literal").then_some(())?;
    let text = str::from_utf8(tree.text(argument, analysis.text())).ok()?;
    Some(text.trim_matches('"').to_owned())
}
