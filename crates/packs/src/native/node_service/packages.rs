//! Which export of which package an expression is, however it is imported.

use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// An export of a package: `sign` of `jsonwebtoken`; of the package itself or its default the name is empty.
pub(super) struct PackageExport {
    path: String,
}

impl PackageExport {
    /// What an expression stands for; `None` where that is not an import.
    pub(super) fn of(view: RuleView<'_>, expression: NodeId) -> Option<Self> {
        view.exported(expression).map(|path| Self { path })
    }

    /// The name of the export, if it is one of that package.
    pub(super) fn name_in(&self, package: &str) -> Option<&str> {
        let behind = self.path.strip_prefix(package)?;
        let name = behind.strip_prefix("#default.").or_else(|| behind.strip_prefix(['#', '.'])).unwrap_or(behind);
        match (behind, name) {
            ("" | "#default", _) => Some(""),
            // Another package whose name begins like that one.
            (behind, _) if !behind.starts_with(['#', '.']) => None,
            (_, name) => Some(name),
        }
    }

    /// Whether it is the package itself, or its default export.
    pub(super) fn is_whole(&self, package: &str) -> bool {
        self.name_in(package).is_some_and(|name| matches!(name, "" | "default"))
    }
}

/// The arguments of a call.
pub(super) fn arguments(view: RuleView<'_>, call: NodeId) -> Vec<NodeId> {
    view.field(call, "arguments").map(|list| view.named(list).collect()).unwrap_or_default()
}

/// The name of the method that a call calls, and what it is called on.
pub(super) fn method<'a>(view: RuleView<'a>, call: NodeId) -> Option<(&'a str, NodeId)> {
    let callee = view.field(call, "function")?;
    match view.kind(callee) {
        "member_expression" => Some((view.text(view.field(callee, "property")?), view.field(callee, "object")?)),
        "subscript_expression" => Some((view.key_text(view.field(callee, "index")?), view.field(callee, "object")?)),
        _ => None,
    }
}

/// The options that a plugin or middleware of a package is given: `helmet(options)`, `app.register(helmet, options)`. The outer `None`
/// says that the call is another one.
pub(super) fn plugin_options(view: RuleView<'_>, call: NodeId, packages: &[&str]) -> Option<Option<NodeId>> {
    let callee = view.field(call, "function")?;
    let is_one = |node: NodeId| {
        let export = PackageExport::of(view, view.unwrapped(node));
        export.is_some_and(|export| packages.iter().any(|package| export.is_whole(package)))
    };
    let arguments = arguments(view, call);
    if is_one(callee) {
        return Some(arguments.first().copied());
    }
    let (name, _) = method(view, call)?;
    let is_registered = matches!(name, "register" | "use") && arguments.first().is_some_and(|first| is_one(*first));
    is_registered.then(|| arguments.get(1).copied())
}
